"""The road of one inspector: what stands together at one employer, where to go, what to bring; nobody else's cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from casework.complaint import Complaint
from services.dispatch.dispatching import suggest_inspectors
from services.office.working_days import published
from tests.services.office import SYSTEM, Office, click
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.queries.deadlines import Horizon
from warehouse.queries.mine import mine
from warehouse.queries.road import AtEmployer, on_the_road, together
from warehouse.store.complaints import Filing, file_complaint
from warehouse.store.linkage import join_case

FIRM, OTHER = "青岛蓝天海产加工有限公司", "青岛北岸建设有限公司"


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def told(office: Office, case_id: str, at: datetime, **said: Any) -> None:
    """Another complaint joins a case."""
    complaint = Complaint(
        channel="hotline_12345", source_key=f"{next(office.serial):06d}", version=1, received_at=at,
        narrative="工资没有发", employer_name=FIRM, **said,
    )  # fmt: skip
    filing = Filing(calendar=published(), reply_limit=None, by="system:test", at=at)
    with office.store.write() as session:
        one = file_complaint(session, complaint, filing).complaint_id
        join_case(session, one, case_id, claim_id=one, why="new", by="system:test", at=at)


def ahead(at: datetime) -> Horizon:
    return Horizon(at.date(), published(), 2, at)


def test_cases_at_one_employer_stand_together_by_street_and_only_ones_own(office: Office) -> None:
    own = [office.case(employer=FIRM), office.case(employer=FIRM, place="370215011"), office.case(employer=OTHER)]
    for case_id in own:
        suggest_inspectors(office.store, actor=SYSTEM, at=office.at)
        assert click(office, [case_id], f"click {case_id}").sent == 1
    later = office.at + timedelta(days=1)
    found: dict[str, dict[str, list[AtEmployer]]] = {}
    for one in office.inspectors:
        with office.store.read() as session:
            found[one.id] = on_the_road(session, one, ahead(later))
            work = mine(session, one, ahead(later))
            rows = [row for row, _, _ in work.progress.values()]
            groups = together(session, work.to_sign, rows, later.date())
            held = [stop.case for firms in found[one.id].values() for firm in firms for stop in firm.cases]
            assert {case.id for case in held} == {row.id for row in rows}
            assert all(case.lead_id == one.id or case.assisting_id == one.id for case in held)
            both = {case.id for case in held} >= set(own[:2])
            assert [(group.name, len(group.cases)) for group in groups] == ([(FIRM, 2)] if both else [])
            assert list(found[one.id]) == sorted(found[one.id])
            assert on_the_road(session, one, ahead(later), only=["no such number"]) == {}
    assert any(len(places) > 1 for places in found.values())
    with office.store.read() as session:
        assert on_the_road(session, office.desk, ahead(later)) == {}


def test_complaints_of_today_are_counted_and_no_home_stands_on_the_sheet(office: Office, now: datetime) -> None:
    work = Work(office)
    later = now + timedelta(days=1)
    told(office, work.id, later, site_address="鳌山卫街道海边路7号厂区", complainant_name="王守业")
    told(office, work.id, later, complainant_name="林望", complainant_phone="13912345678")
    with office.store.read() as session:
        ((firm,),) = on_the_road(session, work.lead, ahead(later)).values()
        (stop,) = firm.cases
        assert (firm.today, firm.together, stop.today, stop.address) == (2, True, 2, "鳌山卫街道海边路7号厂区")
        assert (stop.roster, stop.to_serve, stop.orders) == (True, (), ())
        assert stop.clocks
        groups = together(session, [stop.case], [stop.row], later.date())
        assert [(one.today, one.together) for one in groups] == [(2, True)]
        assert together(session, [stop.case], [stop.row], (later + timedelta(days=1)).date()) == []
    told(office, work.id, later, site_address="工头王守业家，电话13912345678", complainant_name="王守业")
    with office.store.read() as session:
        ((firm,),) = on_the_road(session, work.lead, ahead(later)).values()
        assert firm.cases[0].address is None, "words that name somebody are no place to go to"
