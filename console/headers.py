"""What every answer carries: the content policy, no sniffing, no referrer to others, no copy of a page kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers as Received
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
LARGEST = 1024 * 1024
LARGER = {"/channels/upload": 10 * 1024 * 1024}
"""Addresses that take more, because files are sent there; their views read the file from the disk."""
PHOTOS = re.compile(r"/cases/[^/]{1,40}/(visit|photos)\Z")
MOST_PHOTOS = 12 * 15_000_000 + LARGEST
"""What a form with photographs takes, whatever the office sets: twelve of fifteen megabytes, and its words."""
_DRAINED_BESIDES = 60 * 1024 * 1024
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    # Not `no-referrer`: with that, a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def largest(path: str) -> int:
    """How many bytes a form sent to this address may have."""
    return MOST_PHOTOS if PHOTOS.match(path) else LARGER.get(path, LARGEST)


class Headers:
    """Sets the headers on every answer, and refuses a form larger than any of ours could be."""

    def __init__(self, app: ASGIApp, *, secure: bool, too_large: Callable[[Request], Response]) -> None:
        self.app = app
        self.secure = secure
        self.too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and dress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                if self.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        received = Received(scope=scope)
        if "transfer-encoding" in received:
            await PlainTextResponse("The form is too large.", status_code=411)(scope, receive, dressed)
            return
        length = received.get("content-length", "0")
        most = largest(scope["path"])
        if not length.isdecimal() or int(length) > most:
            await _refuse(scope, receive, dressed, self.too_large if most > LARGEST else None)
            return
        await self.app(scope, receive, dressed)


async def _refuse(scope: Scope, receive: Receive, send: Send, page: Callable[[Request], Response] | None) -> None:
    """Answer what is too large. Where a person chose a file, it is let run by, so that they see the page."""
    answer: Response = PlainTextResponse("The form is too large.", status_code=413)
    if page is not None:
        drained, more = 0, True
        while more and drained < largest(scope["path"]) + _DRAINED_BESIDES:
            message = await receive()
            drained += len(message.get("body", b""))
            more = message.get("more_body", False)
        answer = await run_in_threadpool(page, Request(scope))
    await answer(scope, receive, send)
