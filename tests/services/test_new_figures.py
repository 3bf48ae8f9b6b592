"""Declined by ground, warnings raised and settled, filed by the police, announced, taken off the list: by the acts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from services.cases import handling
from services.cases.declining import take_back_decline
from services.months.closing_month import export_month
from services.warnings import settling
from tests.services.office import Office
from tests.services.test_complaint_papers import act, declined
from tests.services.test_settling_warnings import asked, raised
from tests.services.work import TODAY, Work
from warehouse import schema
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, CrimeTransferRow, DocumentRow, JointListingRow, LifeMoveRow, new_id
from warehouse.queries.behind import named
from warehouse.statistics.grounds import window
from warehouse.statistics.month import MonthFigures, figures, items

MONTH = "2026-11"


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def counted(office: Office, month: str = MONTH) -> MonthFigures:
    with office.store.read() as session:
        return figures(session, month, territories=("370215",))


def test_complaints_are_declined_by_ground_alone_or_with_their_case_and_not_where_that_is_taken_back(
    office: Office,
) -> None:
    _, one, _ = declined(office)
    work = Work(office, channels=("hotline_12345", "petition"))
    work.do(handling.decline_case, ground="outside_inspection", reason="劳务关系")
    found = counted(office)
    assert found.total("complaints_declined") == 3
    assert found.by("complaints_declined", "kind") == {"in_arbitration_or_court": 1, "outside_inspection": 2}
    assert found.total("declined") == 1, "cases; one of the complaints was declined from a case that goes on"
    with office.store.read() as session:
        listed = items(session, window(MONTH), only={"complaints_declined"})
        assert {item.subject_id for item in listed if item.kind == "in_arbitration_or_court"} == {one}
    act(office, take_back_decline, work.id, reason="复议撤销", actor=office.head)
    assert counted(office).by("complaints_declined", "kind") == {"in_arbitration_or_court": 1}
    assert counted(office, "2026-10").total("complaints_declined") == 0


def test_the_grounds_of_before_are_read_from_the_notices(office: Office) -> None:
    declined(office)
    Work(office, channels=("petition",)).do(handling.decline_case, ground="outside_inspection", reason="劳务关系")
    before = counted(office)
    schema.downgrade(office.store.engine, "0030")
    schema.upgrade(office.store.engine)
    assert counted(office).by("complaints_declined", "kind") == before.by("complaints_declined", "kind")
    assert len(before.by("complaints_declined", "kind")) == 2
    with office.store.write() as session:
        for step in session.scalars(select(LifeMoveRow)):
            step.ground = None
    assert counted(office).by("complaints_declined", "kind") == {"unsaid": 2}


def test_warnings_count_by_what_they_came_to_and_open_to_those_who_see_them(office: Office) -> None:
    true, false, silent = raised(office), raised(office), raised(office, district_code=None, channel="petition")
    settling.settle(office.store, asked(office, true, office.desk), outcome="confirmed", reason="属实")
    settling.settle(office.store, asked(office, false, office.desk), outcome="false_alarm", reason="误报")
    settling.undo(office.store, asked(office, false, office.desk))
    found = counted(office)
    total = {
        name: found.total(f"warnings_{name}")
        for name in ("start", "raised", "confirmed", "false", "corrected", "cleared", "end")
    }
    assert total == {"start": 0, "raised": 3, "confirmed": 1, "false": 0, "corrected": 0, "cleared": 0, "end": 2}
    assert found.by("warnings_raised", "channel") == {"warning": 2, "petition": 1}
    assert found.by("warnings_raised", "town") == {"370215010": 2, "unsaid": 1}
    assert found.by("warnings_raised", "kind") == {"red": 3}
    assert counted(office, "2026-12").total("warnings_start") == 2
    with office.store.read() as session:
        ids = {item.subject_id for item in items(session, window(MONTH), only={"warnings_raised"})}
        assert ids == {true, false, silent}
        seen = named(session, office.desk, ids)
        assert {one.warning for one in seen.values()} == ids
        assert named(session, office.inspectors[0], ids) == {}


def test_the_police_file_a_paper_is_announced_and_a_firm_leaves_the_list(office: Office) -> None:
    work = Work(office)
    own: dict[str, Any] = {"case_id": work.id, "by": "acc", "at": office.at}
    with office.store.write() as session:
        employer = session.get_one(CaseRow, work.id).employer_id
        for state, answered in (("police_filed", TODAY), ("police_refused", TODAY), ("handed_over", None)):
            row = {"state": state, "police_answered_on": answered, "handed_at": office.at, "reported_on": TODAY}
            session.add(CrimeTransferRow(id=new_id("trf"), officer_ids=[], report="-", **row, **own))
        for state, off in (("removed", TODAY), ("removed", date(2026, 10, 31)), ("listed", None)):
            row = {"state": state, "decided_on": date(2026, 3, 2), "removal_decided_on": off, "told_on": TODAY}
            given: dict[str, Any] = {"employer_id": employer, "trigger": "criminal_figure", "persons": []}
            session.add(JointListingRow(id=new_id("lst"), **given, **row, **own))
        for serial, how in enumerate(("by_notice", "direct"), start=1):
            paper: dict[str, Any] = {"kind": "inquiry_notice", "year": 2026, "serial": serial, "document_no": "-"}
            paper |= {"issued_on": date(2026, 9, 30), "served_on": TODAY, "served_how": how, "body": {}}
            session.add(DocumentRow(id=new_id("doc"), **paper, **own))
    found = counted(office)
    assert {name: found.total(name) for name in ("to_police", "police_filed", "delisted", "listed", "announced")} == {
        "to_police": 3,
        "police_filed": 1,
        "delisted": 1,
        "listed": 0,
        "announced": 1,
    }
    assert found.by("announced", "kind") == {"inquiry_notice": 1}


def test_migrant_workers_are_those_of_cases_that_are_about_them(office: Office) -> None:
    for nature, heads in (("arrears_rural", 5), ("arrears", 3), ("arrears", None)):
        case_id = office.case(workers=heads or 1)
        with office.store.write() as session:
            case = session.get_one(CaseRow, case_id)
            case.nature, case.worker_count = nature, heads
    found = counted(office)
    assert [found.total(f"workers_{name}") for name in ("concerned", "migrant", "unstated")] == [8, 5, 3]
    assert found.by("workers_migrant", "nature") == {"arrears_rural": 5}


def test_the_workbook_tells_the_grounds_and_the_levels(office: Office, tmp_path: Path) -> None:
    declined(office)
    raised(office)
    path = tmp_path / "november.xlsx"
    later = datetime(2026, 12, 2, tzinfo=UTC)
    export_month(office.store, month=MONTH, path=path, purpose="月报", actor=office.head, at=later)
    said = {row[0]: row[2] for row in openpyxl.load_workbook(path)["总表"].iter_rows(min_row=4, values_only=True)}
    assert said["不予受理：已进入仲裁或者诉讼"] == said["不予受理线索"] == 1
    assert said["发出预警：红色"] == said["发出预警"] == said["月末未处置预警"] == 1
