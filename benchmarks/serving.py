"""The console as an office runs it, on a free port of this machine: for measuring it and for testing it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import uvicorn

from console.app import make_app, server_options, settle
from sandbox.prompt import Prompt
from services.office.settings import Settings
from warehouse.engine import Warehouse


@cache
def _settled() -> None:
    """As a console does once, when it begins."""
    settle()


@contextmanager
def served(store: Warehouse, settings: Settings, clock: Callable[[], datetime]) -> Iterator[str]:
    """The address of a console over this store, by real HTTP, while the context lasts.

    Of a socket that does not name its protocol asyncio does not know that it should send at once: each small answer
    would wait forty milliseconds for the other side's leave. The console of an office opens its own, and does not.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    app = make_app(store, settings, clock)
    _settled()
    server = Prompt(uvicorn.Config(app, lifespan="off", **server_options(settings)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.wait_until_up(1):
        assert thread.is_alive(), "the console did not come up"
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.stop()
    thread.join()
    listener.close()
