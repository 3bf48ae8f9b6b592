"""One way to the tables: the steps lead to what the models say, on both engines, and the audit log stays as written."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from benchmarks.stored_cases import make_cases
from tests.postgres import Server
from tests.warehouse.walking import Walk, form, forms, hashes
from warehouse import audit, schema
from warehouse.engine import Warehouse
from warehouse.models import Base


def test_there_is_one_newest_step() -> None:
    assert len(schema.heads()) == 1


def test_the_steps_lead_to_the_models(store: Warehouse) -> None:
    assert schema.is_current(store.engine)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_upgrade_takes_no_step(store: Warehouse) -> None:
    schema.upgrade(store.engine)
    assert schema.is_current(store.engine)


@pytest.mark.parametrize("change", ["UPDATE audit SET act = 'nothing'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_audit_log(store: Warehouse, now: datetime, change: str) -> None:
    with store.write() as session:
        audit.record(session, by="system:test", act="tested", subject="nothing", at=now)
    with pytest.raises(DBAPIError, match="only ever added to"), store.engine.begin() as connection:
        connection.execute(text(change))
    with store.read() as session:
        assert audit.verify(session).rows == 1


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without a table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"t_{secrets.token_hex(8)}"
    server.run(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.timeout(240)
def test_each_step_can_be_taken_back_and_again_with_rows(store: Warehouse, empty_url: str, now: datetime) -> None:
    make_cases(store, 60, now, waiting=5)
    walk = Walk(store, forms(empty_url))
    assert list(walk.down_and_up()) == []
    assert walk.steps >= 31
    assert walk.rows_compared >= 60 * walk.steps
    assert walk.used == set(walk.allowed), "allowed for nothing"
    assert schema.is_current(store.engine)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_row_that_changes_is_seen(store: Warehouse, now: datetime) -> None:
    make_cases(store, 10, now, waiting=5)
    with store.engine.connect() as connection:
        both = form(connection).columns
    was = hashes(store.engine, both)
    with store.write() as session:
        session.execute(text("UPDATE clock SET length = length + 1 WHERE id = 'clk_reply_3'"))
    now_there = hashes(store.engine, both)
    assert {name for name in both if was[name] != now_there[name]} == {"clock", "change_count"}
