"""Clocks: started, met, moved, suspended and cancelled. Each change leaves an event with the days before and after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import Calendar, local_day
from casework.clocks import TimeLimit, Unit, due_day
from casework.suspension import NAMED
from warehouse.models import AssignmentRow, CaseMembershipRow, ClockEventRow, ClockRow, new_id
from warehouse.store.new_clocks import counted_clock, fixed_clock
from warehouse.store.pauses import close_pause, open_pause, pauses_of


def start_clock(
    session: Session,
    limit: TimeLimit,
    *,
    started_on: date,
    calendar: Calendar,
    by: str,
    at: datetime,
    case_id: str | None = None,
    complaint_id: str | None = None,
) -> ClockRow:
    """Start a deadline of a case or of one complaint, counted with the calendar in force."""
    due = due_day(started_on, limit.length, limit.unit, calendar)
    asked = counted_clock(limit, started_on=started_on, due=due, case_id=case_id, complaint_id=complaint_id)
    return _started(session, ClockRow(**asked), by=by, at=at)


def start_fixed_clock(
    session: Session,
    kind: str,
    *,
    started_on: date,
    due_on: date,
    source: str,
    by: str,
    at: datetime,
    case_id: str | None = None,
    complaint_id: str | None = None,
    due_at: datetime | None = None,
) -> ClockRow:
    """Start a deadline whose last day somebody named (a channel's own due day, an order's day): nothing is counted.

    `due_at`: of a term of hours, the moment it ends; its day is the local one.
    """
    named = fixed_clock(
        kind,
        started_on=started_on,
        due_on=due_on,
        source=source,
        case_id=case_id,
        complaint_id=complaint_id,
        due_at=due_at,
    )
    return _started(session, ClockRow(**named), by=by, at=at)


def _started(session: Session, clock: ClockRow, *, by: str, at: datetime) -> ClockRow:
    session.add(clock)
    session.flush()
    _note(session, clock, "started", before=None, by=by, at=at)
    return clock


def _note(
    session: Session,
    clock: ClockRow,
    kind: str,
    *,
    before: date | None,
    by: str,
    at: datetime,
    reason: str | None = None,
    notice_id: str | None = None,
) -> None:
    event = ClockEventRow(
        id=new_id("cev"),
        clock_id=clock.id,
        kind=kind,
        at=at,
        by=by,
        due_before=before,
        due_after=clock.due_on,
        reason=reason,
        notice_id=notice_id,
    )
    session.add(event)


def meet_clock(
    session: Session, clock: ClockRow, *, met_on: date, by: str, at: datetime, met_at: datetime | None = None
) -> ClockRow:
    """The duty was done on a day. A clock that runs no more stays as it is: the first time counts.

    One that stood still is met in time, whatever its day was before: the suspension ends with the duty.
    """
    if clock.state not in ("running", "paused"):
        return clock
    before = clock.due_on
    if clock.state == "paused":
        close_pause(session, clock.id, runs_on=met_on, by=by, at=at)
        clock.due_on = max(clock.due_on, met_on)
    clock.state, clock.met_on, clock.met_at = "met", met_on, met_at
    _note(session, clock, "met", before=before, by=by, at=at)
    return clock


def meet_clocks(
    session: Session,
    kind: str,
    *,
    met_on: date,
    by: str,
    at: datetime,
    case_id: str | None = None,
    complaint_ids: Iterable[str] = (),
    met_at: datetime | None = None,
) -> int:
    """The duty of one kind was done for a case and for these complaints. Returns how many clocks that met."""
    clocks = running(session, kind=kind, case_id=case_id, complaint_ids=complaint_ids)
    for clock in clocks:
        meet_clock(session, clock, met_on=met_on, by=by, at=at, met_at=met_at)
    return len(clocks)


def cancel_clock(session: Session, clock: ClockRow, *, reason: str, by: str, at: datetime) -> ClockRow:
    """The duty fell away. A clock that runs no more stays as it is."""
    if clock.state in ("running", "paused"):
        if clock.state == "paused":
            close_pause(session, clock.id, runs_on=local_day(at), by=by, at=at)
        clock.state = "cancelled"
        _note(session, clock, "cancelled", before=clock.due_on, by=by, at=at, reason=reason)
    return clock


def extend_clock(
    session: Session, clock: ClockRow, *, days: int, calendar: Calendar, reason: str, by: str, at: datetime
) -> ClockRow:
    """Lengthen a running term by approval; it is counted anew from its start."""
    before = clock.due_on
    clock.length += days
    _recount(session, clock, calendar)
    _note(session, clock, "extended", before=before, by=by, at=at, reason=reason)
    return clock


def pause_clock(
    session: Session, clock: ClockRow, *, first_on: date, ground: str, reason: str, by: str, at: datetime
) -> str:
    """From a day on no day counts, until the clock runs on. Returns the id of the suspension."""
    clock.state = "paused"
    pause_id = open_pause(session, clock.id, first_on=first_on, ground=ground, reason=reason, by=by, at=at)
    _note(session, clock, "paused", before=clock.due_on, by=by, at=at, reason=ground)
    return pause_id


def run_on(
    session: Session, clock: ClockRow, *, resumed_on: date, calendar: Calendar, by: str, at: datetime
) -> ClockRow:
    """The clock runs on, counting from this day; its due day moves by what the suspension took."""
    before = clock.due_on
    close_pause(session, clock.id, runs_on=resumed_on, by=by, at=at)
    clock.state = "running"
    _recount(session, clock, calendar)
    _note(session, clock, "resumed", before=before, by=by, at=at)
    return clock


def recount_clocks(
    session: Session, *, calendar: Calendar, since: date | None, by: str, at: datetime, notice_id: str | None = None
) -> int:
    """Count again what a calendar may move: the provisional clocks, and those that reach `since`, a notice's first day.

    A notice may correct one that was counted with. Without `since`, only provisional clocks that were counted with
    another calendar: a second time there is nothing to do. Returns how many due days moved.
    """
    moved = 0
    for clock in _reached(session, calendar, since):
        before, guessed = clock.due_on, clock.provisional
        _recount(session, clock, calendar)
        moved += before != clock.due_on
        if before != clock.due_on or guessed != clock.provisional:
            _note(
                session,
                clock,
                "recomputed",
                before=before,
                by=by,
                at=at,
                reason=calendar.version,
                notice_id=notice_id,
            )
    return moved


def _reached(session: Session, calendar: Calendar, since: date | None) -> list[ClockRow]:
    guessed_otherwise = and_(ClockRow.provisional, ClockRow.calendar_version != calendar.version)
    reached = guessed_otherwise if since is None else or_(ClockRow.provisional, ClockRow.due_on >= since)
    question = select(ClockRow).where(
        reached,
        ClockRow.calendar_version != NAMED,
        ClockRow.state.in_(("running", "paused")),
    )
    return list(session.scalars(question.order_by(ClockRow.id)))


def would_move(session: Session, *, calendar: Calendar, since: date) -> dict[str, date]:
    """By clock, the day a calendar would move it to. Nothing is written."""
    found = {}
    for clock in _reached(session, calendar, since):
        pauses = pauses_of(session, clock.id)
        due = due_day(clock.started_on, clock.length, cast(Unit, clock.unit), calendar, pauses)
        if due.due_on != clock.due_on:
            found[clock.id] = due.due_on
    return found


def holders_of_moved(session: Session, *, at: datetime) -> set[tuple[str, str]]:
    """Who has a case of which a deadline was counted again to another day at this moment: account and case."""
    inside = and_(CaseMembershipRow.complaint_id == ClockRow.complaint_id, CaseMembershipRow.valid_to.is_(None))
    question = (
        select(AssignmentRow.lead_id, AssignmentRow.assisting_id, AssignmentRow.case_id)
        .select_from(ClockEventRow)
        .join(ClockRow, ClockRow.id == ClockEventRow.clock_id)
        .outerjoin(CaseMembershipRow, inside)
        .join(AssignmentRow, AssignmentRow.case_id == func.coalesce(ClockRow.case_id, CaseMembershipRow.case_id))
        .where(
            ClockEventRow.kind == "recomputed",
            ClockEventRow.at == at,
            ClockEventRow.due_before != ClockEventRow.due_after,
            AssignmentRow.state.in_(("sent", "signed")),
        )
    )
    return {(one, case_id) for lead, second, case_id in session.execute(question) for one in (lead, second)}


def _recount(session: Session, clock: ClockRow, calendar: Calendar) -> None:
    due = due_day(clock.started_on, clock.length, cast(Unit, clock.unit), calendar, pauses_of(session, clock.id))
    clock.due_on, clock.provisional, clock.calendar_version = due.due_on, due.provisional, due.calendar_version


def running(
    session: Session, *, kind: str | None = None, case_id: str | None = None, complaint_ids: Iterable[str] = ()
) -> list[ClockRow]:
    """The clocks that still run, of a case and of complaints, nearest first. Without an owner there are none.

    No case given must not become "of no case", which every complaint's clock is.
    """
    owners = or_(
        false() if case_id is None else ClockRow.case_id == case_id, ClockRow.complaint_id.in_(list(complaint_ids))
    )
    question = select(ClockRow).where(owners, ClockRow.state.in_(("running", "paused")))
    if kind is not None:
        question = question.where(ClockRow.kind == kind)
    return list(session.scalars(question.order_by(ClockRow.due_on, ClockRow.id)))
