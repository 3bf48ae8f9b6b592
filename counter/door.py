"""What stands before every page: size and pace are looked at before a byte of a body is read; every answer has headers.

A body that is too large, or one too many from the same place, costs a line of headers and a page of words.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counter.pages import ALWAYS
from counter.turns import place_of

LARGEST = 64 * 1024
"""Bytes of a form without files."""
BODY_SECONDS = 900.0
"""So long a posting may take to come in: a hundred megabytes at a megabit a second."""
DRAIN_SECONDS = 5.0
"""So long a refused body is let run by; who sends slower sees the line closed."""
OPEN_AT_ONCE = 6
"""So many bodies one address may be sending at the same time."""
_WORDS, _FILES = b"application/x-www-form-urlencoded", b"multipart/form-data"
_SHORT_DRAIN = 4 * 1024 * 1024


class Refused(Exception):
    """This request is answered with words before its body is read."""

    def __init__(self, word: str, status: int, **filled: object) -> None:
        super().__init__(word)
        self.word, self.status, self.filled = word, status, filled


def unread(why: Exception, most_files: int) -> Refused:
    """In what words a form is refused that could not be read: it held more files than are read at all, which is one
    more than may come, or it broke off. The library says which in its own words alone."""
    said = str(getattr(why, "detail", "") or getattr(why, "message", ""))
    if most_files and said.startswith("Too many files"):
        return Refused("too_many_files", 422, most=most_files - 1)
    return Refused("broken_form", 400)


class Door:
    """`largest` says how many bytes an address takes, `look` raises `Refused`, `refusal` makes the page of words."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool,
        largest: Callable[[str], int],
        look: Callable[[Request], None],
        refusal: Callable[[Request, Refused], Response],
    ) -> None:
        self.app, self.secure = app, secure
        self.largest, self.look, self.refusal = largest, look, refusal
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and dress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message), secure=self.secure)
            await send(message)

        if scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, dressed)
            return
        request = Request(scope)
        place = place_of(request.client.host if request.client else "")
        try:
            self._admit(request, place)
        except Refused as refused:
            await _let_run_by(receive, Headers(scope=scope))
            answer = self.refusal(request, refused)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, dressed)
            return
        self._open[place] += 1
        try:
            await self.app(scope, _in_time(receive), dressed)
        finally:
            self._open[place] -= 1
            if self._open[place] <= 0:
                del self._open[place]

    def _admit(self, request: Request, place: str) -> None:
        headers, most = request.headers, self.largest(request.url.path)
        length = headers.get("content-length", "")
        if "transfer-encoding" in headers or not length.isdecimal() or len(length) > 12:
            raise Refused("broken_form", 411)
        if int(length) > most:
            raise Refused("too_large", 413)
        _readable(headers, int(length))
        if self._open[place] >= OPEN_AT_ONCE:
            raise Refused("too_often", 429, minutes=1)
        self.look(request)


def dress(headers: MutableHeaders, *, secure: bool) -> None:
    """What every answer carries, also the page of words for what broke, which is made outside of the door."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _readable(headers: Headers, length: int) -> None:
    """Whether it is a form as our pages send it: what else there is costs more to read than it is long."""
    kind, said = parse_options_header(headers.get("content-type", ""))
    if kind not in (_WORDS, _FILES) or said.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise Refused("broken_form", 415)
    if kind == _WORDS and length > LARGEST:
        raise Refused("broken_form", 413)


async def _let_run_by(receive: Receive, headers: Headers) -> None:
    """A short body is let run by, so that its sender sees the words; of a long one not a byte is read."""
    length = headers.get("content-length", "")
    if not length.isdecimal() or len(length) > 12 or int(length) > _SHORT_DRAIN:
        return
    more = True
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while more:
                message = await receive()
                more = message["type"] == "http.request" and message.get("more_body", False)


def _in_time(receive: Receive) -> Receive:
    """The body, until its time is over; then it counts as broken off."""
    until = time.monotonic() + BODY_SECONDS

    async def given() -> Message:
        try:
            return await asyncio.wait_for(receive(), max(0.001, until - time.monotonic()))
        except TimeoutError:
            return {"type": "http.disconnect"}

    return given
