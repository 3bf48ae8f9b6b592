"""A server that stops when it is told to: the one of uvicorn looks ten times a second whether it should, then waits as
long again. Where hundreds are started and stopped, that is what they do most of the time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import uvicorn

_TICK = 0.1
"""Seconds between two looks of uvicorn at its own affairs, as it keeps them: the date of its answers is one of them."""
_LOOK = 0.002
"""Seconds between two looks whether those who still wait have their answer."""


class Prompt(uvicorn.Server):
    """Answers as the server of uvicorn does, which it is. `stop` may be called from any thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None

    def wait_until_up(self, seconds: float) -> bool:
        """Whether it takes requests by then."""
        return self._up.wait(seconds)

    def stop(self) -> None:
        """Take no more requests, answer those that are in hand, and end."""
        self.should_exit = True
        if self._loop is not None and self._over is not None:
            with contextlib.suppress(RuntimeError):  # its loop has ended already
                self._loop.call_soon_threadsafe(self._over.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._over, self._loop = asyncio.Event(), asyncio.get_running_loop()
        await super().startup(sockets)
        self._up.set()

    async def main_loop(self) -> None:
        """Look at its affairs as often as uvicorn does, and end the moment it is told to."""
        assert self._over is not None
        counter = 0
        while not await self.on_tick(counter):
            counter = (counter + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what waits for requests; requests in hand are answered first, unless it is told not to wait."""
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        while (self.server_state.connections or self.server_state.tasks) and not self.force_exit:
            await asyncio.sleep(_LOOK)
