"""Why the deadlines of a case fall on their days: the count shown, the suspensions, and what moved each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from casework.calendar import Calendar
from casework.clocks import Pause, Unit, due_day
from casework.suspension import NAMED
from casework.working import Reason, reasons, rolled
from warehouse.models import ClockEventRow, ClockPauseRow, ClockRow, HolidayNoticeRow
from warehouse.queries.deadlines import Deadline
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers

MOVES = ("extended", "resumed", "recomputed")
_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_CLOCKS = select(ClockRow).where(ClockRow.id.in_(_THESE))
_PAUSES = (
    select(ClockPauseRow)
    .where(ClockPauseRow.clock_id.in_(_THESE))
    .order_by(ClockPauseRow.first_on, ClockPauseRow.approved_at)
)
_MOVES = (
    select(ClockEventRow, HolidayNoticeRow.version)
    .outerjoin(HolidayNoticeRow, HolidayNoticeRow.id == ClockEventRow.notice_id)
    .where(ClockEventRow.clock_id.in_(_THESE), ClockEventRow.kind.in_(MOVES))
    .order_by(ClockEventRow.at, ClockEventRow.id)
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One suspension: from which day, to which if it ended, on what ground, by whose word. `reason` is masked."""

    first_on: date
    last_on: date | None
    ground: str
    reason: str | None
    by: str
    at: datetime

    @property
    def taken_back(self) -> bool:
        """Whether it ended on the day it began."""
        return self.last_on is not None and self.last_on < self.first_on


@dataclass(frozen=True, slots=True)
class Moved:
    """One event that moved a due day, or made it certain. `calendar` is the notice or the calendar that did."""

    kind: str
    before: date
    after: date
    by: str
    at: datetime
    reason: str | None
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Working:
    """One deadline with its working.

    `named`: somebody named the day, nothing is counted. `shown` is False where a clock that ended was counted with
    another calendar than today's, or ended while it stood still: then the count of today would explain another day.
    """

    clock_id: str
    due_on: date
    started_on: date
    length: int
    unit: str
    source: str
    calendar_version: str
    provisional: bool
    named: bool
    shown: bool
    reasons: tuple[Reason, ...]
    rolled_from: date | None
    stops: tuple[Stop, ...]
    moves: tuple[Moved, ...]


def workings_of(session: Session, case_id: str, clocks: Sequence[Deadline], calendar: Calendar) -> dict[str, Working]:
    """By the id of the clock, why it falls on its day."""
    ids = [one.id for one in clocks]
    told_by = Tellers(session, {case_id})
    stops = _stops(session, ids, told_by, case_id)
    moves = _moves(session, ids, told_by, case_id)
    rows = session.scalars(_CLOCKS, {"ids": ids})
    return {row.id: _working(row, calendar, stops.get(row.id, []), moves.get(row.id, [])) for row in rows}


def _working(row: ClockRow, calendar: Calendar, stops: list[Stop], moves: list[Moved]) -> Working:
    named = row.calendar_version == NAMED
    due = None
    if not named:
        pauses = [Pause(one.first_on, one.last_on, one.ground) for one in stops if one.last_on is not None]
        due = due_day(row.started_on, row.length, cast(Unit, row.unit), calendar, pauses)
    shown = due is not None and due.due_on == row.due_on
    return Working(
        clock_id=row.id,
        due_on=row.due_on,
        started_on=row.started_on,
        length=row.length,
        unit=row.unit,
        source=row.source,
        calendar_version=row.calendar_version,
        provisional=row.provisional,
        named=named,
        shown=shown,
        reasons=reasons(due) if due is not None and shown else (),
        rolled_from=due.counted_to if due is not None and shown and rolled(due) else None,
        stops=tuple(stops),
        moves=tuple(moves),
    )


def _stops(session: Session, ids: Sequence[str], told_by: Tellers, case_id: str) -> dict[str, list[Stop]]:
    rows = session.scalars(_PAUSES, {"ids": ids}).all()
    names = names_of(session, [row.approved_by for row in rows])
    found: dict[str, list[Stop]] = {}
    for row in rows:
        stop = Stop(
            first_on=row.first_on,
            last_on=row.last_on,
            ground=row.ground,
            reason=told_by.hide(row.reason, case_id),
            by=names.get(row.approved_by, row.approved_by),
            at=row.approved_at,
        )
        found.setdefault(row.clock_id, []).append(stop)
    return found


def _moves(session: Session, ids: Sequence[str], told_by: Tellers, case_id: str) -> dict[str, list[Moved]]:
    rows = session.execute(_MOVES, {"ids": ids}).all()
    names = names_of(session, [event.by for event, _ in rows])
    found: dict[str, list[Moved]] = {}
    for event, version in rows:
        if event.due_before is None or event.due_after is None:
            continue
        moved = Moved(
            kind=event.kind,
            before=event.due_before,
            after=event.due_after,
            by=names.get(event.by, event.by),
            at=event.at,
            reason=told_by.hide(event.reason, case_id) if event.kind == "extended" else None,
            calendar=(version or event.reason) if event.kind == "recomputed" else None,
        )
        found.setdefault(event.clock_id, []).append(moved)
    return found
