"""People at work in the console, by real HTTP: each opens pages, reads for a while and presses buttons of forms.

Every request is timed by itself, as the browser would: the press of a button, and the page it leads to. Beside them
somebody asks for nothing at all, by `/healthz/live`: the one route that looks up no login, asks no database and shows
no page. What it takes is the way through the server and the wait for its turn, which everything else takes, too.
"""

from __future__ import annotations

import asyncio
import html
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from benchmarks.stored_cases import PASSWORD, Staff

NOTHING = "nothing at all"
_FORM = re.compile(r'<form[^>]*?method="post" action="(/[^"]*)"[^>]*>(.*?)</form>', re.S)
_FIELD = re.compile(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"')
_CASE = re.compile(r'href="/cases/(M\d{7})"')
_EMPLOYER = re.compile(r'href="(/employers/[^"?/]+)"')

Step = tuple[str, int]
INSPECTOR: tuple[Step, ...] = (
    ("mine", 300), ("case", 320), ("visit", 60), ("search", 80), ("dashboard", 60), ("cases", 40), ("employers", 30),
    ("employer", 40), ("warnings", 40),
)  # fmt: skip
DESK: tuple[Step, ...] = (
    ("queue", 350), ("preview", 200), ("news", 80), ("case", 120), ("search", 80), ("dispatch", 40), ("callbacks", 40),
    ("dashboard", 40), ("cases", 30), ("review", 30), ("statistics", 6),
)  # fmt: skip
HEAD: tuple[Step, ...] = (
    ("queue", 250), ("mine", 150), ("case", 200), ("dashboard", 200), ("warnings", 80), ("employers", 50),
    ("search", 60), ("statistics", 12),
)  # fmt: skip
"""What somebody does next, of a thousand times or so, by what they are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: for what, when (by `time.monotonic`), in how many seconds it was answered, and how."""

    what: str
    at: float
    took: float
    status: int


@dataclass
class Officer:
    """Somebody logged in, who works at whichever console answers. `seen` are the numbers of cases they came across."""

    login: str
    steps: tuple[Step, ...]
    consoles: Sequence[str]
    chance: random.Random
    line: httpx.AsyncClient
    asked: list[Asked] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    conflicts: int = 0
    seen: list[str] = field(default_factory=list)
    firms: list[str] = field(default_factory=list)
    page: str = ""

    async def _answer(self, what: str, method: str, path: str, **sent: Any) -> httpx.Response | None:
        """Ask, and note how long it took. An answer nobody expects is written down; a conflict is counted."""
        console = self.chance.choice(self.consoles)
        began, status = time.monotonic(), 0
        try:
            answer = await self.line.request(method, console + path, headers={"Origin": console}, **sent)
            status = answer.status_code
        except httpx.HTTPError as failed:
            self.wrong.append(f"{what}: {type(failed).__name__}")
            return None
        finally:
            self.asked.append(Asked(what, began, time.monotonic() - began, status))
        if status in (409, 422) and method == "POST":
            self.conflicts += 1
        elif status >= 400:
            self.wrong.append(f"{what}: {status}")
        return answer if status < 400 else None

    async def look(self, what: str, path: str) -> str:
        """Open a page; its text, or nothing."""
        answer = await self._answer(what, "GET", path)
        return answer.text if answer is not None else ""

    async def press(self, what: str, page: str, to: Callable[[str], bool], **typed: Any) -> bool:
        """Send one of a page's forms as it stands there, with what is typed; then open where it leads."""
        forms = [(path, inside) for path, inside in _FORM.findall(page) if to(path)]
        if not forms:
            return False
        path, inside = self.chance.choice(forms)
        fields = {name: html.unescape(value) for name, value in _FIELD.findall(inside)} | typed
        files = {"photos": ("", b"")} if "photos" in page and path.endswith("/visit") else None
        answer = await self._answer(what, "POST", path, data=fields, files=files)
        if answer is not None and answer.status_code == 303:
            self.page = await self.look(f"{what}, its page", answer.headers["location"])
        return answer is not None

    async def log_in(self) -> None:
        """By the form, with the password."""
        await self.press(
            "login", await self.look("login", "/login"), "/login".__eq__, login=self.login, password=PASSWORD
        )

    async def next_step(self) -> None:
        """What they do next."""
        names = [name for name, _ in self.steps]
        (name,) = self.chance.choices(names, [often for _, often in self.steps])
        await (getattr(self, f"_{name}", None) or self._any(name))()

    def _any(self, name: str) -> Callable[[], Any]:
        return lambda: self.look(name, f"/{name}")

    async def _list(self, name: str) -> str:
        page = await self.look(name, f"/{name}")
        self.seen = list(dict.fromkeys(_CASE.findall(page))) or self.seen
        return page

    async def _mine(self) -> None:
        await self._list("mine")

    async def _queue(self) -> None:
        self.page = await self._list("queue")

    async def _case(self) -> str:
        if not self.seen:
            await self._list("mine" if self.steps is INSPECTOR else "queue")
        if not self.seen:
            return ""
        page = await self.look("case", f"/cases/{self.chance.choice(self.seen)}")
        if self.steps is INSPECTOR:
            await self.press("sign for", page, lambda path: path.endswith("/sign-for"))
        return page

    async def _visit(self) -> None:
        case = await self._case()
        found = re.search(r'href="(/cases/M\d{7}/visit)"', case)
        if found is None:
            return
        page = await self.look("form of a visit", found[1])
        officers = re.findall(r'name="officer_ids" value="([^"]+)"', page)[:2]
        told = {"officer_ids": officers, "place": "工地", "findings": "已查看考勤与工资表。"}
        await self.press("record a visit", page, lambda path: path == found[1], **told)

    async def _search(self) -> None:
        page = self.page or await self._list("mine" if self.steps is INSPECTOR else "queue")
        words = [f"M{self.chance.randrange(500):07d}", "第1号工地", f"{self.chance.randrange(10_000):04d}"]
        await self.press("search", page, "/search".__eq__, q=self.chance.choice(words))

    async def _preview(self) -> None:
        await self._list("queue") if not self.seen else None
        if self.seen:
            await self.look("preview", f"/queue/preview/{self.chance.choice(self.seen)}")

    async def _news(self) -> None:
        await self.look("news", "/queue/news?drawn=2026-01-01T00:00:00%2B00:00")

    async def _dispatch(self) -> None:
        page = await self._list("queue")
        numbers = {f"/cases/{one}/dispatch" for one in _CASE.findall(page)}
        chosen = [path for path, inside in _FORM.findall(page) if path in numbers and 'name="choose"' not in inside]
        if chosen:
            mine = self.chance.choice(chosen)
            sent = re.sub(r'<form class="pickrow".*?</form>', "", page, flags=re.S)
            await self.press("dispatch", sent, mine.__eq__)

    async def _employers(self) -> None:
        self.firms = _EMPLOYER.findall(await self.look("employers", "/employers")) or self.firms

    async def _employer(self) -> None:
        if not self.firms:
            await self._employers()
        if self.firms:
            await self.look("employer", self.chance.choice(self.firms))


async def at_work(officers: Sequence[Officer], seconds: float, think: float) -> None:
    """Everybody works for so long, each beginning within the first while; between two steps they think."""
    until = time.monotonic() + seconds

    async def one(officer: Officer) -> None:
        await asyncio.sleep(officer.chance.uniform(0, think))
        while time.monotonic() < until:
            await officer.next_step()
            await asyncio.sleep(think * officer.chance.uniform(0.5, 1.5))

    await asyncio.gather(*(one(officer) for officer in officers))


class Nobody(Officer):
    """Asks for nothing, over and over; not logged in."""

    async def log_in(self) -> None:
        """They have no name."""

    async def next_step(self) -> None:
        """Ask."""
        await self.look(NOTHING, "/healthz/live")


def crowd(staff: Staff, nobodies: int, consoles: Sequence[str], *, seed: int) -> list[Officer]:
    """Everybody who works here, and those who ask for nothing, not logged in yet. Their lines are left open."""
    kinds = (("inspector", INSPECTOR, staff.inspectors), ("desk", DESK, staff.desks), ("head", HEAD, staff.heads))
    logins = [(name, steps, n) for name, steps, how_many in kinds for n in range(how_many)]
    made = []
    for name, steps, n in [*logins, *(("", (), n) for n in range(nobodies))]:
        login = f"{name}{n}" if n or name == "inspector" else name
        line = httpx.AsyncClient(timeout=120, trust_env=False)
        kind = Officer if name else Nobody
        made.append(kind(login, steps, consoles, random.Random(f"{seed}.{name}{n}"), line))
    return made
