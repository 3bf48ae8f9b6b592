"""Calls to the one host of a channel, against a host that misbehaves in every way we know."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from casework.errors import BadInput, ChannelChanged, ChannelUnavailable
from connectors.http import Http
from sandbox.faults import Faults
from sandbox.loopback import Loopback

Behaviour = Callable[[int, Send], Awaitable[None]]
DEADLINE = 1.0
BUSY = 5.0
"""Seconds that a busy machine may add; whatever drips here drips for longer."""


class Host:
    """A host that answers its n-th call as it was told to."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.calls = 0
        self.faults = Faults()
        self._behaviour = behaviour
        self.loopback = Loopback(self._app(), self.faults)

    def _app(self) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self.calls += 1
            await self._behaviour(self.calls, send)

        return app

    def http(self) -> Http:
        return Http("a_channel", {"url": self.loopback.url, "deadline_seconds": str(DEADLINE)})


async def say(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


Hosts = Callable[[Behaviour], Host]


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    opened: list[Host] = []

    def open_host(behaviour: Behaviour) -> Host:
        opened.append(Host(behaviour))
        return opened[-1]

    yield open_host
    for host in opened:
        host.loopback.stop()


async def fine(_: int, send: Send) -> None:
    await say(send, 200, b'{"a": 1}')


def test_a_redirect_to_another_host_is_not_followed(hosts: Hosts) -> None:
    other, host = hosts(fine), hosts(fine)
    host.faults.redirect = other.loopback.url
    with pytest.raises(ChannelChanged):
        host.http().call("GET", "/orders")
    assert other.calls == 0


def test_an_address_on_another_host_is_never_called(hosts: Hosts) -> None:
    other, host = hosts(fine), hosts(fine)
    for elsewhere in (other.loopback.url, "http://localhost:1/", "file:///etc/hostname", "https://127.0.0.1/"):
        with pytest.raises(ChannelChanged):
            host.http().call("GET", elsewhere)
    assert other.calls == 0


def test_a_get_is_tried_again_when_the_other_side_is_busy(hosts: Hosts) -> None:
    async def busy_twice(n: int, send: Send) -> None:
        await say(send, 503 if n < 3 else 200, b'{"a": 1}')

    host = hosts(busy_twice)
    assert host.http().call("GET", "/orders").json() == {"a": 1}
    assert host.calls == 3


def test_a_post_is_never_sent_a_second_time_on_our_own_account(hosts: Hosts) -> None:
    async def busy(_: int, send: Send) -> None:
        await say(send, 503, b"")

    host = hosts(busy)
    with pytest.raises(ChannelUnavailable):
        host.http().call("POST", "/replies", body=b"{}")
    assert host.calls == 1


def test_a_long_retry_after_does_not_hold_us(hosts: Hosts) -> None:
    async def too_many(_: int, send: Send) -> None:
        await say(send, 429, b"", (b"retry-after", b"3600"))

    started = time.monotonic()
    with pytest.raises(ChannelUnavailable):
        hosts(too_many).http().call("GET", "/orders")
    assert time.monotonic() - started < 1.5 * DEADLINE + BUSY


def test_a_body_that_drips_is_given_up_in_time(hosts: Hosts) -> None:
    async def drip(_: int, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _count in range(100):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(0.1)

    started = time.monotonic()
    with pytest.raises(ChannelUnavailable):
        hosts(drip).http().call("GET", "/orders")
    assert time.monotonic() - started < 1.5 * DEADLINE + BUSY


def test_headers_that_drip_are_given_up_in_time() -> None:
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, contextlib.suppress(OSError):
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not over.wait(0.1):
                line.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        http = Http("a_channel", {"url": f"http://127.0.0.1:{listening.getsockname()[1]}", "deadline_seconds": "1"})
        started = time.monotonic()
        try:
            with pytest.raises(ChannelUnavailable):
                http.call("GET", "/orders")
            assert time.monotonic() - started < 1.5 * DEADLINE + BUSY
        finally:
            over.set()
            thread.join(timeout=5)


def test_a_body_that_is_cut_short_is_no_answer(hosts: Hosts) -> None:
    host = hosts(fine)
    host.faults.half_body = True
    with pytest.raises(ChannelUnavailable):
        host.http().call("GET", "/orders")


def test_a_whole_body_that_is_not_json_stops_the_run_and_is_not_quoted(hosts: Hosts) -> None:
    host = hosts(fine)
    for text in ("", "<html>张三 13900000001</html>", "{'a': 1}", '{"a": 1', "[" * 100_000):
        host.faults.garbage = text
        with pytest.raises(ChannelChanged) as stopped:
            host.http().call("GET", "/orders").json()
        assert "13900000001" not in str(stopped.value)
    host.faults.clear()
    host.faults.cut_body = True
    with pytest.raises(ChannelChanged):
        host.http().call("GET", "/orders").json()


def test_a_small_answer_that_unpacks_to_a_flood_is_refused(hosts: Hosts) -> None:
    bomb = gzip.compress(b" " * (65 * 1024 * 1024))

    async def flood(_: int, send: Send) -> None:
        await say(send, 200, bomb, (b"content-encoding", b"gzip"))

    http = Http("a_channel", {"url": hosts(flood).loopback.url, "deadline_seconds": "10"})
    with pytest.raises(ChannelChanged):
        http.call("GET", "/orders")


def test_a_packed_answer_is_unpacked_and_a_broken_packing_is_no_answer(hosts: Hosts) -> None:
    packed = gzip.compress(b'{"a": "' + b"x" * 200_000 + b'"}')

    async def answer(n: int, send: Send) -> None:
        await say(send, 200, packed if n == 1 else b"not packed at all", (b"content-encoding", b"gzip"))

    http = hosts(answer).http()
    assert len(http.call("GET", "/orders").json()["a"]) == 200_000
    with pytest.raises(ChannelUnavailable):
        http.call("GET", "/orders")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 301, 307])
def test_a_refusal_stops_the_run_until_a_person_looks(hosts: Hosts, status: int) -> None:
    async def refuse(_: int, send: Send) -> None:
        await say(send, status, b"")

    with pytest.raises(ChannelChanged):
        hosts(refuse).http().call("GET", "/orders")


def test_a_closed_port_is_a_channel_that_is_down() -> None:
    with pytest.raises(ChannelUnavailable):
        Http("a_channel", {"url": "http://127.0.0.1:9", "deadline_seconds": "1"}).call("GET", "/")


@pytest.mark.parametrize("settings", [{}, {"url": ""}, {"url": "http://h", "deadline_seconds": "soon"}])
def test_a_missing_setting_is_named(settings: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=r"setting (url|deadline_seconds)"):
        Http("a_channel", settings)
