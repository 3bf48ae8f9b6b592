"""Suspending a deadline: a head's word with ground and reason, never silent, and the due day that follows from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.cases import handling
from services.cases.suspending import resume_clock, suspend_clock
from services.office.rules import change_setting
from services.office.working_days import published
from tests.services.office import Office
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ClockEventRow, ClockPauseRow, ClockRow
from warehouse.queries.cards import card_counts
from warehouse.queries.deadlines import Horizon, deadlines_of
from warehouse.queries.workings import workings_of
from warehouse.store.clocks import cancel_clock, running
from warehouse.store.linkage import members

ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
STOP, ON = date(2026, 11, 26), date(2026, 12, 10)
"""A Thursday; and the Thursday a fortnight later: ten working days between them, the first counted, the last not."""


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    made = Office(store, now)
    kinds: Json = ["accept", "investigate", "decide", "penalty_90"]
    change_setting(store, name="clock.suspend.kinds", value=kinds, source="test", actor=ADMIN, at=now)
    return made


def test_nothing_is_suspended_until_the_office_says_what_may_be(store: Warehouse, now: datetime) -> None:
    work = investigated(Office(store, now))
    with pytest.raises(NotAllowed, match="cannot be suspended"):
        suspend(work)


def test_the_head_of_a_brigade_suspends_nothing(office: Office) -> None:
    work = investigated(office)
    with pytest.raises(NotAllowed, match="Only the head of the bureau"):
        suspend(work, actor=office.head)
    suspend(work)
    resume(work)


def on(day: date) -> datetime:
    """A morning in Shanghai."""
    return datetime.fromisoformat(f"{day}T09:00:00+08:00")


def filed(office: Office) -> Work:
    work = Work(office, channels=("hotline_12345", "petition"))
    work.do(handling.accept_case)
    return work


def clock(work: Work, kind: str = "decide") -> ClockRow:
    with work.store.write() as session:
        found = session.scalars(select(ClockRow).where(ClockRow.case_id == work.id, ClockRow.kind == kind)).one()
        session.expunge(found)
        return found


def investigated(office: Office) -> Work:
    """A case whose fifteen working days to decide run from 2026-11-20."""
    work = filed(office)
    work.do(handling.end_investigation)
    assert clock(work).due_on == date(2026, 12, 11)
    return work


def suspend(work: Work, **fields: Any) -> Any:
    clock_id = fields.pop("clock_id", None) or clock(work).id
    asked = {"ground": "service_by_notice", "reason": "公告送达中", "actor": work.office.bureau, "at": on(STOP)}
    return work.do(suspend_clock, clock_id=clock_id, **{**asked, **fields})


def resume(work: Work, **fields: Any) -> Any:
    clock_id = fields.pop("clock_id", None) or clock(work).id
    return work.do(resume_clock, clock_id=clock_id, **{"actor": work.office.head, "at": on(ON), **fields})


def test_the_due_day_moves_by_the_days_that_did_not_count(office: Office) -> None:
    work = investigated(office)
    pause_id = suspend(work)
    assert clock(work).state == "paused"
    with office.store.read() as session:
        assert session.get_one(ClockPauseRow, pause_id).clock_id == clock(work).id
    assert resume(work) == date(2026, 12, 25)
    after = clock(work)
    assert (after.state, after.due_on, after.provisional) == ("running", date(2026, 12, 25), False)
    with office.store.read() as session:
        events = session.scalars(select(ClockEventRow).where(ClockEventRow.clock_id == after.id)).all()
        told = {event.kind: (event.due_before, event.due_after, event.by) for event in events}
        row = session.scalars(select(ClockPauseRow)).one()
        pause = (row.first_on, row.last_on, row.reason)
        acts = session.scalars(select(AuditRow.act).where(AuditRow.subject == work.id)).all()
    assert told["paused"] == (date(2026, 12, 11), date(2026, 12, 11), office.bureau.id)
    assert told["resumed"] == (date(2026, 12, 11), date(2026, 12, 25), office.head.id)
    assert pause == (STOP, ON - timedelta(days=1), "公告送达中")
    assert {"suspend_clock", "resume_clock"} <= set(acts)


def test_the_page_can_say_why(office: Office) -> None:
    work = investigated(office)
    suspend(work, reason="致电13987654321后中止")
    resume(work)
    horizon = Horizon(ON, published(), 2)
    with office.store.read() as session:
        shown = deadlines_of(session, [work.id], horizon)[work.id]
        working = workings_of(session, work.id, shown, published())[clock(work).id]
    pause = next(one for one in working.reasons if one.kind == "pause")
    assert (pause.why, pause.days) == ("service_by_notice", 14)
    assert working.shown
    assert working.stops[0].ground == "service_by_notice"
    assert "13987654321" not in str(working)
    assert [(one.kind, one.before, one.after) for one in working.moves] == [
        ("resumed", date(2026, 12, 11), date(2026, 12, 25))
    ]


def test_a_suspended_deadline_carries_no_mark_and_is_not_counted_as_late(office: Office) -> None:
    work = investigated(office)
    late = Horizon(date(2026, 12, 14), published(), 2)
    with office.store.read() as session:
        before = card_counts(session, office.head, late)["overdue"]
    assert before == 1
    suspend(work)
    with office.store.read() as session:
        colours = {one.kind: one.colour for one in deadlines_of(session, [work.id], late)[work.id]}
        assert card_counts(session, office.head, late)["overdue"] == 0
    assert colours["decide"] == "paused"


def test_only_a_head_of_the_place_suspends(office: Office) -> None:
    work = investigated(office)
    with pytest.raises(NotAllowed, match="head of the place"):
        suspend(work, actor=work.lead)
    far = office.officer(Role.HEAD, "370203")
    with pytest.raises(NotFound):
        suspend(work, actor=far)
    with pytest.raises(Conflict):
        suspend(work, version=1)
    suspend(work)
    with pytest.raises(NotAllowed, match="head of the place"):
        resume(work, actor=work.lead)


BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"reason": "  "}, BadInput, "needs a reason"),
    ({"ground": "because"}, BadInput, "no such ground"),
    ({"first_on": date(2026, 11, 20)}, BadInput, "after the deadline started"),
    ({"first_on": date(2026, 11, 27)}, BadInput, "not in the future"),
    ({"clock_id": "clk_none"}, NotFound, "no such deadline"),
    ({"at": on(date(2026, 12, 14))}, NotAllowed, "comes too late"),
]


@pytest.mark.parametrize(("fields", "kind", "words"), BAD)
def test_what_cannot_be_is_refused_in_words(
    office: Office, fields: dict[str, Any], kind: type[Exception], words: str
) -> None:
    work = investigated(office)
    with pytest.raises(kind, match=words):
        suspend(work, **fields)
    assert clock(work).state == "running"


def test_a_deadline_of_another_case_is_not_found(office: Office) -> None:
    work, other = investigated(office), investigated(office)
    with pytest.raises(NotFound, match="no such deadline"):
        suspend(work, clock_id=clock(other).id)


def test_it_is_suspended_once_at_a_time_and_later_again(office: Office) -> None:
    work = investigated(office)
    with pytest.raises(NotAllowed, match="not suspended"):
        resume(work)
    suspend(work)
    with pytest.raises(NotAllowed, match="Only a deadline that runs"):
        suspend(work)
    with pytest.raises(BadInput, match="between the beginning"):
        resume(work, resumed_on=date(2026, 11, 25))
    with pytest.raises(BadInput, match="between the beginning"):
        resume(work, resumed_on=date(2026, 12, 11))
    resume(work)
    with pytest.raises(BadInput, match="before it ended"):
        suspend(work, at=on(date(2026, 12, 14)), first_on=date(2026, 12, 9))
    suspend(work, at=on(date(2026, 12, 14)))
    assert resume(work, at=on(date(2026, 12, 16))) == date(2026, 12, 29)


def test_a_suspension_taken_back_on_its_day_leaves_the_due_day(office: Office) -> None:
    work = investigated(office)
    suspend(work)
    assert resume(work, at=on(STOP)) == date(2026, 12, 11)


def test_what_a_channel_is_owed_and_what_was_named_is_not_ours_to_suspend(office: Office) -> None:
    work = Work(office)
    work.do(handling.order_correction, demand="x", law="x", issued_on=date(2026, 11, 20), due_on=date(2026, 12, 4))
    with pytest.raises(NotAllowed, match="cannot be suspended"):
        suspend(work, clock_id=clock(work, "rectify").id)
    change_setting(
        office.store, name="clock.suspend.kinds", value=["rectify"], source="test", actor=ADMIN, at=office.at
    )
    with pytest.raises(NotAllowed, match="named by somebody"):
        suspend(work, clock_id=clock(work, "rectify").id)


def test_the_office_says_which_grounds_there_are(office: Office) -> None:
    work = investigated(office)
    change_setting(
        office.store, name="clock.suspend.grounds", value=["other"], source="局务会", actor=ADMIN, at=office.at
    )
    with pytest.raises(BadInput, match="no such ground"):
        suspend(work)
    suspend(work, ground="other")


def test_a_duty_done_while_its_clock_stood_still_is_done_in_time(office: Office) -> None:
    work = filed(office)
    suspend(work, clock_id=clock(work, "investigate").id)
    work.do(handling.end_investigation, at=on(date(2027, 6, 1)))
    met = clock(work, "investigate")
    assert (met.state, met.met_on) == ("met", date(2027, 6, 1))
    assert met.due_on >= date(2027, 6, 1)
    with office.store.read() as session:
        assert session.scalars(select(ClockPauseRow.last_on)).one() == date(2027, 5, 31)


def test_a_duty_that_falls_away_leaves_no_suspension_open(office: Office) -> None:
    work = investigated(office)
    suspend(work)
    clock_id = clock(work).id
    with office.store.write() as session:
        row = session.get_one(ClockRow, clock_id)
        cancel_clock(session, row, reason="declined", by=work.office.head.id, at=on(ON))
    assert clock(work).state == "cancelled"
    with office.store.read() as session:
        assert session.scalars(select(ClockPauseRow.last_on)).one() == ON - timedelta(days=1)
    with pytest.raises(NotAllowed, match="not suspended"):
        resume(work)


def test_an_extension_and_a_suspension_add_up(office: Office) -> None:
    work = filed(office)
    investigate = clock(work, "investigate").id
    suspend(work, clock_id=investigate)
    resume(work, clock_id=investigate)
    work.do(handling.extend_investigation, reason="案情复杂", actor=office.bureau, at=on(date(2026, 12, 11)))
    assert clock(work, "investigate").length == 90
    with office.store.read() as session:
        shown = deadlines_of(session, [work.id], Horizon(ON, published(), 2))[work.id]
        working = workings_of(session, work.id, shown, published())[investigate]
    assert working.shown
    assert [one.kind for one in working.moves] == ["resumed", "extended"]


def test_a_clock_of_a_complaint_in_the_case_is_suspended_too(office: Office) -> None:
    work = Work(office)
    with office.store.read() as session:
        accept = running(session, kind="accept", complaint_ids=members(session, work.id))[0]
        due, accept_id = accept.due_on, accept.id
    assert due == date(2026, 11, 27)
    monday, friday = on(date(2026, 11, 23)), on(date(2026, 11, 27))
    suspend(work, clock_id=accept_id, ground="supplement_awaited", at=monday)
    assert resume(work, clock_id=accept_id, at=friday) == date(2026, 12, 3)
