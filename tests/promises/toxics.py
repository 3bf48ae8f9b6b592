"""What goes wrong on a wire, put between a connector and its platform: a proxy on loopback with one trouble at a time.

The troubles are those of toxiproxy and those that web servers and mail servers have of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from dataclasses import dataclass

HTTP = b"HTTP/1.1 "
_PAGE = b"<html><body>\xe7\xb3\xbb\xe7\xbb\x9f\xe7\xbb\xb4\xe6\x8a\xa4\xe4\xb8\xad</body></html>"


@dataclass(frozen=True)
class Toxic:
    """One trouble. All off: what is said goes through.

    `delay` seconds pass before each piece of an answer; `drip` seconds between two bytes of it; `cut` bytes of what the
    platform says in all go through, then it ends as `end` says: "close", "reset" or "hang"; `instead` is said in the
    place of an answer, and `greets` before anything is asked; `flood` says it without an end. `succeeds`: it is no
    more than slow.
    """

    name: str
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    end: str = "close"
    instead: bytes | None = None
    greets: bool = False
    flood: bool = False
    succeeds: bool = False


def of_any(deadline: float) -> tuple[Toxic, ...]:
    """What can happen to every wire."""
    return (
        Toxic("latency", delay=deadline / 40, succeeds=True),
        Toxic("late", delay=2 * deadline),
        Toxic("reset", cut=0, end="reset"),
        Toxic("reset amid an answer", cut=60, end="reset"),
        Toxic("black hole", cut=0, end="hang"),
        Toxic("closed door", cut=0),
        Toxic("silence amid an answer", cut=60, end="hang"),
        Toxic("drip", drip=deadline / 20),
    )


def of_http() -> tuple[Toxic, ...]:
    """What web servers do."""
    large = b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    return (
        Toxic("200 with half a body", instead=HTTP + b"200 OK\r\n" + large + b'{"code": 0, "data": {'),
        Toxic("slow close", instead=HTTP + b'200 OK\r\nConnection: close\r\n\r\n{"code": 0}', end="hang"),
        Toxic("429 with Retry-After", instead=HTTP + b"429 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n"),
        Toxic("503", instead=HTTP + b"503 No\r\nContent-Length: 0\r\n\r\n"),
        Toxic("redirect", instead=HTTP + b"302 No\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"),
        Toxic("wrong type", instead=HTTP + b"200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)),
        Toxic("broken gzip", instead=HTTP + b"200 OK\r\nContent-Encoding: gzip\r\n" + large + b"\x1f\x8b\x08" * 1700),
    )


def of_mail() -> tuple[Toxic, ...]:
    """What mail servers do."""
    return (
        Toxic("overloaded", instead=b"* BYE too many connections\r\n", greets=True),
        Toxic("greets and is silent", instead=b"* OK here\r\n", greets=True, end="hang"),
        Toxic("another protocol", instead=HTTP + b"400 Bad Request\r\n\r\n", greets=True),
        Toxic("bytes", instead=b"\xff\x00\xfe" * 300, greets=True),
        Toxic("a line without an end", instead=b"* OK" + b"x" * 4000, greets=True, flood=True),
        Toxic("an empty line", instead=b"\r\n", greets=True),
        Toxic("refuses", instead=b"* BAD no\r\n", greets=True, end="hang"),
    )


WELL = Toxic("well", succeeds=True)


class Proxy:
    """Passes on what is said between callers and one platform, as far as the trouble lets it."""

    def __init__(self, port: int) -> None:
        self._upstream, self.toxic, self.passed = port, WELL, 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        start = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(start, self._loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._open: set[asyncio.Task[None]] = set()

    def be(self, toxic: Toxic) -> None:
        """From now on this is the trouble. Counting of what was passed begins anew."""
        self.toxic, self.passed = toxic, 0

    def stop(self) -> None:
        """Pass nothing more."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, toxic = asyncio.current_task(), self.toxic
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                if toxic.instead is not None:
                    await self._say(toxic, reader, writer)
                elif toxic.cut == 0:
                    await self._end(toxic, writer)
                else:
                    await self._pass(toxic, reader, writer)
        finally:
            writer.close()

    async def _say(self, toxic: Toxic, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not toxic.greets:
            await reader.read(65536)
        writer.write(toxic.instead or b"")
        await writer.drain()
        while toxic.flood:
            writer.write(toxic.instead or b"")
            await writer.drain()
            await asyncio.sleep(0.01)
        await self._end(toxic, writer)

    async def _end(self, toxic: Toxic, writer: asyncio.StreamWriter) -> None:
        if toxic.end == "hang":
            await asyncio.sleep(3600)
        if toxic.end == "reset":
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _pass(self, toxic: Toxic, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._upstream)
        asking = asyncio.create_task(_copy(reader, ours))
        try:
            while said := await theirs.read(65536):
                await asyncio.sleep(toxic.delay)
                if toxic.cut is not None and self.passed + len(said) >= toxic.cut:
                    writer.write(said[: toxic.cut - self.passed])
                    self.passed = toxic.cut
                    await writer.drain()
                    await self._end(toxic, writer)
                    return
                self.passed += len(said)
                for piece in [bytes([one]) for one in said] if toxic.drip else [said]:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(toxic.drip)
        finally:
            asking.cancel()
            ours.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while asked := await reader.read(65536):
            writer.write(asked)
            await writer.drain()
