"""A look writes nothing, and what it asked is not put together anew for the next one."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError

from warehouse.engine import Warehouse, for_change
from warehouse.models import SettingRow

LOOKS = 8
"""More than the five times after which the driver has a statement prepared."""
SET = {"value": 1, "source": "-", "by": "acc", "at": datetime(2026, 3, 2, tzinfo=UTC)}


def _is_sqlite(store: Warehouse) -> bool:
    return store.engine.dialect.name == "sqlite"


def _kept(store: Warehouse) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(SettingRow)) or 0


def test_what_is_set_on_a_row_that_was_looked_at_is_not_kept(store: Warehouse) -> None:
    with store.write() as session:
        session.add(SettingRow(name="a", **SET))
    with store.read() as session:
        session.get_one(SettingRow, "a").value = 2
        session.add(SettingRow(name="b", **SET))
    with store.read() as session:
        assert session.get_one(SettingRow, "a").value == 1
    assert _kept(store) == 1


def test_a_look_writes_nothing(store: Warehouse) -> None:
    written = text("INSERT INTO setting (name, value, source, done_by, done_at) VALUES ('a', '1', '-', 'acc', :at)")
    refused = pytest.raises(InternalError) if not _is_sqlite(store) else nullcontext()
    with refused, store.read() as session:  # SQLite takes it, and forgets it
        session.execute(written, {"at": SET["at"]})
    assert _kept(store) == 0


def test_what_is_held_for_a_change_is_only_read_in_a_look(store: Warehouse) -> None:
    asked = select(SettingRow)
    with store.read() as session:
        assert for_change(session, asked) is asked
        assert session.scalars(for_change(session, asked)).all() == []
    with store.write() as session:
        assert "FOR UPDATE" in str(for_change(session, asked).compile(store.engine)) or _is_sqlite(store)


def test_postgresql_has_the_statements_of_a_look_ready_for_the_next_one(store: Warehouse) -> None:
    if _is_sqlite(store):
        pytest.skip("SQLite keeps its statements by itself")
    for _ in range(LOOKS):
        _kept(store)
    with store.read() as session:
        ready = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("setting" in one for one in ready)
