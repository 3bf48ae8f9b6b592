"""One way to the tables: the steps lead to what the models say, on both engines, and the audit log stays as written."""

from __future__ import annotations

from datetime import datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from benchmarks.stored_cases import make_cases
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


OLDEST = "0002"
"""It moved what was filed into clocks and opened its text for that: there is no way back before it."""


def _step(store: Warehouse, where: str) -> None:
    config = schema._config()
    with store.engine.execution_options(arrears_write=True).begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if where.startswith("-") else command.upgrade)(config, where)


def _rows(store: Warehouse) -> dict[str, int]:
    with store.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}


def _form(store: Warehouse) -> dict[str, list[str]]:
    with store.engine.connect() as connection:
        seen = inspect(connection)
        return {
            name: sorted(f"{column['name']} {column['type']} {column['nullable']}" for column in seen.get_columns(name))
            + sorted(str(index["name"]) for index in seen.get_indexes(name))
            + sorted(str(key["name"]) for key in seen.get_foreign_keys(name))
            for name in seen.get_table_names()
        }


@pytest.mark.timeout(240)
def test_each_step_can_be_taken_back_and_again_with_rows(store: Warehouse, now: datetime) -> None:
    make_cases(store, 60, now, waiting=5)
    steps = 0
    while schema.current(store.engine) != (OLDEST,):
        form, rows = _form(store), _rows(store)
        _step(store, "-1")
        below = _rows(store)
        assert below.items() <= rows.items(), "a step back took rows of a table that it leaves"
        _step(store, "+1")
        assert _form(store) == form
        again = _rows(store)
        assert [name for name, count in below.items() if again[name] < count] == [], "a step lost rows"
        _step(store, "-1")
        steps += 1
    assert steps >= 28
    schema.upgrade(store.engine)
    assert schema.is_current(store.engine)
    assert _rows(store)["complaint_version"] >= 60
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
