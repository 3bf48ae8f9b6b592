"""One way to the tables: the steps lead to what the models say, on both engines, and the audit log stays as written."""

from __future__ import annotations

from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

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
