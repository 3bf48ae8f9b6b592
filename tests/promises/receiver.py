"""A receiver of answers that cannot be relied on: it answers, hangs, or drops the line before or after the effect.

It speaks as the hotline does and removes duplicates by key, as a good receiver must. It serves from a process of its
own and keeps every request, so that a proof can say what reached it.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import unquote

MOODS = ("answer", "answer", "hang before", "hang after", "drop before", "drop after")


@dataclass
class Reached:
    """What reached the receiver: effects as (key, order, body) in their order, every body under each key, and moods."""

    effects: list[tuple[str, str, bytes]] = field(default_factory=list)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    moods: dict[str, int] = field(default_factory=dict)
    requests: int = 0


class Receiver:
    """The receiver and the line to its process."""

    def __init__(self, seed: int, *, hang: float) -> None:
        context = multiprocessing.get_context("fork")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, seed, hang), daemon=True)
        self._process.start()
        port = self._line.recv()
        self.settings = {
            "url": f"http://127.0.0.1:{port}",
            "app_key": "k",
            "app_secret": "s",
            "deadline_seconds": str(hang / 2),
        }

    def be(self, mood: str | None) -> None:
        """From now on always in this mood; None: as chance has it."""
        self._line.send(mood)
        self._line.recv()

    def reached(self) -> Reached:
        """What has reached it so far."""
        self._line.send("tell")
        told: Reached = self._line.recv()
        return told

    def close(self) -> None:
        """Serve no longer."""
        self._line.send("stop")
        self._process.join(10)


class _Held:
    """What the receiver holds and remembers, and the mood it is in."""

    def __init__(self, seed: int, hang: float) -> None:
        self.reached, self.lock, self.hang = Reached(), threading.Lock(), hang
        self.mood: str | None = None
        self._chance = random.Random(seed)
        self._held: dict[str, tuple[str, bytes]] = {}

    def asked(self, key: str, body: bytes) -> str:
        """A request came; the mood it meets."""
        with self.lock:
            now = self.mood or self._chance.choice(MOODS)
            self.reached.requests += 1
            self.reached.moods[now] = self.reached.moods.get(now, 0) + 1
            self.reached.bodies.setdefault(key, set()).add(body)
            return now

    def take(self, key: str, order: str, body: bytes) -> None:
        """The effect, once for each key."""
        with self.lock:
            if key not in self._held:
                self._held[key] = (order, json.loads(body)["content"].encode())
                self.reached.effects.append((key, *self._held[key]))

    def shown(self, key: str) -> dict[str, str] | None:
        """What is shown under a key."""
        with self.lock:
            if key not in self._held:
                return None
            content = self._held[key][1].decode()
        return {"replyId": f"R{key[-6:]}", "content": content, "time": "2026-11-20T08:30:00+08:00"}


class _Server(ThreadingHTTPServer):
    """Lines that are cut are what it is for: it does not complain of them."""

    daemon_threads = True
    held: _Held

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """An answer comes, or somebody asks for a token."""
        held, body = self.server.held, self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/oauth/token":
            self._say({"token": "t" * 24, "expiresIn": 7200})
            return
        key, order = self.headers["Idempotency-Key"], unquote(self.path.split("/")[2])
        mood = held.asked(key, body)
        if mood == "hang before":
            time.sleep(held.hang)
        if mood == "drop before":
            self._drop()
            return
        held.take(key, order, body)
        if mood == "hang after":
            time.sleep(held.hang)
        if mood == "drop after":
            self._drop()
        else:
            self._say(held.shown(key))

    def do_GET(self) -> None:
        """Somebody reads an answer back."""
        self._say(self.server.held.shown(unquote(self.path.rpartition("/")[2])))

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _say(self, data: dict[str, Any] | None) -> None:
        status = 404 if data is None else 200
        body = json.dumps({"code": 0 if data is not None else status, "data": data or {}}).encode()
        with suppress(OSError):  # Whoever asked was killed.
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def _serve(line: Connection, seed: int, hang: float) -> None:
    server = _Server(("127.0.0.1", 0), _Door)
    server.held = _Held(seed, hang)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    line.send(server.server_address[1])
    while (asked := line.recv()) != "stop":
        if asked == "tell":
            with server.held.lock:
                line.send(server.held.reached)
        else:
            server.held.mood = asked
            line.send(True)
