"""The console in this process: its whole application, without a socket between it and who asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

ORIGIN = "http://console.test"


class Console:
    """Answers requests of many threads. Keeps no cookies: each request says which it carries."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def request(
        self, method: str, path: str, *, place: str = "127.0.0.1", headers: Mapping[str, str] | None = None, **body: Any
    ) -> httpx.Response:
        """One request that comes from the address `place`. Redirects are not followed, errors come as answers."""
        asked = httpx.Request(method, ORIGIN + path, headers=headers, **body)
        return asyncio.run_coroutine_threadsafe(self._answer(asked, place), self._loop).result(60)

    async def _answer(self, asked: httpx.Request, place: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(place, 40_000))
        answer = await transport.handle_async_request(asked)
        await answer.aread()
        answer.request = asked
        return answer

    def close(self) -> None:
        """Answer no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def console(app: FastAPI) -> Iterator[Console]:
    """The console while the context lasts."""
    made = Console(app)
    try:
        yield made
    finally:
        made.close()
