"""A web application served on loopback from a thread, with the faults of its platform in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
from collections.abc import MutableMapping
from typing import Any

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.prompt import Prompt

THREADS = "loopback-"
"""How the names of the threads begin that serve here."""


class Careless(JSONResponse):
    """JSON as careless programs write it: numbers that are none and half characters go out as they are."""

    def render(self, content: Any) -> bytes:
        """The content as the standard library writes it when nobody asks it to be strict."""
        return json.dumps(content).encode()


class Faulty:
    """An application that is late, broken or cut short as its faults say."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        faults = self._faults
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if faults.delay:
            await asyncio.sleep(faults.delay)
        if faults.status or faults.redirect:
            await _answer(send, faults.status or 302, b"out of order", location=faults.redirect)
        elif faults.garbage is not None:
            await _answer(send, 200, faults.garbage.encode())
        elif faults.half_body or faults.cut_body:
            await self._cut(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _cut(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Half of what was to be said, with the whole length promised or with a length that hides the loss."""
        parts: list[bytes] = []
        status = 200

        async def keep(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, keep)
        whole = b"".join(parts)
        half = whole[: len(whole) // 2]
        await _answer(send, status, half, length=len(half) if self._faults.cut_body else len(whole))


async def _answer(
    send: Send, status: int, body: bytes, *, length: int | None = None, location: str | None = None
) -> None:
    headers = [(b"content-length", str(len(body) if length is None else length).encode())]
    headers.append((b"content-type", b"application/json"))
    if location:
        headers.append((b"location", location.encode()))
    start: MutableMapping[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})


class Loopback:
    """Serves an application on 127.0.0.1 until it is stopped. Port 0 takes any free port."""

    def __init__(self, app: ASGIApp, faults: Faults, *, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            Faulty(app, faults),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        logging.getLogger("uvicorn.error").addFilter(_not_ours)
        self._server = Prompt(config)
        self._thread = threading.Thread(target=self._serve, name=f"{THREADS}{self.port}", daemon=True)
        self._thread.start()
        self._server.wait_until_up(20)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        with contextlib.suppress(SystemExit):
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop serving; whoever still waits is left."""
        self._server.force_exit = True
        self._server.stop()
        self._thread.join(timeout=2)
        self._socket.close()


def _not_ours(record: logging.LogRecord) -> bool:
    """What an imitated platform's server would log is left out; what any other server in this process logs stays."""
    return not (record.threadName or "").startswith(THREADS)
