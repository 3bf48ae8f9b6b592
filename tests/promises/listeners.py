"""A canary that counts who calls it, a host that answers as it is told, and a resolver that says what it is told."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = tuple[int, Mapping[str, str], bytes]
Answering = Callable[[str, str], Answer]
"""Status, headers and body for a method and a path."""


class Canary:
    """Ports on every address of this machine where nobody has any business. `hits` are the calls that came."""

    def __init__(self, *ports: int) -> None:
        self.hits: list[str] = []
        self._listening = [_listen("0.0.0.0", 0)]
        self.port = int(self._listening[0].getsockname()[1])
        with contextlib.suppress(OSError):  # a machine without IPv6
            self._listening.append(_listen("::", self.port))
        for port in ports:
            self._listening.append(_listen("127.0.0.2", port))
            with contextlib.suppress(OSError):
                self._listening.append(_listen("::1", port))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while not self._over.is_set():
            for one in select.select(self._listening, [], [], 0.05)[0]:
                caller, _ = one.accept()
                with caller, contextlib.suppress(OSError):
                    caller.settimeout(0.2)
                    self.hits.append(caller.recv(200).decode("latin-1", "replace"))
                    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    def looked_at(self) -> int:
        """How many calls there were until now; waits until what is under way has come in."""
        with socket.create_connection(("127.0.0.1", self.port), 2) as own:
            own.sendall(b"done")
            own.recv(100)
        return sum(hit != "done" for hit in self.hits)

    def close(self) -> None:
        """No more calls."""
        self._over.set()
        self._thread.join(5)
        for one in self._listening:
            one.close()


def _listen(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if ":" in host:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.bind((host, port))
    made.listen(64)
    return made


class Host:
    """An honest address whose answers are set by the test."""

    def __init__(self) -> None:
        self.asked = 0
        self.answering: Answering = lambda _method, _path: (200, {}, b"{}")
        whole = self

        class Answers(BaseHTTPRequestHandler):
            def _say(self) -> None:
                whole.asked += 1
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, body = whole.answering(self.command, self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _say  # noqa: N815 - so `http.server` calls them

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
                """Nothing is told."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """No more answers."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(slots=True)
class Resolver:
    """Names and what they lead to, answer by answer: the last one stays. No name leaves the machine."""

    names: dict[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: object, port: object, *_more: object, **_named: object) -> list[tuple[object, ...]]:
        """As `socket.getaddrinfo` answers."""
        name = host.decode() if isinstance(host, bytes) else str(host)
        self.asked.append(name)
        try:
            family = socket.AF_INET6 if ":" in name else socket.AF_INET
            socket.inet_pton(family, name)
            found: Sequence[str] = (name,)
        except (OSError, ValueError):
            found = self._led_to(name)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
        ]

    def _led_to(self, name: str) -> Sequence[str]:
        if turns := self.names.get(name.lower()):
            return turns[min(self.asked.count(name), len(turns)) - 1]
        try:
            return (socket.inet_ntoa(socket.inet_aton(name)),)  # 127.1 and 0x7f000001, as every resolver takes them
        except OSError:
            raise socket.gaierror(socket.EAI_NONAME, "no such name") from None


@contextmanager
def resolving(names: dict[str, Sequence[Sequence[str]]]) -> Iterator[Resolver]:
    """Names lead where the test says, for everything in this process."""
    with pytest.MonkeyPatch.context() as patched:
        stub = Resolver(names)
        patched.setattr(socket, "getaddrinfo", stub)
        yield stub
