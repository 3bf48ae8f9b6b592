"""R32: the addresses of channels reach the one place they name: no spelling, answer or name leads anywhere else.

A canary listens on every address of the machine. Tricks stand where an installation writes its addresses, in what the
honest host answers (redirects, a WSDL that imports, documents that declare), and in what names lead to.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests
import zeep

from casework.errors import ArrearsError
from casework.reply import Letter, ReplyKind
from connectors import soap
from connectors.reach import Reach
from connectors.registry import connect
from sandbox.platforms.petition import WSDL
from services.office.checked_schedule import Prefect, schedule
from services.paperwork.paper_files import nothing_fetched
from tests.promises.listeners import Answer, Canary, Host, resolving
from tests.promises.proofs import Proof, proof

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
SECRETS = {"app_key": "k", "app_secret": "s", "api_key": "k", "user": "u", "password": "p", "deadline_seconds": "1"}
WEB = ("hotline_12345", "petition", "message_board")
SPELLINGS = (
    "http://127.1:{p}", "http://127.0.1:{p}", "http://2130706433:{p}", "http://0x7f000001:{p}", "http://0x7f.0.0.1:{p}",
    "http://0177.0.0.1:{p}", "http://017700000001:{p}", "http://127.0.0.1.:{p}", "http://127.000.000.001:{p}",
    "http://0.0.0.0:{p}", "http://0:{p}", "http://[::]:{p}", "http://[::ffff:127.0.0.1]:{p}",
    "http://[::ffff:7f00:1]:{p}", "http://[::127.0.0.1]:{p}", "http://[64:ff9b::7f00:1]:{p}", "http://[2002:7f00:1::]:{p}",
    "http://[0:0:0:0:0:0:0:1]:{p}", "http://[::1%25lo]:{p}", "http://①②⑦.⓪.⓪.①:{p}", "http://127。0。0。1:{p}",
    "http://localhost.:{p}", "http://local\u00adhost:{p}", "http://honest.example@127.0.0.1:{p}",
    "http://honest:{h}@127.0.0.1:{p}", "http://127.0.0.1:{p}\\@127.0.0.1:{h}", "http://127.0.0.1:{p}#@127.0.0.1:{h}",
    "http://127.0.0.1:{h}:{p}", "http://127.0.0.1:{p} .honest.example", "http://127.0.0.1\t:{p}",
    "http:\\\\127.0.0.1:{p}",    "http:///127.0.0.1:{p}", "//127.0.0.1:{p}", "HTTP+UNIX://127.0.0.1:{p}", "ftp://127.0.0.1:{p}",
    "gopher://127.0.0.1:{p}/_GET", "file:///etc/passwd", "file://127.0.0.1:{p}/x", "jar:http://127.0.0.1:{p}!/",
    "http://%31%32%37.0.0.1:{p}", "http://127.0.0.1%00.honest.example:{p}", "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/", "http://224.0.0.1:{p}", "http://255.255.255.255:{p}",
    "http://127.0.0.1:{p}\r\nHost: x", "http://127.0.0.1:٨٠", "http://127.0.0.1:99999",
)  # fmt: skip
"""What an installation could be talked into writing. {p} is the canary's port, {h} the honest one."""
INSIDE = ("http://127.0.0.1:{p}", "http://localhost:{p}", "http://[::1]:{p}", "http://127.0.0.2:{p}")
"""Written plainly, but not in the networks that the installation names."""
LED_TO = (
    "127.0.0.1",
    "127.0.0.2",
    "::1",
    "0.0.0.0",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "169.254.169.254",
    "fe80::1",
)
ELSEWHERE = (
    "http://127.0.0.1:{p}/x", "http://127.0.0.2:{h}/x", "http://localhost:{h}/x", "http://[::1]:{h}/x",
    "//127.0.0.1:{p}/x",    "http://127.1:{p}/x", "http://127.0.0.1:{p}\\@127.0.0.1:{h}/x", "http://127.0.0.1:{h}@127.0.0.1:{p}/x",
    "http://2130706433:{p}/x", "http://[::ffff:127.0.0.1]:{p}/x",
)  # fmt: skip
"""Where an answer of the honest host could send us."""


@dataclass(slots=True)
class Net:
    """The honest host, and the canary beside it on every address."""

    honest: Host
    canary: Canary

    def url(self, template: str) -> str:
        """A trick with its ports."""
        return template.format(p=self.canary.port, h=self.honest.port)

    @property
    def home(self) -> str:
        """The honest address."""
        return f"http://127.0.0.1:{self.honest.port}"


@pytest.fixture
def net() -> Iterator[Net]:
    honest = Host()
    canary = Canary(honest.port)
    yield Net(honest, canary)
    honest.close()
    canary.close()


