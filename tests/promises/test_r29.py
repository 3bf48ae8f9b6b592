"""R29: what people write never runs: 300 payloads in each free field, every page in a real browser, print and mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page
from sqlalchemy import select

from casework.reply import Letter, ReplyKind
from connectors.mailbox import Mailbox
from connectors.registry import connect
from console.render import TEMPLATES, environment
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.morning import PASSWORD, make_morning
from tests.promises.payloads import PAYLOADS
from tests.promises.planting import plant
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.scenarios import runaway
from tests.scenarios.by_services import ByServices
from tests.scenarios.town import PASSWORD as TOWN_PASSWORD
from tests.scenarios.town import Town
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import CaseRow, DocumentRow, EmployerRow, LandedRow

WHOLE = SCALE >= 1
TOGETHER = 20
"""So many payloads stand one after the other in a field."""
GROUPS = [range(start, start + TOGETHER) for start in range(0, len(PAYLOADS), TOGETHER)]
LISTS = {
    "desk": ("/queue?all=yes", "/review", "/employers", "/queue?tab=overdue", "/walk-in", "/callbacks", "/waiting"),
    "head": ("/dashboard?period=all", "/cases", "/mine", "/rota", "/channels", "/statistics", "/warnings"),
    "system": ("/quarantine", "/runs", "/rules", "/calendar"),
    "security": ("/accounts",),
    "audit": ("/audit",),
    "song": ("/mine",),
}
SHORT = {"desk": LISTS["desk"][:2]}
_REPORT = (
    "document.addEventListener('securitypolicyviolation', said => console.error('policy', said.effectiveDirective))"
)
_INJECTED = """() => {
  const found = [], runs = /^\\s*(javascript|data|vbscript):/i;
  for (const one of document.querySelectorAll('*')) {
    if (['iframe', 'object', 'embed', 'base', 'marquee', 'math', 'mtext'].includes(one.localName))
      found.push(one.localName);
    for (const name of one.getAttributeNames()) {
      const value = one.getAttribute(name);
      const obeyed = ['href', 'src', 'action', 'formaction'].includes(name) && runs.test(value);
      if (name.startsWith('on') || name.startsWith('hx-on') || name.includes('r29') || obeyed)
        found.push(one.localName + '[' + name + ']');
    }
  }
  return {found, text: document.documentElement.outerHTML};
}"""


class Watcher:
    """Somebody's browser: what it was told to show, and everything that ran, was reported or was injected."""

    def __init__(self, browser: Browser, person: Person) -> None:
        self.address, self.wrong = person.address, list[str]()
        self.context: BrowserContext = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        for cookie in person.client.cookies.jar:
            self.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": self.address}])
        self.context.add_init_script(_REPORT)
        self.page: Page = self.context.new_page()
        self.page.on("dialog", self._dismiss)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))

    def _dismiss(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog {self.page.url}")
        dialog.dismiss()

    def _hear(self, said: ConsoleMessage) -> None:
        # Only a fragment opened by itself lacks the link to its icon.
        if said.type == "error" and not str(said.location.get("url", "")).endswith("/favicon.ico"):
            self.wrong.append(f"{self.page.url}: {said.text}")

    def look(self, path: str, *, printed: bool = False) -> set[str]:
        """Open a page, on the screen or as it is printed. Gives the tokens of the payloads that it shows."""
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        self.page.emulate_media(media="print" if printed else "screen")
        told: dict[str, Any] = self.page.evaluate(_INJECTED)
        self.wrong += [f"{path}: {one}" for one in told["found"]]
        return set(re.findall(r"q\d{3}f\d{3}q", told["text"]))


class Place:
    """A console with something in it: its pages by who opens them."""

    def __init__(self, store: Warehouse, address: str, password: str, paths: dict[str, tuple[str, ...]]) -> None:
        self.store, self.address, self.paths = store, address, paths
        self.people = {login: Person(address) for login in paths}
        for login, person in self.people.items():
            person.log_in(login, password)

    def close(self) -> None:
        """Everybody goes home."""
        for person in self.people.values():
            person.client.close()


@contextmanager
def a_morning(store: Warehouse, folder: Path) -> Iterator[Place]:
    """A queue, doubtful pairs, a record that could not be read."""
    make_morning(store, NOW)
    with store.read() as session:
        numbers = session.scalars(select(CaseRow.matter_no).order_by(CaseRow.matter_no)).all()
        stuck = session.scalars(select(LandedRow.id).where(LandedRow.state == "quarantined")).all()
        firms = session.scalars(select(EmployerRow.id)).all()
    case = f"/cases/{numbers[1]}"
    paths = dict(SHORT)
    if WHOLE:
        paths = {login: tuple(found) for login, found in LISTS.items()}
        paths["desk"] += (f"/queue/preview/{numbers[0]}", f"/employers/{firms[0]}", f"{case}?tab=handling")
        paths["desk"] += ("/statistics", "/queue/sheet", f"{case}/employer")
        paths["system"] += tuple(f"/quarantine/{one}" for one in stuck)
    paths["desk"] += (case,)
    with served(store, Settings(data_dir=folder)) as address:
        yield Place(store, address, PASSWORD, paths)


@contextmanager
def a_long_case(store: Warehouse, folder: Path) -> Iterator[Place]:
    """A case with everything the law knows: visits, papers, parties, a transfer, a listing, fines, replies."""
    town = Town(store, folder, runaway.BEGINS)
    try:
        hands = ByServices(town)
        runaway.story(hands)
        with store.read() as session:
            number = session.scalars(select(CaseRow.matter_no).where(CaseRow.id == hands.case_id)).one()
            papers = session.scalars(select(DocumentRow.id).where(DocumentRow.case_id == hands.case_id)).all()
            lead = town.pair(hands.case_id)[0]
        case = f"/cases/{number}"
        own = [case, f"{case}?tab=handling", f"{case}?tab=log", f"{case}/ledger", f"{case}/papers"]
        own += [f"{case}/papers/{one}" for one in papers[:: max(1, len(papers) // 6)]]
        with served(store, town.settings, town.clock) as address:
            yield Place(store, address, TOWN_PASSWORD, {lead: tuple(own), "head": tuple(own[:3])})
    finally:
        town.close()


@contextmanager
def unescaped(name: str, was: str, now: str) -> Iterator[None]:
    """A template of the running console in which one word is no longer escaped."""
    env = environment("zh_CN")
    source = (TEMPLATES / name).read_text("utf-8")
    assert was in source
    kept = env.loader
    assert kept is not None
    env.loader = ChoiceLoader([DictLoader({name: source.replace(was, now)}), kept])
    _forget(env)
    try:
        yield
    finally:
        env.loader = kept
        _forget(env)


def _forget(env: Any) -> None:
    if env.cache is not None:
        env.cache.clear()


def look_at_all(browser: Browser, place: Place, turns: int, made: Proof) -> tuple[list[str], set[str]]:
    """Every page of a place, with every group of payloads in every field in its turn."""
    watchers = {login: Watcher(browser, person) for login, person in place.people.items()}
    seen: set[str] = set()
    for turn in range(turns):
        made.counted["fields"] = plant(place.store, GROUPS, turn * (1 if WHOLE else 4))
        for login, paths in place.paths.items():
            for path in paths:
                printed = turn % 2 == 1 and path.startswith("/cases")
                seen |= watchers[login].look(path, printed=printed)
                made.count("printed" if printed else "opened")
    for one in watchers.values():
        one.context.close()
    return [wrong for one in watchers.values() for wrong in one.wrong], seen


def mail_is_plain(made: Proof, written: datetime) -> None:
    """An answer by mail is plain text, and no payload becomes a line of its head."""
    at = {"imap_host": "127.0.0.1", "imap_port": "1", "smtp_host": "127.0.0.1", "smtp_port": "2", "sender": "a@b.cn"}
    mailbox = connect("mailbox", at)
    assert isinstance(mailbox, Mailbox)
    for number, body in enumerate(PAYLOADS):
        letter = Letter(
            f"k{number}", "mailbox", f"<{number}@c.cn>~1", ReplyKind.RESULT, f"您好：\r\n{body}\r\nBcc: x", written
        )
        message = mailbox._message(letter, "worker@c.cn")
        assert message.get_content_type() == "text/plain"
        assert "Bcc" not in message
        assert body in message.get_content()
        made.count("mails")


@pytest.mark.browser
def test_what_people_write_never_runs(browser: Browser, sqlite_template: Path, tmp_path: Path) -> None:
    """On SQLite alone: every payload is written past the forms into one field, for which PostgreSQL's are too short."""
    enough = {"fields": 60, "opened": 3, "mails": 300, "payloads_shown": 60, "fields_shown": 4}
    if WHOLE:
        enough |= {"opened": 300, "printed": 40, "payloads_shown": 300, "fields_shown": 30}
    with proof("R29", seed=29, enough=enough) as made:
        turns = times(len(GROUPS), tier="G")
        wrong: list[str] = []
        seen: set[str] = set()
        for number, begin in enumerate((a_morning, a_long_case) if WHOLE else (a_morning,)):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "arrears.db").write_bytes(sqlite_template.read_bytes())
            store = open_warehouse(f"sqlite:///{folder}/arrears.db")
            with begin(store, folder) as place:
                found, shown = look_at_all(browser, place, turns, made)
                wrong, seen = wrong + found, seen | shown
                if begin is a_morning:
                    with unescaped("row.html", "= case.employer_name or", "= case.employer_name | safe or"):
                        spoilt = Watcher(browser, place.people["desk"])
                        spoilt.look("/queue?all=yes")
                        spoilt.context.close()
                    made.planted("a template that trusts a name", caught=bool(spoilt.wrong))
                place.close()
            store.close()
        mail_is_plain(made, NOW)
        made.count("payloads_shown", len({one[:4] for one in seen}))
        made.count("fields_shown", len({one[4:8] for one in seen}))
        made.count("injected_reported_or_run", len(wrong))
        assert not wrong, wrong[:20]
