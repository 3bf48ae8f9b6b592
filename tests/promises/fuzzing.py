"""Requests that no page would send, made from what the pages send: every route, field and id, bent in every way."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
from fastapi.routing import APIRoute

from casework.people import Actor, Role
from console.access import ACCESS
from tests.promises.districts import ENDS_THE_LOGIN, District, entered, named, routes
from tests.promises.hostile_files import CHEAP, FILES
from warehouse.engine import Warehouse

NASTY = (
    "", " ", "0", "-1", "1", "9" * 30, "-" + "9" * 30, "1e309", "NaN", "Infinity", "-0", "0x10", "1_000", "١٢٣",
    "１２３", "½", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-13", "2026-00",
    "2026-11-20", "2026-11", "2026-Q5", "0000", "24:61", "2026-11-20T25:00", "\x00", "a\x00b", "\r\n", "\u2028",
    "\u202e", "\ufeff", "𠮷", "😀", "e\u0301" * 50, "a" * 70_000, "欠" * 5_000, "' OR 1=1--", "%", "_", "%s%n",
    "{{7*7}}", "${7*7}", "../../etc/passwd", "<script>1</script>", "javascript:1", "//evil.example", "/\\evil", "[]",
    "{}", "null", "true", "on", "\\", '"', "a,b", "999999999999.999", "0.001", "-0.01", "1,000", "一万", "壹",
    "370215", "JM2026-1", "JM2026-99999999999999999999", "lnd_370215", "case_x", "all", "none", "docx", "pdf", "zh",
    "en",
)  # fmt: skip
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_ACTION = re.compile(r'<form\b[^>]*?action="([^"]*)"')
_FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?name=\"([^\"]+)\"(?:[^>]*?value=\"([^\"]*)\")?")
_OPTION = re.compile(r'<option\b[^>]*?value="([^"]*)"')
_HREF = re.compile(r'href="(/[^"#]*)"')
KINDS = ("application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/x")
ODD = ("Accept-Language", "Range", "If-Modified-Since", "X-Forwarded-For", "HX-Request", "Referer", "Accept")
METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW")


@dataclass(slots=True)
class Answered:
    """What was asked, in few words, and what came of it."""

    asked: str
    status: int
    body: str


@dataclass
class Bender:
    """Somebody of one role who sends what no page would. What pages show is used again: acts follow acts."""

    store: Warehouse
    address: str
    actor: Actor
    role: Role
    districts: tuple[District, ...]
    chance: random.Random
    fields: dict[str, set[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    closed: int = 0

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=self.address, trust_env=False, timeout=60)
        self._routes = [(method, one) for method, one in routes() if one.name not in ENDS_THE_LOGIN]
        self._mine = [(method, one) for method, one in self._routes if _may(one.name, self.role)]
        self.sit()

    def sit(self) -> None:
        """Log in again, as the door would."""
        self._token, self._csrf = entered(self.store, self.actor.id)

    def close(self) -> None:
        """Send nothing more."""
        self._client.close()

    def again(self, method: str, path: str, said: dict[str, str]) -> Answered:
        """One request as it is told; a form is one of ours."""
        if method == "GET":
            return self._sent(method, path)
        return self._sent(method, path, data={"csrf": self._csrf} | said)

    def send(self) -> Answered:
        """One request, bent."""
        draw = self.chance.random()
        if draw < 0.1 and self.seen:
            return self._sent("GET", self._query(self.chance.choice(self.seen)))
        method, route = self.chance.choice(self._mine if draw < 0.9 else self._routes)
        path = self._path(route)
        if draw > 0.97:
            return self._sent(self.chance.choice(METHODS), path)
        if method == "GET":
            return self._sent("GET", self._query(path) if self.chance.random() < 0.6 else path)
        return self._posted(path, route)

    def _path(self, route: APIRoute) -> str:
        ids = dict(self.chance.choice(self.districts).ids)
        for name in named(route.path):
            if self.chance.random() < 0.12:
                ids[name] = self.chance.choice(NASTY)
        return re.sub(r"\{([a-z_]+)(?::path)?\}", lambda place: _quoted(ids.get(place[1], "nothing")), route.path)

    def _query(self, path: str) -> str:
        bare = path.partition("?")[0]
        names = sorted(self.fields.get("?", {"tab", "page", "month", "span", "q"}))
        chosen = {
            self.chance.choice(names): self.chance.choice(NASTY)[:3_000] for _ in range(self.chance.randint(1, 4))
        }
        return f"{bare}?{httpx.QueryParams(chosen)}" + self.chance.choice(("", "&%ff=%fe", "&a=1&a=2", "&=", "&%00"))

    def _posted(self, path: str, route: APIRoute) -> Answered:
        known = self.fields.get(route.path) or self.fields.get("*") or {"version", "reason", "words"}
        data: dict[str, Any] = {"csrf": self._csrf}
        for name in sorted(known):
            draw = self.chance.random()
            if draw < 0.15:
                continue
            usual = [one for one in sorted(self.fields.get(f"={name}", ())) if one]
            data[name] = self.chance.choice(usual) if usual and draw < 0.7 else self.chance.choice(NASTY)
            if draw > 0.97:
                data[name] = [data[name], self.chance.choice(NASTY)]
        draw = self.chance.random()
        if draw < 0.08:
            files = {self.chance.choice(("file", "photos", "roster", *sorted(known))): self._file()}
            return self._sent("POST", path, data=data, files=files)
        if draw < 0.12:
            kind = self.chance.choice(
                ("application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/x")
            )
            return self._sent("POST", path, content=b"--x\r\n\xff\x00&csrf=" + self._csrf.encode(), kind=kind)
        return self._sent("POST", path, data=data)

    def _file(self) -> tuple[str, bytes]:
        made = (
            FILES[self.chance.choice(CHEAP)]("http://127.0.0.1:9/") if self.chance.random() < 0.2 else b"\xff\xd8\xffx"
        )
        return self.chance.choice(("x.jpg", "../x", "", "a\x00.xlsx", "欠" * 200)), made

    def _sent(self, method: str, path: str, *, kind: str | None = None, **body: Any) -> Answered:
        headers = {"Cookie": f"arrears={self._token}", "Origin": self.address}
        headers |= {"Content-Type": kind} if kind else {}
        if self.chance.random() < 0.05:
            odd = (
                "Accept-Language",
                "Range",
                "If-Modified-Since",
                "X-Forwarded-For",
                "HX-Request",
                "Referer",
                "Accept",
            )
            headers[self.chance.choice(odd)] = self.chance.choice(
                ("x" * 5_000, "zh;q=9e999", "bytes=9-1", "\x7f", "..//")
            )
        try:
            answer = self._client.request(method, path, headers=headers, **body)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            self._client.close()  # the line was closed on what was too large; whether anything broke stands in the log
            self._client = httpx.Client(base_url=self.address, trust_env=False, timeout=60)
            self.closed += 1
            return Answered(f"{self.role.value} {method} {path[:200]}", 400, "")
        self.answers[answer.status_code // 100] = self.answers.get(answer.status_code // 100, 0) + 1
        if answer.headers.get("location", "").startswith("/login"):
            self.sit()
        self._learn(answer, path)
        said = {name: str(value)[:60] for name, value in (body.get("data") or {}).items() if name != "csrf"}
        return Answered(f"{self.role.value} {method} {path[:200]} {said}", answer.status_code, answer.text[:20_000])

    def _learn(self, answer: httpx.Response, path: str) -> None:
        """Fields, their usual values and addresses that a page shows."""
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        for form in _FORM.findall(answer.text):
            action = unescape(found[1]) if (found := _ACTION.search(form)) else path
            names = {name: value for name, value in _FIELD.findall(form) if name != "csrf"}
            self.fields.setdefault(_template(action), set()).update(names)
            self.fields.setdefault("*", set()).update(names)
            for name, value in names.items():
                self.fields.setdefault(f"={name}", set()).add(unescape(value))
            options = [unescape(one) for one in _OPTION.findall(form)]
            for name in names:
                if len(self.fields[f"={name}"]) < 30:
                    self.fields[f"={name}"].update(options[:10])
        for address in _HREF.findall(answer.text):
            whole = unescape(address)
            if "?" in whole:
                self.fields.setdefault("?", set()).update(httpx.QueryParams(whole.partition("?")[2]).keys())
            if len(self.seen) < 2_000 and not whole.startswith("/static"):
                self.seen.append(whole)


def _quoted(value: str) -> str:
    return quote(value[:2_000], safe="")


def _may(name: str, role: Role) -> bool:
    rule = ACCESS.get(name)
    return rule is not None and (not rule.roles or role in rule.roles)


_TEMPLATES = [(one.path, one.path_regex) for _, one in routes()]


def _template(action: str) -> str:
    """The route that an address belongs to."""
    bare = action.partition("?")[0]
    return next((path for path, form in _TEMPLATES if form.match(bare)), bare)


def everyone(districts: tuple[District, ...]) -> Mapping[Role, Actor]:
    """Somebody of each role in the first district."""
    return districts[0].roles
