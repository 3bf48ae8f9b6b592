"""The page for workers over a real inbox, and the office's connector on the other side of it."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from connectors.registry import connect
from connectors.self_report import SelfReports
from counter.__main__ import open_inbox, set_up
from counter.app import make_counter
from counter.inbox import Inbox
from counter.settings import CounterSettings

_TOKEN = re.compile(r'name="(csrf|token)" value="([^"]+)"')
GOOD = {
    "who": "self",
    "work": "site",
    "story": "在滨海花园工地干木工三个月，工资一分没发。",
    "employer": "青岛某某建筑有限公司",
    "phone": "13900000001",
    "name": "证人甲",
    "owed": "12000",
    "since": "2026-08",
    "workers": "3",
}
"""A form as it ought to be."""


@dataclass
class Page:
    """The page, with a clock that a test may move, and the other side of its inbox."""

    settings: CounterSettings
    inbox: Inbox
    now: datetime
    key_file: Path
    port: int = 0
    clients: list[httpx.Client] = field(default_factory=list)

    def phone(self, address: str = "10.0.0.1", language: str = "en") -> httpx.Client:
        """Somebody's telephone, calling from that address."""
        headers = {"Accept-Language": language, "X-Forwarded-For": address}
        base = f"http://127.0.0.1:{self.port}"
        client = httpx.Client(base_url=base, headers=headers, timeout=30, trust_env=False)
        self.clients.append(client)
        return client

    @property
    def office(self) -> SelfReports:
        """The connector, as the office builds it."""
        url = self.settings.inbox
        made = connect("self_report", {"url": url, "answer_url": url, "key_file": str(self.key_file)})
        assert isinstance(made, SelfReports)
        return made

    def later(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)


@contextmanager
def opened_page(folder: Path, now: datetime, **settings: Any) -> Iterator[Page]:
    """A page and an inbox, both empty, by real HTTP while the context lasts."""
    known = CounterSettings(folder=folder / "counter", **settings)
    key_file = folder / "office" / "inbox.key.json"
    set_up(known, key_file)
    inbox = open_inbox(known)
    made = Page(known, inbox, now, key_file)
    app = make_counter(known, inbox, lambda: made.now)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    made.port = int(listener.getsockname()[1])
    options = uvicorn.Config(app, lifespan="off", log_config=None, proxy_headers=True, forwarded_allow_ips="127.0.0.1")
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield made
    for client in made.clients:
        client.close()
    server.should_exit = True
    thread.join(10)
    listener.close()
    inbox.close()


@pytest.fixture
def page(tmp_path: Path, now: datetime) -> Iterator[Page]:
    """A page and an inbox, both empty."""
    with opened_page(tmp_path, now) as made:
        yield made


def tokens(client: httpx.Client, path: str = "/") -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(_TOKEN.findall(client.get(path).text))


def post(client: httpx.Client, files: list[tuple[str, bytes]] | None = None, **typed: str) -> httpx.Response:
    """Send the form as a telephone does, with these fields in the place of the good ones."""
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files or []]
    answer: httpx.Response = client.post("/report", data={**tokens(client), **GOOD, **typed}, files=sent or None)
    return answer


def receipt_in(answer: httpx.Response) -> str:
    """The receipt number on a page."""
    found = re.search(r'id="receipt">.*?</span>([0-9A-Z-]{14})</p>', answer.text)
    assert found, answer.text
    return found[1].replace("-", "")
