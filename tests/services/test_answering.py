"""Whom an accepted case answers: each complaint once, by its own channel, if that answers and the person wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from services.replying.answering import answer_accepted
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ChannelRow, ComplaintRow, ReplyRow


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def sent_out(office: Office, channels: tuple[str, ...]) -> str:
    """A case that is with its inspectors, and nobody was answered yet."""
    case_id = office.case(channels=channels)
    with office.store.write() as session:
        session.get_one(CaseRow, case_id).status = "dispatched"
    return case_id


def answered(office: Office, case_id: str | None = None) -> int:
    said: dict[str, Any] = {"by": "acc_1", "at": office.at, "not_before": office.at}
    with office.store.write() as session:
        return answer_accepted(session, case_id=case_id, **said)


def test_each_is_answered_by_the_channel_it_came_by_and_nobody_by_one_that_takes_no_answers(office: Office) -> None:
    case_id = sent_out(office, ("hotline_12345", "walk_in", "petition"))
    assert answered(office, case_id) == 2
    with office.store.read() as session:
        question = select(ComplaintRow.channel).join(ReplyRow, ReplyRow.complaint_id == ComplaintRow.id)
        assert sorted(session.scalars(question)) == ["hotline_12345", "petition"]


def test_an_answer_that_was_taken_back_is_given_anew_and_another_one_is_not(office: Office) -> None:
    case_id = sent_out(office, ("hotline_12345",))
    assert (answered(office), answered(office), answered(office, case_id)) == (1, 0, 0)
    with office.store.write() as session:
        session.scalars(select(ReplyRow)).one().state = "withdrawn"
    assert (answered(office, case_id), answered(office, case_id)) == (1, 0)


def test_of_one_case_alone_or_of_all_that_are_out(office: Office) -> None:
    first, waiting = sent_out(office, ("hotline_12345",)), office.case()
    sent_out(office, ("petition",))
    assert answered(office, waiting) == 0, "it is with nobody yet"
    assert (answered(office, first), answered(office)) == (1, 1)


def test_an_office_of_one_channel_answers_by_it(office: Office) -> None:
    case_id = sent_out(office, ("hotline_12345",))
    with office.store.write() as session:
        session.execute(delete(ChannelRow).where(ChannelRow.name != "hotline_12345"))
    assert answered(office, case_id) == 1
