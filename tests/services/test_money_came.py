"""Did the money come? Everybody who can be reached is asked before the file is closed; "no" takes the case up again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from casework.errors import BadInput, NotAllowed, NotFound
from casework.money_came import AnsweredBy
from casework.people import Actor
from services.cases.enforcing import record_performance
from services.cases.outcomes import close_case
from services.replying.asking_money import ask_all
from services.replying.calling_back import record_callback
from services.replying.money_answers import Noted, record_money_answer, worker_says
from tests.services.lives import approved, ordered, paid, served, told, with_phones
from tests.services.office import Office
from tests.services.work import C2, TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ComplaintVersionRow, LifeMoveRow, MoneyQuestionRow

PAGE = Actor.system("page")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def spared(office: Office, **case: Any) -> tuple[Work, list[str]]:
    """A case that was exempted and served, with a telephone on each complaint."""
    work = Work(office, **case)
    ids = with_phones(office, work.id)
    work.spared()
    served(work, "exemption_decision")
    return work, ids


def asked(office: Office) -> list[tuple[str, bool | None]]:
    with office.store.read() as session:
        rows = session.scalars(select(MoneyQuestionRow).order_by(MoneyQuestionRow.asked_at))
        return [(row.complaint_id, row.came) for row in rows]


def test_a_file_is_closed_when_everybody_who_can_be_reached_has_said_that_it_came(office: Office) -> None:
    work, (one, other) = spared(office, channels=("hotline_12345", "petition"))
    assert sorted(asked(office)) == sorted([(one, None), (other, None)])
    with pytest.raises(NotAllowed, match="2 workers were asked whether the money came and may still answer"):
        work.do(close_case, actor=office.head)
    assert worker_says(office.store, complaint_id=one, came=True, actor=PAGE, at=office.at) == Noted(True, False)
    with pytest.raises(NotAllowed, match="1 workers were asked"):
        work.do(close_case, actor=office.head)
    by_telephone: dict[str, Any] = {"answered_by": AnsweredBy.TELEPHONE, "at": office.at}
    record_money_answer(office.store, complaint_id=other, came=True, actor=office.desk, **by_telephone)
    work.do(close_case, actor=office.head)
    assert office.look(work.id).status == "closed"


def test_no_takes_the_case_up_again_with_the_reason(office: Office) -> None:
    work, (one,) = spared(office)
    noted = worker_says(
        office.store, complaint_id=one, came=False, words="只拿到一半", actor=PAGE, at=office.at + timedelta(hours=1)
    )
    assert noted == Noted(changed=True, reopened=True)
    assert office.look(work.id).status == "in_progress"
    with office.store.read() as session:
        step = session.scalars(
            select(LifeMoveRow).where(LifeMoveRow.case_id == work.id, LifeMoveRow.life == "law", LifeMoveRow.newest)
        ).one()
        assert "未到手" in (step.reason or "")
        assert "只拿到一半" in (step.reason or "")
        (words,) = session.execute(text("SELECT words FROM money_question")).scalars()
        assert "只拿到一半".encode() not in bytes(words)
        assert "只拿到一半" not in str(session.scalars(select(AuditRow.details)).all())
    later = office.at + timedelta(days=3)
    approved(work, C2, at=later)
    served(work, "exemption_decision", later.date(), later)
    assert [came for _, came in asked(office)] == [False, None]
    with pytest.raises(NotAllowed, match="may still answer"):
        work.do(close_case, actor=office.head, at=later)


def test_silence_holds_nothing_back_after_the_days_the_office_sets(office: Office) -> None:
    work, _ = spared(office)
    wednesday = office.at + timedelta(days=5)
    with pytest.raises(NotAllowed, match="may still answer"):
        work.do(close_case, actor=office.head, at=wednesday)
    work.do(close_case, actor=office.head, at=wednesday + timedelta(days=1))


def test_the_last_word_counts_and_the_same_word_again_changes_nothing(office: Office) -> None:
    work, (one,) = spared(office)
    answer: dict[str, Any] = {"complaint_id": one, "actor": PAGE}
    assert worker_says(office.store, came=True, at=office.at, **answer).changed
    assert not worker_says(office.store, came=True, at=office.at + timedelta(hours=1), **answer).changed
    work.do(close_case, actor=office.head)
    assert worker_says(office.store, came=False, at=office.at + timedelta(hours=2), **answer) == Noted(True, True)
    assert office.look(work.id).status == "in_progress"


def test_who_was_never_asked_is_asked_by_the_schedule_and_holds_the_closing_until_then(office: Office) -> None:
    work = Work(office)
    work.spared()
    served(work, "exemption_decision")
    assert asked(office) == []
    (one,) = with_phones(office, work.id)
    with pytest.raises(NotAllowed, match="1 workers were not asked yet"):
        work.do(close_case, actor=office.head)
    assert [ask_all(office.store, actor=PAGE, at=office.at) for _ in range(2)] == [1, 0]
    assert asked(office) == [(one, None)]


def test_where_money_was_ordered_they_are_asked_when_the_order_was_carried_out(office: Office) -> None:
    work = ordered(office)
    (one,) = with_phones(office, work.id)
    assert ask_all(office.store, actor=PAGE, at=office.at) == 0
    with pytest.raises(NotAllowed, match="Nobody is asked"):
        worker_says(office.store, complaint_id=one, came=True, actor=PAGE, at=office.at)
    paid(work)
    work.do(record_performance, performed_on=TODAY)
    assert asked(office) == [(one, None)]
    worker_says(office.store, complaint_id=one, came=True, actor=PAGE, at=office.at)
    work.do(close_case, actor=office.head)


def test_who_wants_to_hear_nothing_or_gave_no_telephone_is_not_waited_for(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, other = with_phones(office, work.id)
    with office.store.write() as session:
        for said in session.scalars(select(ComplaintVersionRow)):
            said.wants_reply = said.complaint_id != one
            said.complainant_phone = None if said.complaint_id == other else said.complainant_phone
    work.spared()
    served(work, "exemption_decision")
    assert asked(office) == []
    work.do(close_case, actor=office.head)


def test_nobody_asks_about_a_case_of_their_own_nor_of_another_place(office: Office) -> None:
    work, (one,) = spared(office)
    by: dict[str, Any] = {"complaint_id": one, "came": True, "at": office.at}
    with pytest.raises(NotAllowed):
        record_money_answer(office.store, actor=work.lead, answered_by=AnsweredBy.WINDOW, **by)
    with pytest.raises(BadInput):
        record_money_answer(office.store, actor=office.desk, answered_by=AnsweredBy.PAGE, **by)
    with pytest.raises(NotFound):
        record_money_answer(
            office.store,
            actor=office.desk,
            answered_by=AnsweredBy.WINDOW,
            complaint_id="no such",
            came=True,
            at=office.at,
        )
    with pytest.raises(BadInput):
        worker_says(office.store, complaint_id=one, came=True, words="长" * 401, actor=PAGE, at=office.at)


def test_a_call_back_answers_the_question_too(office: Office) -> None:
    work, (one, other) = spared(office, channels=("hotline_12345", "petition"))
    asks: dict[str, Any] = {"answered": True, "solved": None, "satisfied": None, "actor": office.desk, "at": office.at}
    record_callback(office.store, complaint_id=one, money_received=True, **asks)
    assert sorted(asked(office), key=str) == sorted([(one, True), (other, None)], key=str)
    record_callback(office.store, complaint_id=other, money_received=False, **asks)
    assert office.look(work.id).status == "in_progress"
    assert told(office, work.id)
