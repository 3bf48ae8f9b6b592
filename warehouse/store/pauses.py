"""Suspensions of one clock: opened, closed, and as the count takes them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clocks import Pause
from warehouse.models import ClockPauseRow, ClockRow, new_id


def pauses_of(session: Session, clock_id: str) -> list[Pause]:
    """The suspensions of a clock that have ended, the oldest first; one that still holds has no last day."""
    rows = session.scalars(
        select(ClockPauseRow)
        .where(ClockPauseRow.clock_id == clock_id, ClockPauseRow.last_on.is_not(None))
        .order_by(ClockPauseRow.first_on, ClockPauseRow.approved_at)
    )
    return [Pause(row.first_on, row.last_on, row.ground) for row in rows if row.last_on is not None]


def pauses_of_kinds(session: Session, kinds: Collection[str]) -> dict[str, list[Pause]]:
    """The suspensions that have ended of every clock of some kinds, by clock, in one question."""
    rows = session.scalars(
        select(ClockPauseRow)
        .join(ClockRow, ClockRow.id == ClockPauseRow.clock_id)
        .where(ClockRow.kind.in_(kinds), ClockPauseRow.last_on.is_not(None))
        .order_by(ClockPauseRow.first_on, ClockPauseRow.approved_at)
    )
    found: dict[str, list[Pause]] = {}
    for row in rows:
        assert row.last_on is not None
        found.setdefault(row.clock_id, []).append(Pause(row.first_on, row.last_on, row.ground))
    return found


def open_pause(
    session: Session, clock_id: str, *, first_on: date, ground: str, reason: str, by: str, at: datetime
) -> str:
    """A suspension begins. Returns its id."""
    row = ClockPauseRow(
        id=new_id("pau"),
        clock_id=clock_id,
        first_on=first_on,
        ground=ground,
        reason=reason,
        approved_by=by,
        approved_at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def held_since(session: Session, clock_id: str) -> date | None:
    """Since which day a clock stands still; None for one that runs."""
    question = select(ClockPauseRow.first_on).where(ClockPauseRow.clock_id == clock_id, ClockPauseRow.last_on.is_(None))
    return session.scalar(question)


def close_pause(session: Session, clock_id: str, *, runs_on: date, by: str, at: datetime) -> None:
    """The suspension that still holds ends; `runs_on` is the first day that counts again."""
    question = select(ClockPauseRow).where(ClockPauseRow.clock_id == clock_id, ClockPauseRow.last_on.is_(None))
    row = session.scalars(question).one()
    row.last_on, row.resumed_by, row.resumed_at = runs_on - timedelta(days=1), by, at
    session.flush()
