"""A server that ends when it is told to: what is in hand is answered first, unless nobody is to wait for it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from sandbox.prompt import Prompt


class Slow:
    """Answers `/slow` when it is let go, `/endless` never, and all else at once."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.set()
        if Request(scope).url.path == "/slow":
            await run_in_threadpool(self.let_go.wait, 20)
        if Request(scope).url.path == "/endless":
            await asyncio.sleep(60)
        await PlainTextResponse("answered")(scope, receive, send)


@pytest.fixture
def app() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.let_go.set()


@pytest.fixture
def started(app: Slow) -> Callable[[], tuple[Prompt, threading.Thread, str]]:
    def start() -> tuple[Prompt, threading.Thread, str]:
        listener = socket.create_server(("127.0.0.1", 0))
        server = Prompt(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert server.wait_until_up(20)
        return server, thread, f"http://127.0.0.1:{listener.getsockname()[1]}"

    return start


def test_who_is_in_hand_is_answered_before_the_end(
    app: Slow, started: Callable[[], tuple[Prompt, threading.Thread, str]]
) -> None:
    server, thread, address = started()
    said: list[str] = []
    asker = threading.Thread(target=lambda: said.append(requests.get(f"{address}/slow", timeout=20).text))
    asker.start()
    assert app.asked.wait(20)
    server.stop()
    thread.join(0.3)
    assert thread.is_alive(), "somebody waits for an answer"
    app.let_go.set()
    thread.join(20)
    asker.join(20)
    assert said == ["answered"]


def test_an_open_line_that_asks_nothing_keeps_nobody_waiting(
    started: Callable[[], tuple[Prompt, threading.Thread, str]],
) -> None:
    took: list[float] = []
    with requests.Session() as line:
        while len(took) < 10 or (min(took) >= 0.1 and len(took) < 50):
            server, thread, address = started()
            assert line.get(address, timeout=20).text == "answered"
            told = time.monotonic()
            server.stop()
            thread.join(20)
            took.append(time.monotonic() - told)
            assert not thread.is_alive()
            with pytest.raises(requests.ConnectionError):
                requests.get(address, timeout=20)
    assert min(took) < 0.1, "uvicorn by itself waits so long at least"


def test_nobody_is_waited_for_where_it_is_forced(
    app: Slow, started: Callable[[], tuple[Prompt, threading.Thread, str]]
) -> None:
    server, thread, address = started()
    said: list[str] = []

    def ask() -> None:
        try:
            said.append(requests.get(f"{address}/endless", timeout=20).text)
        except requests.ConnectionError:
            said.append("left")

    asker = threading.Thread(target=ask)
    asker.start()
    assert app.asked.wait(20)
    server.force_exit = True
    server.stop()
    thread.join(20)
    asker.join(20)
    assert not thread.is_alive()
    assert said != ["answered"]
