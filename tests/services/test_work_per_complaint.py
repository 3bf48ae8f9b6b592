"""What an act costs does not grow with the complaints of a case: its statements are counted for few and for many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.cases.declining import decline_case
from services.cases.handling import accept_case
from services.cases.outcomes import close_case, decide_outcome, submit_outcome
from services.dispatch.dispatching import dispatch_case
from services.replying.calling_back import record_callback
from tests.counting import counted
from tests.services.lives import heard, served, stands, told, with_phones
from tests.services.office import Office
from tests.services.work import C2, Work
from warehouse.engine import Warehouse
from warehouse.queries.callbacks import to_call

FEW, MANY = 10, 100


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def of_many(office: Office, complaints: int) -> Work:
    work = Work(office, channels=("hotline_12345",) * complaints, employer=f"青岛{complaints}海产有限公司")
    assert len(with_phones(office, work.id)) == complaints
    return work


def accepting(office: Office, work: Work) -> Callable[[], object]:
    return lambda: work.do(accept_case)


def declining(office: Office, work: Work) -> Callable[[], object]:
    return lambda: work.do(decline_case, ground="outside_inspection", reason="属劳务报酬争议")


def deciding(office: Office, work: Work) -> Callable[[], object]:
    work.corrected()
    outcome_id = work.do(submit_outcome, proposal=C2)
    work.reviewed()
    asked = {"outcome_id": outcome_id, "approve": True, "reason": None, "actor": office.head, "at": office.at}
    return lambda: decide_outcome(office.store, **asked)


def closed(office: Office, work: Work) -> None:
    deciding(office, work)()
    served(work, "exemption_decision")
    heard(office.store, work.id, office.at)
    work.do(close_case, actor=office.head)


def calling_back(office: Office, work: Work) -> Callable[[], object]:
    closed(office, work)
    first, later = told(office, work.id)[0], office.at + timedelta(hours=3)
    return lambda: record_callback(
        office.store, complaint_id=first, answered=True, solved=True, satisfied=True, actor=office.desk, at=later
    )


ACTS = (accepting, declining, deciding, calling_back)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_asks_no_more_for_many_complaints_than_for_few(office: Office, act: Any) -> None:
    found = []
    for complaints in (FEW, MANY):
        once = act(office, of_many(office, complaints))
        with counted(office.store) as statements:
            once()
        found.append(len(statements))
    assert found[0] == found[1]
    assert found[0] > 5, "the statements are heard"


def test_a_dispatch_asks_no_more_for_many_complaints_than_for_few(office: Office) -> None:
    found = []
    for complaints in (FEW, MANY):
        case_id = office.case(channels=("hotline_12345",) * complaints, employer=f"青岛{complaints}海产有限公司")
        asked: dict[str, Any] = {
            "case_id": case_id,
            "version": office.version(case_id),
            "key": case_id,
            "actor": office.desk,
        }
        pair: dict[str, Any] = {"lead_id": office.inspectors[0].id, "assisting_id": office.inspectors[1].id}
        with counted(office.store) as statements:
            dispatch_case(office.store, **asked, **pair, at=office.at)
        found.append(len(statements))
    assert found[0] == found[1]


def test_every_complaint_of_many_took_its_step(office: Office) -> None:
    work = of_many(office, MANY)
    work.do(accept_case)
    assert {stands(office, one) for one in told(office, work.id)} == {"accepted"}
    assert len(told(office, work.id)) == MANY


def test_a_round_of_calls_empties_the_list_and_ends_the_case_with_its_last(office: Office) -> None:
    work = of_many(office, FEW)
    closed(office, work)
    later = office.at + timedelta(hours=3)
    for place, one in enumerate(told(office, work.id)):
        with office.store.read() as session:
            assert len(to_call(session, office.desk)) == FEW - place
        assert office.look(work.id).legal_status == "closed"
        said: dict[str, Any] = {"answered": True, "solved": True, "satisfied": True}
        record_callback(office.store, complaint_id=one, actor=office.desk, at=later, **said)
    assert office.look(work.id).legal_status == "called_back"
