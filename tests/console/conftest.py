"""The console over a real store with a morning in it; one browserless client per person."""

from __future__ import annotations

import re
import secrets
import shutil
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
from tests.conftest import NOW, POSTGRESQL_ALONE
from tests.console.later import copied, make_later
from tests.console.morning import PASSWORD, make_morning
from tests.postgres import Server
from warehouse.engine import Warehouse, open_warehouse

MORNING_TEMPLATE = "arrears_morning"
NO_ROOTS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What a client takes that never speaks TLS: else each reads all root certificates of this machine."""
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture(scope="session")
def morning_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the morning in it, made once."""
    path = tmp_path_factory.mktemp("morning") / "arrears.db"
    shutil.copy(sqlite_template, path)
    warehouse = open_warehouse(f"sqlite:///{path}")
    make_morning(warehouse, NOW)
    with warehouse.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    warehouse.close()
    return path


@pytest.fixture(scope="session")
def later_file(morning_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the morning twelve days on, made once; to be copied with `later.copied`."""
    folder = tmp_path_factory.mktemp("later")
    warehouse = copied(morning_file, folder / "arrears.db")
    make_later(warehouse, folder)
    warehouse.close()
    return folder / "arrears.db"


@pytest.fixture(scope="session")
def morning_template(request: pytest.FixtureRequest) -> str:
    """A database of PostgreSQL with the morning in it, made once; its name."""
    server: Server = request.getfixturevalue("postgres")
    server.copy(MORNING_TEMPLATE)
    warehouse = open_warehouse(server.url(MORNING_TEMPLATE))
    make_morning(warehouse, NOW)
    warehouse.close()
    return MORNING_TEMPLATE


@pytest.fixture
def morning(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """A copy of the morning of its own: on SQLite, or with STORE=postgresql on PostgreSQL."""
    if POSTGRESQL_ALONE:
        template: str = request.getfixturevalue("morning_template")
        server: Server = request.getfixturevalue("postgres")
        name = f"t_{secrets.token_hex(8)}"
        server.copy(name, template)
        warehouse = open_warehouse(server.url(name))
        yield warehouse
        warehouse.close()
        server.run(f"DROP DATABASE {name} WITH (FORCE)")
        return
    morning_file: Path = request.getfixturevalue("morning_file")
    path = tmp_path / "arrears.db"
    shutil.copy(morning_file, path)
    warehouse = open_warehouse(f"sqlite:///{path}")
    yield warehouse
    warehouse.close()


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