def _used(channel: str, settings: dict[str, str]) -> bool:
    """Everything that a channel does with its address. True when each of it was refused in words of our own."""
    letter = Letter(channel=channel, key="k", source_key="s", kind=ReplyKind.RESULT, body="b", written_at=NOW)
    try:
        connector = connect(channel, {**SECRETS, **settings})
    except ArrearsError:
        return True
    refused = []
    for act in (
        connector.check,
        lambda: list(connector.pull(None, now=NOW)),
        lambda: connector.reply(letter),
        lambda: connector.confirm(letter),
    ):
        try:
            act()
            refused.append(False)
        except ArrearsError:
            refused.append(True)
    return all(refused)


def spellings(net: Net, made: Proof, templates: Sequence[str] = (*SPELLINGS, *INSIDE)) -> list[str]:
    """Addresses that mean another one than they seem to. Returns those that were not refused."""
    taken = []
    for template in templates:
        url = net.url(template)
        more = {"networks": "10.20.0.0/16"} if template in INSIDE else {}
        made.count("tricks")
        with resolving({"localhost": (["127.0.0.1"],)}) as stub:
            for channel in WEB:
                made.count("uses")
                if not _used(channel, {"url": url, **more}) or (stub.asked and not more):
                    taken.append(f"{channel}: {url}")
    return taken


def names(net: Net, made: Proof) -> list[str]:
    """A name that leads inside, at once or at its second asking, or to both at once; for web, mail and database."""
    taken = []
    turns = [([one],) for one in LED_TO]
    turns += [(["10.20.0.1", one],) for one in ("127.0.0.1", "::1")]
    for answers in turns:
        made.count("tricks")
        with resolving({"exchange.example": answers}) as stub:
            web = {"url": f"http://exchange.example:{net.canary.port}"}
            taken += [f"{channel}: {answers}" for channel in WEB if not _used(channel, web)]
            taken += _mail_and_database("exchange.example", net.canary.port)
            made.count("names asked", len(stub.asked))
    return taken


def _mail_and_database(host: str, port: int) -> list[str]:
    mail = {f"{kind}_{what}": said for kind in ("imap", "smtp") for what, said in (("host", host), ("port", str(port)))}
    base = f"postgresql+psycopg://reader:secret@{host}:{port}/front"
    tried = {"mailbox": mail | {"sender": "a@b.cn", "timeout_seconds": "1"}}
    tried["wage_monitor"] = {"url": base, "answer_url": base, "timeout_seconds": "1"}
    return [f"{channel}: {host}" for channel, settings in tried.items() if not _used(channel, settings)]


def others(net: Net, made: Proof) -> list[str]:
    """The same spellings for the mail servers and the database, and what may stand behind a database's address."""
    taken = []
    for host in ("127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1.", "::ffff:127.0.0.1", "0.0.0.0", "a b"):
        made.count("tricks")
        taken += _mail_and_database(host, net.canary.port)
    for more in (
        f"postgresql+psycopg://r@10.20.0.1/f?host=127.0.0.1&port={net.canary.port}",
        f"postgresql+psycopg://r@10.20.0.1:{net.canary.port}/f?hostaddr=127.0.0.1",
        "postgresql+psycopg://r@10.20.0.1/f?service=canary",
        f"postgresql+psycopg://r@/f?host=10.20.0.1:1,127.0.0.1:{net.canary.port}",
        f"postgresql+psycopg://r@10.20.0.1,127.0.0.1:{net.canary.port}/f",
        f"mysql+pymysql://127.0.0.1:{net.canary.port}/f",
        f"sqlite:///file://127.0.0.1:{net.canary.port}/f?uri=true",
    ):
        made.count("tricks")
        if not _used("wage_monitor", {"url": more, "answer_url": more, "timeout_seconds": "1"}):
            taken.append(more)
    return taken


def rebound(net: Net, made: Proof) -> None:
    """The honest name leads to the honest host, is used, and then leads to the canary on the same port."""
    settings = {"url": f"http://localhost:{net.honest.port}", "networks": "127.0.0.1/32"}
    for later in (["127.0.0.2"], ["::1"], ["127.0.0.1", "127.0.0.2"]):
        made.count("tricks")
        with resolving({"localhost": (["127.0.0.1"], later)}):
            board = connect("message_board", {**SECRETS, **settings})
            net.honest.answering = lambda _method, _path: (200, {"Connection": "close"}, b'[{"service_code": "W"}]')
            before = net.honest.asked
            board.check()
            made.count("honest calls", net.honest.asked - before)
            with contextlib.suppress(ArrearsError):
                board.check()


