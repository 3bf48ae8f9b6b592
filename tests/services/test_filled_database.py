"""A database that was filled before complaints had steps and pledges had obligations takes them with the upgrade."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, select

from casework.errors import NotAllowed
from services.cases import handling, screening
from services.leniency.pledges import check_duty
from services.linkage.linking import merge_cases
from tests.postgres import Server
from tests.services.lives import ordered, stands, told, trail
from tests.services.office import Office
from tests.services.test_complaint_papers import DECLINE
from tests.services.work import TODAY, Work
from warehouse import crypto, schema
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import LifeMoveRow, PledgeRow
from warehouse.store.sparing import duties_of

REBUILT = {"month", "month_cell", "restatement"}
"""Tables of locked months, which got other keys since; tests/services/test_locked_month.py moves what is in them."""
PROMISE: dict[str, Any] = {"signed_by": "老板", "signed_on": TODAY, "obligations": "按月支付工资"}


@pytest.fixture
def old_url(store: Warehouse, engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database in the form of 0002, empty, on the engine of `store`."""
    if engine_name == "sqlite":
        url, name, server = f"sqlite:///{tmp_path / 'old.db'}", "", None
    else:
        server = request.getfixturevalue("postgres")
        name = f"old_{secrets.token_hex(8)}"
        server.run(f"CREATE DATABASE {name}")
        url = server.url(name)
    old = open_warehouse(url)
    schema.upgrade(old.engine, "0002")
    old.close()
    yield url
    if isinstance(server, Server):
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def _carried(filled: Warehouse, url: str) -> Warehouse:
    """Every row that has a place in the older tables, as it is stored. The log begins anew."""
    old = open_warehouse(url)
    with filled.engine.connect() as source, old.engine.execution_options(arrears_write=True).begin() as target:
        told_then, told_now = _tables(target), _tables(source)
        copied = 0
        for table in told_then.sorted_tables:
            if table.name in ("audit", "alembic_version"):
                continue
            target.execute(sa.delete(table))
            if table.name in REBUILT:
                continue
            kept = [told_now.tables[table.name].c[column.name] for column in table.columns]
            rows = [dict(row) for row in source.execute(select(*kept)).mappings()]
            for row in sorted(rows, key=lambda one: one.get("merged_into") is not None):
                target.execute(sa.insert(table), row)
            copied += len(rows)
        assert "life_move" not in told_then.tables
        assert "pledge_duty" not in told_then.tables
        assert copied > 20
    return old


def test_what_was_filed_and_pledged_before_is_worked_on(store: Warehouse, old_url: str, now: datetime) -> None:
    office = Office(store, now)
    filed, pledged, declined, waiting = Work(office), Work(office), Work(office), Work(office)
    ended = ordered(office)
    filed.do(handling.accept_case)
    filed.do(handling.record_pledge, **PROMISE, due_on=TODAY)
    pledged.do(handling.record_pledge, **PROMISE, due_on=date(2026, 12, 31))
    with store.write() as session:
        session.scalars(select(PledgeRow).where(PledgeRow.case_id == pledged.id)).one().kept = True
    declined.do(handling.decline_case, **DECLINE)
    joined = office.case()
    (late,), (first,) = told(office, joined), told(office, filed.id)
    merge_cases(
        store,
        from_case_id=joined,
        into_case_id=filed.id,
        from_version=office.version(joined),
        into_version=office.version(filed.id),
        actor=office.desk,
        at=now,
    )

    old = _carried(store, old_url)
    schema.upgrade(old.engine)
    schema.upgrade(old.engine)
    assert schema.is_current(old.engine)
    for one in (office, filed, pledged, declined, waiting, ended):
        one.store = old

    standing = {one: stands(office, told(office, one.id)[0]) for one in (pledged, declined, waiting, ended)}
    assert standing == {pledged: "received", declined: "declined", waiting: "received", ended: "accepted"}
    assert (stands(office, first), stands(office, late)) == ("accepted", "received")
    with old.read() as session:
        assert set(session.scalars(select(LifeMoveRow.by))) == {"system:migration"}
        kept = [(one.says, one.due_on, one.kept) for one in duties_of(session, pledged.id)]
        assert kept == [("按月支付工资", date(2026, 12, 31), True)]
        duty_id = duties_of(session, filed.id)[0].id

    with pytest.raises(NotAllowed, match="accepted cannot become supplementing"):
        filed.do(screening.ask_supplement, complaint_id=first, wanted="工资表")
    assert filed.do(handling.accept_joined) == 1
    filed.do(check_duty, duty_id=duty_id, kept=True)
    with pytest.raises(NotAllowed, match="already checked"):
        filed.do(check_duty, duty_id=duty_id, kept=True)
    waiting.do(handling.accept_case)
    assert trail(office, told(office, waiting.id)[0]) == ["judged", "accepted"]
    old.close()


def test_pledges_are_not_carried_over_without_the_keys(store: Warehouse, old_url: str, now: datetime) -> None:
    """No step is taken half: the database waits before the one that needs the key file until it is there."""
    work = Work(Office(store, now))
    work.do(handling.record_pledge, **PROMISE, due_on=TODAY)
    old, ours = _carried(store, old_url), crypto.keyring()
    crypto.use(crypto.make_keyring())
    try:
        with pytest.raises(crypto.KeyMissing, match="not in the key file"):
            schema.upgrade(old.engine)
    finally:
        crypto.use(ours)
    assert schema.current(old.engine) == ("0002",) if old.engine.dialect.name == "sqlite" else ("0005",)
    schema.upgrade(old.engine)
    with old.read() as session:
        assert [one.says for one in duties_of(session, work.id)] == ["按月支付工资"]
    old.close()
