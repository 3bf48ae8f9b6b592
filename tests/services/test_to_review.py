"""Outcomes that wait for the legal review: on the desk's list until somebody made it, marked on the head's."""

from __future__ import annotations

from datetime import datetime

import pytest

from casework.people import Actor, Role
from services.cases.outcomes import submit_outcome
from services.office.working_days import published
from tests.services.office import Office
from tests.services.work import C2, Work
from warehouse.engine import Warehouse
from warehouse.queries.deadlines import Horizon
from warehouse.queries.mine import mine
from warehouse.queries.reviews import to_review


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def waits(office: Office, actor: Actor) -> list[str]:
    with office.store.read() as session:
        return [case.id for case in to_review(session, actor)]


def marked(office: Office) -> tuple[list[str], list[str]]:
    """What the head has to approve, and which of it is marked as not reviewed."""
    with office.store.read() as session:
        work = mine(session, office.head, Horizon(office.at.date(), published(), 2))
    return [case.id for case in work.to_approve], sorted(work.unreviewed)


def test_a_sparing_waits_for_its_review_on_the_list_of_the_desk(office: Office) -> None:
    work = Work(office)
    work.corrected()
    assert waits(office, office.desk) == []
    work.do(submit_outcome, proposal=C2)
    far = office.officer(Role.DESK_OFFICER, "370203")
    assert waits(office, office.desk) == waits(office, office.head) == [work.id]
    assert waits(office, far) == waits(office, work.lead) == []
    assert marked(office) == ([work.id], [work.id])
    work.reviewed()
    assert waits(office, office.desk) == []
    assert marked(office) == ([work.id], [])
