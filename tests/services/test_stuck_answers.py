"""Answers that are stuck: who may move them, which of them, and what is said of the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor
from casework.receipts import Way
from casework.reply import ReplyKind
from services.people.rota import record_recusal
from services.replying.stuck_answers import LONGEST_NOTE, may_settle, tell_otherwise, told_in_archive, try_again
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ClockRow, ComplaintRow, ReplyRow
from warehouse.store import replies
from warehouse.store.linkage import case_of, leave_case, live_memberships, members
from warehouse.store.new_clocks import fixed_clock, start_clocks


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def owed(office: Office, *, failed: bool = True, kind: ReplyKind = ReplyKind.ACCEPTED) -> tuple[str, str]:
    """An answer to the complaint of a case of its own, refused by its channel or still on its way."""
    case_id = office.case()
    with office.store.write() as session:
        (complaint_id,) = members(session, case_id)
        said: dict[str, Any] = {"by": "-", "at": office.at, "not_before": office.at}
        reply_id = replies.write_reply(session, complaint_id=complaint_id, kind=kind, body="已受理", **said)
        assert reply_id
        if failed:
            replies.begin_attempt(session, reply_id)
            replies.note_failed(session, reply_id, code="refused_by_channel", words="No.", at=office.at)
    return complaint_id, reply_id


def row(office: Office, reply_id: str) -> ReplyRow:
    with office.store.read() as session:
        found = session.get_one(ReplyRow, reply_id)
        session.expunge(found)
        return found


def told(office: Office, reply_id: str, **said: Any) -> None:
    plain = {"way": Way.TELEPHONE, "note": " 已电话告知 ", "actor": office.desk, "at": office.at}
    tell_otherwise(office.store, reply_id=reply_id, **{**plain, **said})


def test_an_answer_that_is_not_there_or_not_one_s_own_is_not_found(office: Office) -> None:
    complaint_id, reply_id = owed(office)
    other, _ = owed(office)
    for said in (
        {"reply_id": "rep_none", "actor": office.desk},
        {"reply_id": reply_id, "actor": office.desk, "complaint_id": other},
        {"reply_id": reply_id, "actor": office.inspectors[0]},
        {"reply_id": reply_id, "actor": Actor(office.desk.id, office.desk.roles, ("370602",))},
    ):
        with pytest.raises(NotFound, match=r"^There is no such answer, or it is not yours to see\.$"):
            try_again(office.store, at=office.at, **said)  # type: ignore[arg-type]  # by name
    assert try_again(
        office.store, reply_id=reply_id, actor=office.head, at=office.at, complaint_id=complaint_id
    ) == "pending"  # fmt: skip
    assert row(office, reply_id).next_attempt_at == office.at
    with office.store.read() as session:
        noted = session.scalars(select(AuditRow).where(AuditRow.act == "try_answer_again")).one()
        assert (noted.by, noted.subject, noted.details) == (office.head.id, reply_id, {"to": "pending"})


def test_a_complaint_of_no_case_is_the_desk_s_of_its_place(office: Office) -> None:
    complaint_id, _ = owed(office)
    with office.store.write() as session:
        leave_case(session, live_memberships(session, [complaint_id])[complaint_id], at=office.at)
    with office.store.read() as session:
        assert session.scalar(select(ComplaintRow.id).where(ComplaintRow.id == complaint_id)) == complaint_id
        assert may_settle(session, complaint_id, office.desk, at=office.at)
        assert may_settle(session, complaint_id, office.inspectors[0], at=office.at) is False


def test_who_is_recused_from_the_case_moves_none_of_its_answers(office: Office) -> None:
    complaint_id, reply_id = owed(office)
    with office.store.read() as session:
        case_id = case_of(session, complaint_id)
    about: dict[str, Any] = {"case_id": case_id, "reason": "亲属", "from_on": local_day(office.at)}
    record_recusal(office.store, account_id=office.desk.id, actor=office.head, at=office.at, **about)
    with pytest.raises(NotFound, match="not yours to see"):
        try_again(office.store, reply_id=reply_id, actor=office.desk, at=office.at)
    assert try_again(office.store, reply_id=reply_id, actor=office.head, at=office.at) == "pending"


def test_only_what_failed_and_was_not_told_is_tried_again(office: Office) -> None:
    _, waiting = owed(office, failed=False)
    _, failed = owed(office)
    told(office, failed)
    for reply_id in (waiting, failed):
        with pytest.raises(NotAllowed, match="Only an answer that failed"):
            try_again(office.store, reply_id=reply_id, actor=office.desk, at=office.at)


def test_who_told_says_how_when_and_to_whom(office: Office) -> None:
    complaint_id, reply_id = owed(office)
    day = local_day(office.at)
    waits = fixed_clock("reply", started_on=day, due_on=day, source="test", complaint_id=complaint_id)
    with office.store.write() as session:
        start_clocks(session, [waits], by="-", at=office.at)
    for said, words in (
        ({"way": Way.ARCHIVE_NOTE}, "how the person was told"),
        ({"note": " "}, "when and to whom"),
        ({"note": "字" * (LONGEST_NOTE + 1)}, "when and to whom"),
    ):
        with pytest.raises(BadInput, match=words):
            told(office, reply_id, **said)
    told(office, reply_id, note="字" * LONGEST_NOTE)
    kept = row(office, reply_id)
    assert (kept.state, kept.told_way, kept.told_by, kept.told_at) == ("failed", "telephone", office.desk.id, office.at)
    with office.store.read() as session:
        states = select(ClockRow.state).where(ClockRow.complaint_id == complaint_id, ClockRow.kind == "reply")
        assert session.scalars(states).all() == ["met"], "whoever was told waits no more"
    with pytest.raises(NotAllowed, match="told in another way already"):
        told(office, reply_id)


def test_the_note_of_an_archive_tells_each_refused_final_answer_once(office: Office) -> None:
    complaints = [owed(office, kind=kind)[0] for kind in (ReplyKind.RESULT, ReplyKind.ACCEPTED, ReplyKind.DECLINED)]
    said: dict[str, Any] = {"note": "当面告知", "by": office.desk.id, "at": office.at}
    for expected in (2, 0):
        with office.store.write() as session:
            assert told_in_archive(session, complaints, **said) == expected


def test_an_answer_on_its_way_is_not_told_otherwise_unless_something_went_wrong(office: Office) -> None:
    _, reply_id = owed(office, failed=False)
    with pytest.raises(NotAllowed, match="on its way"):
        told(office, reply_id)
    with office.store.write() as session:
        replies.note_trouble(session, reply_id, code="channel_unavailable", words="Away.", at=office.at)
    told(office, reply_id)
    assert row(office, reply_id).told_note == "已电话告知"


@pytest.mark.parametrize("state", ["pending", "delivered"])
def test_what_was_taken_and_shows_another_text_may_be_told_otherwise(office: Office, state: str) -> None:
    _, reply_id = owed(office)
    with office.store.write() as session:
        session.get_one(ReplyRow, reply_id).state = state
    told(office, reply_id)
    assert row(office, reply_id).state == "failed"
    with office.store.write() as session:
        session.get_one(ReplyRow, reply_id).state = "confirmed"
    with pytest.raises(NotAllowed, match="has arrived"):
        told(office, reply_id)
