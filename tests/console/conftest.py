"""The console over a real store with a morning in it; one browserless client per person."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks import serving
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.later import make_later
from tests.console.morning import PASSWORD, make_morning
from tests.stores import Template
from warehouse.engine import Warehouse

NO_ROOTS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What a client takes that never speaks TLS: else each reads all root certificates of this machine."""
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture(scope="session")
def morning_template(empty: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with the morning in it, made once: on SQLite, or with STORE=postgresql on PostgreSQL."""
    return empty.further(tmp_path_factory.mktemp("morning") / "arrears.db", lambda store: make_morning(store, NOW))


@pytest.fixture(scope="session")
def later_template(morning_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with the morning twelve days on, made once."""
    folder = tmp_path_factory.mktemp("later")
    return morning_template.further(folder / "arrears.db", lambda store: make_later(store, folder))


@pytest.fixture
def morning(morning_template: Template, tmp_path: Path) -> Iterator[Warehouse]:
    """A copy of the morning of its own."""
    with morning_template.store(tmp_path / "arrears.db") as store:
        yield store


@contextmanager
def served(store: Warehouse, settings: Settings, clock: Callable[[], datetime] = lambda: NOW) -> Iterator[str]:
    """The console on a free port of this machine, by real HTTP; by default on the morning the tests play."""
    with serving.served(store, settings, clock) as address:
        yield address


class Person:
    """Somebody at a desk: gets pages, fills in their forms, follows where they lead."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(
            base_url=address, follow_redirects=True, timeout=30, trust_env=False, verify=NO_ROOTS
        )
        self._token = ""

    def get(self, path: str, *, language: str | None = None, status: int = 200) -> str:
        """A page, with the status it must have."""
        if language:
            self.client.cookies.set("arrears_language", language)
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        seen = _TOKEN.search(answer.text)
        if seen and not self._token:
            self._token = seen[1]
        return answer.text

    def log_in(self, login: str, password: str = PASSWORD) -> None:
        """Log in, and do not look at the page to which that leads."""
        data = {"login": login, "password": password, "csrf": self.token("/login")}
        answer = self.client.post("/login", data=data, headers={"Origin": self.address}, follow_redirects=False)
        assert answer.status_code == 303, (login, answer.text[:3000])
        self._token = ""

    def token(self, path: str = "/account") -> str:
        """The token of this login's forms."""
        found = _TOKEN.search(self.client.get(path).text)
        assert found is not None
        return found[1]

    def post(self, path: str, status: int = 200, **fields: Any) -> str:
        """Send a form as a page of ours would, and follow where it leads."""
        data: dict[str, object] = dict(fields)
        if path == "/login":
            self._token = ""
            data.setdefault("csrf", self.token("/login"))
        elif "csrf" not in data:
            self._token = self._token or self.token()
            data["csrf"] = self._token
        answer = self.client.post(path, data=data, headers={"Origin": self.address})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:3000])
        return answer.text


def installed(folder: Path) -> Settings:
    """An installation whose one channel has an address."""
    path = folder / "channels.toml"
    path.write_text('[hotline_12345]\nurl = "http://127.0.0.1:9"\napp_key = "k"\napp_secret = "s"\n')
    return Settings(data_dir=folder, channels_file=path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of this test's own."""
    return installed(tmp_path)


@pytest.fixture
def console(morning: Warehouse, settings: Settings) -> Iterator[str]:
    """The address of the console over the morning."""
    with served(morning, settings) as address:
        yield address


@pytest.fixture
def log_in(console: str) -> Iterator[Callable[[str], Person]]:
    """Log somebody in by login name; an empty name is a stranger."""
    people = []

    def enter(login: str) -> Person:
        person = Person(console)
        people.append(person)
        if login:
            person.log_in(login)
        return person

    yield enter
    for person in people:
        person.client.close()
