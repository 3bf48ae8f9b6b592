"""Doubtful pairs are asked of those who may know of both sides."""

from __future__ import annotations

from datetime import datetime

from casework.people import Actor, Role
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, JudgementRow, new_id
from warehouse.queries.review import waiting


def doubtful(office: Office, one: str, other: str) -> tuple[str, str]:
    """The machine is unsure about the main complaints of two cases."""
    with office.store.write() as session:
        left, right = sorted(session.get_one(CaseRow, case_id).main_complaint_id for case_id in (one, other))
        session.add(
            JudgementRow(
                id=new_id("jdg"),
                left_id=left,
                right_id=right,
                verdict="unsure",
                by="machine:test",
                by_person=False,
                at=office.at,
                case_score=0.5,
                conflicts=[],
                evidence=[],
                newest=True,
            )
        )
    return left, right


def asked(office: Office, actor: Actor) -> list[tuple[str, str]]:
    with office.store.read() as session:
        return waiting(session, actor)


def test_a_pair_is_shown_only_to_who_may_know_of_both_cases(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    pair = doubtful(office, office.case(place="370215010"), office.case(place="370215020"))
    streets = [office.officer(Role.DESK_OFFICER, territory) for territory in ("370215010", "370215020")]
    assert asked(office, office.desk) == [pair]
    assert [asked(office, desk) for desk in streets] == [[], []]
