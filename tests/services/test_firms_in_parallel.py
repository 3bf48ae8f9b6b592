"""Two intakes of the wage feed at once: who names firms that are known waits for nobody, a new firm is made once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from casework.wages import PayPeriod, Project, WageFeed
from services.arriving.firms_of_feed import know_firms
from tests.counting import counted
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import EmployerRow, ProjectFirmRow
from warehouse.store.project_firms import LEADS, OWNER, PAYS

GENERAL, LABOUR, OTHER, HOUSE = (
    "青岛并行建设有限公司",
    "青岛并行劳务有限公司",
    "青岛后来建设有限公司",
    "青岛并行置业有限公司",
)


def site(general: str = GENERAL, owner: str | None = HOUSE) -> Project:
    return Project(
        project_code="P-1", name="并行", district_code="370215", general_contractor=general, owner_name=owner
    )


def payroll(who: str = LABOUR, month: str = "2026-09") -> PayPeriod:
    return PayPeriod(
        project_code="P-1",
        employer_name=who,
        employer_uscc=None,
        month=month,
        due_on=date(2026, 10, 15),
        paid_on=None,
        lines=(),
    )


def take(store: Warehouse, *feeds: WageFeed, at: datetime) -> None:
    """One intake: each record in the one transaction of its batch."""
    with store.write() as session:
        know_firms(session, feeds, at=at)


def firms(store: Warehouse) -> list[tuple[str, str, bool]]:
    row = ProjectFirmRow
    with store.read() as session:
        found = session.execute(select(row.part, row.name, row.until.is_(None)).order_by(row.part, row.name))
        return [(part, name, bool(stands)) for part, name, stands in found]


def test_known_firms_are_filed_while_somebody_is_at_work_on_employers(store: Warehouse, now: datetime) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer anyway")
    take(store, site(), payroll(), at=now)
    before = firms(store)
    with ThreadPoolExecutor(2) as pool, store.write() as session:
        one_at_a_time(session, "employers", "sites")
        known = pool.submit(take, store, site(), payroll(), payroll(month="2026-10"), at=now)
        known.result(10)
        new = pool.submit(take, store, payroll("青岛未见劳务有限公司"), at=now)
        time.sleep(0.5)
        assert not new.done(), "a firm that is new is made when the names are free"
        session.commit()
        new.result(10)
    assert set(firms(store)) - set(before) == {(PAYS, "青岛未见劳务有限公司", True)}


def test_a_batch_of_known_firms_asks_no_more_than_one_record(store: Warehouse, now: datetime) -> None:
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    take(store, site(), payroll(), at=now)
    few: list[WageFeed] = [site(), payroll()]
    many: list[WageFeed] = [site(), *(payroll(month=one) for one in months), site()]
    found = []
    for feeds in (few, many):
        with counted(store) as statements:
            take(store, *feeds, at=now)
        assert not [one for one in statements if "advisory" in one or one.startswith(("INSERT", "UPDATE"))]
        found.append(len([one for one in statements if one.startswith("SELECT")]))
    assert found[0] == found[1]
    with counted(store) as statements:
        take(store, site(), *(payroll(f"青岛新来{one}号劳务有限公司") for one in range(5)), at=now)
    assert any("advisory" in one for one in statements) is (store.engine.dialect.name == "postgresql")
    assert len(firms(store)) == 8


def test_two_intakes_make_a_new_firm_once(store: Warehouse, now: datetime) -> None:
    ready = threading.Barrier(2)

    def intake(month: str) -> None:
        ready.wait(10)
        for number in range(6):
            take(store, site(), payroll(f"青岛新见{number}号劳务有限公司", month), at=now)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(intake, month) for month in ("2026-08", "2026-09")]:
            one.result(60)
    with store.read() as session:
        names = session.execute(select(EmployerRow.name, func.count()).group_by(EmployerRow.name)).tuples().all()
    assert dict(names) == {GENERAL: 1, **{f"青岛新见{number}号劳务有限公司": 1 for number in range(6)}}
    assert len(firms(store)) == 8


def test_another_contractor_takes_the_place_and_gives_it_back(store: Warehouse, now: datetime) -> None:
    take(store, site(), at=now)
    take(store, site(OTHER), at=now)
    assert firms(store) == [(LEADS, OTHER, True), (LEADS, GENERAL, False), (OWNER, HOUSE, True)]
    take(store, site(), at=now)
    assert [one for one in firms(store) if one[2]] == [(LEADS, GENERAL, True), (OWNER, HOUSE, True)]


def test_an_owner_that_becomes_an_employer_is_recognised(store: Warehouse, now: datetime) -> None:
    take(store, site(), at=now)
    take(store, payroll(HOUSE), at=now)
    take(store, site(), at=now)
    with store.read() as session:
        row = session.scalars(select(ProjectFirmRow).filter_by(part=OWNER)).one()
        assert session.get_one(EmployerRow, row.employer_id).name == HOUSE
