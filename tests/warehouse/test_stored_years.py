"""The stores that the pages are measured over are what the real way would have made, however many towns are copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from benchmarks.landing import pulled
from benchmarks.stored_cases import WAITING
from benchmarks.stored_years import TABLES, make_years
from casework.people import Actor
from services.arriving.intake import collect_channel
from services.linkage.link_run import link_complaints
from tests.conftest import NOW
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import Base, CaseRow

SYSTEM = Actor.system("test")
FILED = ("landed", "complaint", "complaint_version", "worker", "cases", "case_membership", "clock", "clock_event")
"""What filing and linking write of every complaint."""


def rows_of(store: Warehouse, table: Table) -> list[Mapping[Any, Any]]:
    """Every row of a table, sealed as it is stored."""
    with store.engine.connect() as connection:
        return list(connection.execute(select(table)).mappings())


def told(store: Warehouse) -> int:
    """How many complaints are stored."""
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(Base.metadata.tables["complaint"])).scalar_one())


@pytest.fixture
def filed(store: Warehouse, tmp_path: Path) -> Warehouse:
    """Forty complaints that came the real way."""
    source = pulled(40, tmp_path)
    collect_channel(store, source, run_id="run", clock=lambda: NOW, actor=SYSTEM)
    link_complaints(store, actor=SYSTEM, at=NOW)
    return store


@pytest.fixture
def made(empty: Template, tmp_path: Path) -> Iterator[Warehouse]:
    """Two hundred complaints that were stored at once."""
    with empty.store(tmp_path / "made.db") as store:
        make_years(store, 200, NOW)
        yield store


def test_a_stored_complaint_is_what_filing_makes_of_one(filed: Warehouse, made: Warehouse) -> None:
    for name in FILED:
        table = Base.metadata.tables[name]
        real, ours = rows_of(filed, table), rows_of(made, table)
        assert len(ours) / told(made) >= 0.8 * len(real) / told(filed), name
        always = {one.name for one in table.c if all(row[one.name] is not None for row in real)}
        lacking = {one for one in always if not any(row[one] is not None for row in ours)}
        assert not lacking, (name, lacking)


def test_copied_towns_point_at_their_own_and_add_nothing_to_the_queue(store: Warehouse) -> None:
    stored = make_years(store, 800, NOW, town=400)
    assert stored == told(store) >= 800
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        waiting = select(func.count()).where(CaseRow.status == "to_dispatch")
        assert connection.execute(waiting).scalar_one() == WAITING
        for name in TABLES:
            table = Base.metadata.tables[name]
            each = connection.execute(select(func.count()).select_from(table)).scalar_one()
            assert each >= (0.04 if name in ("employer", "pull_certificate", "judgement") else 0.9) * stored, name
        blinds = Base.metadata.tables["worker"].c.phone_blind
        same = connection.execute(select(func.count() - func.count(blinds.distinct()))).scalar_one()
        assert same == 0
