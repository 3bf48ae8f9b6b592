"""A probe of ten requests a second against consoles behind a proxy, and what became of each."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType

import httpx

A_SECOND = 10
PATIENCE = 8.0
"""Seconds after which a request failed: the four for which a step may wait, and the page's own on a busy machine."""
WRITES = 10
"""Every so many requests one tells a complaint at the window."""
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request came to. `status` 0: no answer at all."""

    path: str
    status: int
    seconds: float
    console: str
    broken: str = ""
    """The kind of break, where there was no answer."""

    @property
    def failed(self) -> bool:
        """Whether somebody would have noticed."""
        return self.status != 200 or self.seconds > PATIENCE


def token(text: str) -> str:
    """The token of the forms on a page."""
    found = _TOKEN.search(text)
    assert found, "a page without a form"
    return found[1]


def tell(client: httpx.Client, console: str, csrf: str) -> httpx.Response:
    """Tell a complaint at the window."""
    fields = {
        "csrf": csrf,
        "key": secrets.token_hex(10),
        "complainant_name": "刘春生",
        "complainant_phone": "13912340010",
        "narrative": "工资没有发",
        "employer_name": "青岛蓝天海产加工有限公司",
    }
    return client.post(f"{console}/walk-in", data=fields, headers={"Origin": console})


@dataclass
class Probe:
    """Asks while the context lasts. A console that takes no connection is passed over, as a proxy does."""

    addresses: Sequence[str]
    login: str
    password: str
    paths: Sequence[str]
    answers: list[Answer] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    resting: threading.Event = field(default_factory=threading.Event)
    asked: int = 0

    def __enter__(self) -> Probe:
        # A connection for each request: one that is kept may be closed by the console at the moment it is used again.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.Client(follow_redirects=True, timeout=3 * PATIENCE, trust_env=False, limits=limits)
        home = self.addresses[0]
        csrf = token(self.client.get(f"{home}/login").text)
        fields = {"login": self.login, "password": self.password, "csrf": csrf}
        self.client.post(f"{home}/login", data=fields, headers={"Origin": home}).raise_for_status()
        self.token = token(self.client.get(f"{home}/account").text)
        self.hands = ThreadPoolExecutor(max_workers=60)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop.set()
        self.thread.join()
        self.hands.shutdown()
        self.client.close()

    def _run(self) -> None:
        """On the stroke, however long the answers take."""
        began = time.monotonic()
        for number in itertools.count():
            if self.stop.wait(max(0.0, began + number / A_SECOND - time.monotonic())):
                return
            if not self.resting.is_set():
                self.asked += 1
                self.hands.submit(self._ask, number)

    def _ask(self, number: int) -> None:
        first = number % len(self.addresses)
        order = [*self.addresses[first:], *self.addresses[:first]]
        path = self.paths[number % len(self.paths)]
        writes = number % WRITES == 0
        began = time.monotonic()
        status, console, broken = 0, "", ""
        for console in order:
            try:
                answer = self._told(console) if writes else self.client.get(console + path)
                status = 401 if answer.url.path == "/login" else answer.status_code
                break
            except httpx.ConnectError as failed:
                broken = type(failed).__name__
            except httpx.HTTPError as failed:
                broken = type(failed).__name__
                break
        told = "/walk-in" if writes else path
        self.answers.append(Answer(told, status, time.monotonic() - began, console, broken if not status else ""))

    def _told(self, console: str) -> httpx.Response:
        return tell(self.client, console, self.token)

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Nobody asks meanwhile, and nobody waits for an answer any more."""
        self.resting.set()
        time.sleep(2 / A_SECOND)
        self.more(self.asked - len(self.answers))
        yield
        self.resting.clear()

    @property
    def failed(self) -> list[Answer]:
        """What somebody would have noticed."""
        return [answer for answer in self.answers if answer.failed]

    def more(self, requests: int) -> None:
        """Wait until so many more were answered, well or not."""
        wanted, until = len(self.answers) + requests, time.monotonic() + 10 * PATIENCE
        while len(self.answers) < wanted and time.monotonic() < until:
            time.sleep(0.02)
