"""Declined by ground, warnings raised and settled, filed by the police, announced, taken off the list: by the acts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from services.cases import handling
from services.cases.declining import take_back_decline
from services.months.closing_month import export_month
from services.office.working_days import published
from services.warnings import settling
from tests.services.office import Office
from tests.services.test_complaint_papers import act, declined
from tests.services.test_settling_warnings import asked, raised
from tests.services.work import TODAY, Work
from warehouse import schema
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseRow,
    CrimeTransferRow,
    DocumentRow,
    EmployerRow,
    JointListingRow,
    LifeMoveRow,
    OutcomeRow,
    VisitRow,
    new_id,
)
from warehouse.queries.behind import named
from warehouse.queries.deadlines import Horizon
from warehouse.statistics.dashboard import dashboard
from warehouse.statistics.grounds import window
from warehouse.statistics.month import MonthFigures, figures, items
from warehouse.statistics.of_cases import STEPS

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


def test_progress_is_by_the_end_of_the_month_and_while_it_runs_the_dashboards(office: Office) -> None:
    work, waits = Work(office), office.case()
    office.case(received_at=datetime(2026, 10, 20, tzinfo=UTC))
    found = counted(office)
    steps = {name: found.total(f"progress_{name}") for name in STEPS[1:]}
    assert steps == {"dispatched": 1, "in_progress": 1, "concluded": 0, "closed": 0}
    assert found.total("cases_opened") == 2
    with office.store.read() as session:
        shown = dashboard(session, office.head, "month", today=TODAY, horizon=Horizon(TODAY, published(), 3))
        listed = items(session, window(MONTH), only={"progress_in_progress"})
    assert {name: shown.reached(name) for name in STEPS[1:]} == steps
    assert {item.subject_id for item in listed} == {work.id}
    with office.store.write() as session:
        last = session.scalars(
            select(LifeMoveRow).where(LifeMoveRow.case_id == work.id, LifeMoveRow.life == "work", LifeMoveRow.newest)
        ).one()
        last.at = datetime(2026, 12, 1, tzinfo=UTC)
    assert counted(office).total("progress_in_progress") == 0, "that was after November"
    assert counted(office).total("progress_dispatched") == 1
    assert waits


def test_a_filing_withdrawn_counts_and_no_other_exit(office: Office) -> None:
    work = Work(office)
    own: dict[str, Any] = {"case_id": work.id, "basis": "-", "conditions": [], "rule_version": "-", "by": "acc"}
    with office.store.write() as session:
        for exit_, state, gone in (
            ("filing_withdrawn", "approved", None),
            ("filing_withdrawn", "rejected", None),
            ("filing_withdrawn", "approved", office.at),
            ("correction_only", "approved", None),
        ):
            more: dict[str, Any] = {"state": state, "revoked_at": gone, "at": office.at, "decided_at": office.at}
            session.add(OutcomeRow(id=new_id("out"), exit=exit_, **own, **more))
    assert counted(office).total("withdrawn") == 1


def test_a_visit_that_a_warning_proposes_counts_when_it_is_proposed_and_when_it_is_made(office: Office) -> None:
    work = Work(office)
    with office.store.read() as session:
        employer = session.get_one(CaseRow, work.id).employer_id
    one, twice, nobody = raised(office, employer_id=employer), raised(office, employer_id=employer), raised(office)
    plan: dict[str, Any] = {"case_id": None, "day": TODAY, "officer_id": office.inspectors[0].id}
    for warning in (one, twice, twice):
        by = asked(office, warning, office.desk)
        settling.propose_visit(office.store, by, **{**plan, "case_id": work.id, "officer_id": None, "day": None})
    names = ("warnings_visits_proposed", "warnings_visited", "visits")
    assert [counted(office).total(name) for name in names] == [2, 0, 0]
    early, late = office.at - timedelta(hours=1), office.at + timedelta(days=40)
    own: dict[str, Any] = {"case_id": work.id, "place": "-", "officer_ids": [], "by": "acc", "at": late}
    with office.store.write() as session:
        session.add(VisitRow(id=new_id("vis"), employer_id=employer, visited_at=early, **own))
    assert [counted(office).total(name) for name in names] == [2, 0, 1], "it was made before anybody proposed one"
    with office.store.write() as session:
        for at in (late, late + timedelta(days=2)):
            session.add(VisitRow(id=new_id("vis"), employer_id=employer, visited_at=at, **own))
    assert [counted(office).total(name) for name in names] == [2, 0, 1]
    later = counted(office, f"{late:%Y-%m}")
    assert [later.total(name) for name in names] == [0, 2, 1]
    assert later.by("warnings_visited", "kind") == {"red": 2}
    assert later.by("warnings_visited", "lead") == {"nobody": 2}
    with office.store.read() as session:
        found = items(session, window(f"{late:%Y-%m}"), only={"warnings_visited"})
    assert {item.subject_id for item in found} == {one, twice}
    assert nobody


def test_a_visit_of_the_firm_that_stays_answers_a_warning_on_the_one_made_part_of_it(office: Office) -> None:
    work = Work(office)
    with office.store.write() as session:
        stays = session.get_one(CaseRow, work.id).employer_id
        gone = EmployerRow(id=new_id("emp"), name="旧名", name_key="旧名", created_at=office.at, merged_into=stays)
        session.add(gone)
        session.flush()
        old = gone.id
    warning = raised(office, employer_id=old)
    plan: dict[str, Any] = {"case_id": None, "day": TODAY, "officer_id": office.inspectors[0].id}
    settling.propose_visit(office.store, asked(office, warning, office.desk), **plan)
    own: dict[str, Any] = {"case_id": work.id, "place": "-", "officer_ids": [], "by": "acc", "at": office.at}
    with office.store.write() as session:
        session.add(VisitRow(id=new_id("vis"), employer_id=stays, visited_at=office.at + timedelta(hours=2), **own))
    assert counted(office).total("warnings_visited") == 1
