"""A case that the nightly scan doubts is asked about on the page of doubtful pairs, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from casework.people import Actor
from services.linkage.suspicions import scan_cases
from tests.conftest import NOW
from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow
from warehouse.queries.review import waiting
from warehouse.store.linkage import members

LogIn = Callable[[str], Person]
SYSTEM = Actor.system("test")


@pytest.fixture
def suspected(morning: Warehouse) -> tuple[Warehouse, str]:
    """The store and the number of a case of several complaints, one of which speaks of another year."""
    with morning.write() as session:
        ids = select(CaseMembershipRow.case_id).where(CaseMembershipRow.valid_to.is_(None))
        rows = session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)).order_by(CaseRow.matter_no)).all()
        case = max(rows, key=lambda row: len(members(session, row.id)))
        number, inside = case.matter_no, members(session, case.id)
        last = next(one for one in inside if one != case.main_complaint_id)
        for row in session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id.in_(inside))):
            row.arrears_from = row.arrears_to = "2026-09"
            if row.complaint_id == last:
                row.arrears_from = row.arrears_to = "2024-01"
    assert scan_cases(morning, actor=SYSTEM, at=NOW).asked >= 1
    return morning, number


def pair(store: Warehouse, number: str) -> tuple[str, str]:
    with store.read() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        inside = set(members(session, case.id))
        return next(pair for pair in waiting(session, SYSTEM) if set(pair) <= inside)


@pytest.mark.parametrize(
    ("language", "question", "reason"),
    [
        ("en", "two disputes?", "Months in which nobody was owed anything divide the case."),
        ("zh_CN", "是否其实是两件", "案件的欠薪月份之间隔着无人被欠薪的月份。"),
    ],
)
def test_the_question_and_its_reason_stand_on_the_page(
    suspected: tuple[Warehouse, str], log_in: LogIn, language: str, question: str, reason: str
) -> None:
    store, number = suspected
    left, right = pair(store, number)
    shown = log_in("desk").get(f"/review?left={left}&right={right}", language=language)
    assert question in shown
    assert number in shown
    assert reason in shown


def test_the_page_of_a_case_shows_the_weakest_link_and_both_weights(morning: Warehouse, log_in: LogIn) -> None:
    with morning.read() as session:
        rows = session.scalars(select(CaseRow).where(CaseRow.status == "to_dispatch")).all()
        number = max(rows, key=lambda row: len(members(session, row.id))).matter_no
    shown = log_in("desk").get(f"/cases/{number}", language="en")
    assert "Rather than strangers" in shown
    assert "Rather than workmates" in shown
    assert "weakest link: " in shown