def answers(net: Net, made: Proof) -> None:
    """What the honest host could answer to send us elsewhere: redirects, a WSDL, documents, fields with addresses."""
    for template in ELSEWHERE:
        elsewhere = net.url(template)
        for make in (_redirects, _imports, _documents):
            for answering in make(elsewhere):
                made.count("tricks")
                net.honest.answering = answering
                before = net.honest.asked
                for channel in WEB:
                    _used(channel, {"url": net.home})
                _used("message_board", {"url": net.home, "format": "xml"})
                made.count("honest calls", net.honest.asked - before)
                if net.honest.asked == before:
                    raise AssertionError(f"nobody asked the honest host: {elsewhere}")
        net.honest.answering = next(_redirects(elsewhere))
        made.count("tricks")
        list(schedule(Prefect(f"{net.home}/api")))
        with contextlib.suppress(ValueError):
            nothing_fetched(elsewhere)


def _redirects(elsewhere: str) -> Iterator[Callable[[str, str], Answer]]:
    head = {"Location": elsewhere, "Refresh": f"0; url={elsewhere}", "Link": f'<{elsewhere}>; rel="next"'}
    safe = {name: value.encode("ascii", "ignore").decode() for name, value in head.items()}
    for status in (301, 307):
        yield lambda _method, _path, status=status: (status, safe, b"")  # type: ignore[misc]  # lambda default
    yield lambda _method, _path: (200, {name: safe[name] for name in ("Refresh", "Link")}, b"[]")


def _imports(elsewhere: str) -> Iterator[Callable[[str, str], Answer]]:
    wsdl = WSDL
    schema = '<xs:schema targetNamespace="urn:petition:exchange:1" elementFormDefault="qualified">'
    first = 'targetNamespace="urn:petition:exchange:1">\n  <wsdl:types>'
    for body in (
        wsdl.replace(schema, f'{schema}<xs:import namespace="urn:x" schemaLocation="{elsewhere}"/>'),
        wsdl.replace(schema, f'{schema}<xs:include schemaLocation="{elsewhere}"/>'),
        wsdl.replace(first, first.replace(">\n", f'>\n<wsdl:import namespace="urn:x" location="{elsewhere}"/>\n')),
        wsdl.replace("ADDRESS", elsewhere),
    ):
        assert elsewhere in body
        yield lambda _method, path, body=body: (200, {}, body.encode() if "wsdl" in path else b"<x/>")  # type: ignore[misc]


def _documents(elsewhere: str) -> Iterator[Callable[[str, str], Answer]]:
    for body in (
        f'<!DOCTYPE s SYSTEM "{elsewhere}"><services><service/></services>',
        f'<!DOCTYPE s [<!ENTITY x SYSTEM "{elsewhere}">]><l><service><service_code>&x;</service_code></service></l>',
        f'<!DOCTYPE s [<!ENTITY % x SYSTEM "{elsewhere}">%x;]><services/>',
        f'<services xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{elsewhere}"/></services>',
        f'[{{"service_code": "W", "media_url": "{elsewhere}", "next": "{elsewhere}"}}]',
    ):
        yield lambda _method, _path, body=body: (200, {}, body.encode())  # type: ignore[misc]  # lambda default


def _seen_by(net: Net, act: Callable[[], object]) -> bool:
    """Whether the canary hears of it, when the guard is away."""
    before = net.canary.looked_at()
    act()
    return net.canary.looked_at() > before


def _planted(net: Net, made: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    unproven = Proof("R32", 32, {})
    with monkeypatch.context() as patched:
        patched.setattr(Reach, "_allowed", lambda _self, _address: True)
        made.planted("nobody looks at where a name leads", caught=_seen_by(net, lambda: rebound(net, unproven)))
    with monkeypatch.context() as patched:
        patched.setattr(Reach, "host", lambda _self, host: host)
        patched.setattr(Reach, "addresses", lambda _self, host, _port: (host,))
        made.planted(
            "any spelling of an address is taken", caught=_seen_by(net, lambda: spellings(net, unproven, SPELLINGS[:4]))
        )
    with monkeypatch.context() as patched:
        lax = functools.partial(zeep.Settings, raw_response=True)
        patched.setattr(zeep, "Settings", lambda **_said: lax())
        patched.setattr(soap._Transport, "load", lambda _self, url: requests.get(url, timeout=1).content)
        net.honest.answering = next(_imports(net.url(ELSEWHERE[0])))
        caught = _seen_by(net, lambda: _used("petition", {"url": net.home}))
        made.planted("the WSDL's imports are fetched", caught=caught)


@pytest.mark.timeout(120)
def test_r32(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = {"tricks": 200, "uses": 150, "names asked": 60, "honest calls": 400}
    with proof("R32", seed=32, enough=enough) as made:
        assert spellings(net, made) + names(net, made) + others(net, made) == []
        rebound(net, made)
        answers(net, made)
        made.counted["hits of the canary"] = net.canary.looked_at()
        assert net.canary.looked_at() == 0, net.canary.hits[:5]
        _planted(net, made, monkeypatch)
