"""Real parts for every test: a store on a fresh database, keys of its own.

Tests of the warehouse and of the services run on SQLite and on PostgreSQL; the others on SQLite. With STORE=postgresql
all that make their store here, from `empty` or what is made from it, run on PostgreSQL (`make test-postgresql`). Tests
of SQLite's own affairs take `sqlite_template`, and say there why.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import Connection, Dialect, Engine, UpdateBase, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.util import LRUCache

from tests.chromium import browser
from tests.log_of_acts import held_to_the_page
from tests.postgres import TEMPLATE, Server, binaries, running
from tests.stores import Template, settle
from warehouse import crypto
from warehouse.engine import Warehouse, is_look, open_warehouse
from warehouse.schema import upgrade

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # a Friday, 08:30 in Shanghai
BOTH_ENGINES = {"warehouse", "services"}
POSTGRESQL_ALONE = os.environ.get("STORE") == "postgresql"
examples.register_profile("house", examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("house")
"""No example is too slow: an example that takes .3 s says that the machine is busy, and nothing of the rule."""
__all__ = ["browser"]
"""One Chromium for all modules: a second one in the same process cannot start while the first runs."""


_COMPILED: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}
"""By kind of database how it is spoken to, and the statements that this process has put into words before."""


@event.listens_for(Engine, "engine_connect")
def _as_in_a_long_day(connection: Connection) -> None:
    """A store of a test's own is new, and what it is asked is not: as in a console that has run for long."""
    kept = _COMPILED.setdefault(connection.dialect.name, (connection.dialect, LRUCache(3_000)))
    connection.dialect, statements = kept
    connection.execution_options(compiled_cache=statements)


@event.listens_for(Session, "do_orm_execute")
def _a_look_only_looks(asked: ORMExecuteState) -> None:
    """PostgreSQL refuses it in a transaction that only reads. SQLite takes it, so tests on SQLite see it here."""
    if is_look(asked.session):
        holds = getattr(asked.statement, "_for_update_arg", None) is not None
        assert asked.is_select or not isinstance(asked.statement, UpdateBase), "a look writes"
        assert not holds, "a look holds rows"


@event.listens_for(Session, "before_flush")
def _a_look_sends_no_change(session: Session, *_: object) -> None:
    """What is set on a row that was looked at is forgotten; a question after it must not send it first."""
    assert not is_look(session), "a look writes before it asks"


@pytest.fixture(autouse=True, scope="session")
def _keys() -> None:
    crypto.use(crypto.make_keyring())


@pytest.fixture(autouse=True, scope="session")
def _log() -> Iterator[list[str]]:
    with held_to_the_page() as unlike:
        yield unlike


@pytest.fixture(autouse=True)
def _the_log_is_as_told(_log: list[str]) -> Iterator[None]:
    yield
    unlike, _log[:] = list(_log), []
    assert not unlike, "the audit log tells something else than docs/audit-acts.md"


@pytest.fixture
def now() -> datetime:
    """The morning on which the tests play."""
    return NOW


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that keep something run on both engines."""
    if "store_url" in metafunc.fixturenames:
        engines: list[object] = ["sqlite"]
        if POSTGRESQL_ALONE:
            engines = [pytest.param("postgres", marks=pytest.mark.postgres)]
        elif BOTH_ENGINES & set(metafunc.definition.path.parts):
            engines.append(pytest.param("postgres", marks=pytest.mark.postgres))
        metafunc.parametrize("engine_name", engines)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests may take long begin first, so that no processor waits for the last of them."""
    patience: dict[Path, float] = {}
    for item in items:
        mark = item.get_closest_marker("timeout")
        asked = float(mark.args[0]) if mark and mark.args else 0.0
        patience[item.path] = max(patience.get(item.path, 0.0), asked)
    items.sort(key=lambda item: -patience[item.path])


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector of garbage need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database in the newest form, to be copied."""
    path = tmp_path_factory.mktemp("template") / "arrears.db"
    warehouse = open_warehouse(f"sqlite:///{path}")
    upgrade(warehouse.engine)
    settle(warehouse)
    warehouse.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for this run. Absent: skipped with the reason, unless REQUIRE_PG says it may not be."""
    place = binaries()
    if place is None:
        if os.environ.get("REQUIRE_PG"):
            pytest.fail("REQUIRE_PG is set and there is no PostgreSQL: set PGBIN or install it.")
        pytest.skip("there is no PostgreSQL here: set PGBIN or install it")
    with running(place) as server:
        server.run(f"CREATE DATABASE {TEMPLATE}")
        warehouse = open_warehouse(server.url(TEMPLATE))
        upgrade(warehouse.engine)
        warehouse.close()
        yield server


def _empty(engine_name: str, request: pytest.FixtureRequest) -> Template:
    if engine_name == "sqlite":
        return Template(str(request.getfixturevalue("sqlite_template")))
    return Template(TEMPLATE, request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def empty(request: pytest.FixtureRequest) -> Template:
    """An empty database in the newest form, to be copied: on SQLite, or with STORE=postgresql on PostgreSQL."""
    return _empty("postgres" if POSTGRESQL_ALONE else "sqlite", request)


@pytest.fixture
def store_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of this test's own, in the newest form."""
    with _empty(engine_name, request).address(tmp_path / "arrears.db") as address:
        yield address


@pytest.fixture
def store(store_url: str) -> Iterator[Warehouse]:
    """An empty store of its own."""
    warehouse = open_warehouse(store_url)
    yield warehouse
    warehouse.close()
