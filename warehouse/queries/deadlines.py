"""Deadlines of cases as pages need them: the nearest one of each, and how near each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from casework.calendar import Calendar
from casework.clocks import SHOWN_BESIDE, Unit, days_left
from warehouse.models import CaseMembershipRow, ClockRow, ComplaintRow

Colour: TypeAlias = Literal["fine", "soon", "over", "paused", "met", "late_met", "cancelled"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. `left` counts in its own unit, 0 is today, negative is overdue. `channel` for the reply clocks.

    `colour` is never `over` or `soon` for a provisional day, which is a guess, nor for a limit that is only shown.
    `due_at` is the moment at which a term of hours ends.
    """

    id: str
    kind: str
    channel: str | None
    complaint_id: str | None
    started_on: date
    due_on: date
    length: int
    unit: str
    left: int
    provisional: bool
    state: str
    met_on: date | None
    source: str
    colour: Colour
    due_at: datetime | None = None


BINDS = and_(ClockRow.state == "running", ClockRow.kind.not_in(SHOWN_BESIDE))
"""Clocks that run and bind, provisional or not."""


@dataclass(frozen=True, slots=True)
class Near:
    """One day as questions need it: the last due days that count as soon, for terms of working and calendar days."""

    today: date
    working: date
    calendar: date

    def overdue(self) -> ColumnElement[bool]:
        """Clocks past their day, of those that may carry a mark."""
        return and_(_may_carry_a_mark(), ClockRow.due_on < self.today)

    def due_soon(self) -> ColumnElement[bool]:
        """Clocks that end within the horizon."""
        ends = {"working": self.working, "calendar": self.calendar}
        soon = [and_(ClockRow.unit == unit, ClockRow.due_on <= until) for unit, until in ends.items()]
        return and_(_may_carry_a_mark(), ClockRow.due_on >= self.today, or_(*soon))


@dataclass(frozen=True, slots=True)
class Horizon:
    """Today, and until which due day a deadline counts as due soon (黄牌), in working and in calendar days.

    `at` is the moment, for terms of hours; a page or a message has one, a figure of a day has none.
    """

    today: date
    calendar: Calendar
    days: int
    at: datetime | None = None

    def until(self, unit: str) -> date:
        """The last due day that is `days` away."""
        day = self.today
        while days_left(day + timedelta(days=1), self.today, cast(Unit, unit), self.calendar) <= self.days:
            day += timedelta(days=1)
        return day

    def near(self) -> Near:
        """Today and the last due days within the horizon, by which one day's questions are told from another's."""
        return Near(self.today, self.until("working"), self.until("calendar"))

    def overdue(self) -> ColumnElement[bool]:
        """Clocks past their day, of those that may carry a mark."""
        return self.near().overdue()

    def due_soon(self) -> ColumnElement[bool]:
        """Clocks that end within the horizon."""
        return self.near().due_soon()

    def colour(self, clock: ClockRow | Row[Any], left: int) -> Colour:
        """The mark of one clock."""
        if clock.state == "met":
            late = clock.met_on is not None and clock.met_on > clock.due_on
            late = late or (clock.due_at is not None and clock.met_at is not None and clock.met_at > clock.due_at)
            return "late_met" if late and clock.kind not in SHOWN_BESIDE else "met"
        if clock.state == "paused":
            return "paused"
        if clock.state == "cancelled":
            return "cancelled"
        if clock.provisional or clock.kind in SHOWN_BESIDE:
            return "fine"
        if left < 0:
            return "over"
        return "soon" if left <= self.days else "fine"


def _may_carry_a_mark() -> ColumnElement[bool]:
    return and_(BINDS, ClockRow.provisional.is_(False))


def deadline(clock: ClockRow | Row[Any], channel: str | None, horizon: Horizon) -> Deadline:
    """One row as a page shows it."""
    counts = clock.state in ("running", "paused")
    left = days_left(clock.due_on, horizon.today, cast(Unit, clock.unit), horizon.calendar) if counts else 0
    return Deadline(
        id=clock.id,
        kind=clock.kind,
        channel=channel,
        complaint_id=clock.complaint_id,
        started_on=clock.started_on,
        due_on=clock.due_on,
        length=clock.length,
        unit=clock.unit,
        left=left,
        provisional=clock.provisional,
        state=clock.state,
        met_on=clock.met_on,
        source=clock.source,
        colour=horizon.colour(clock, left),
        due_at=clock.due_at,
    )


_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_OWN_CLOCKS = select(ClockRow).where(ClockRow.case_id.in_(_THESE))
_REPLY_CLOCKS = (
    select(ClockRow, CaseMembershipRow.case_id, ComplaintRow.channel)
    .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ClockRow.complaint_id)
    .join(ComplaintRow, ComplaintRow.id == ClockRow.complaint_id)
    .where(CaseMembershipRow.case_id.in_(_THESE), CaseMembershipRow.valid_to.is_(None))
)
_RUNS = ClockRow.state == "running"
_EVERY_CLOCK = {False: (_OWN_CLOCKS, _REPLY_CLOCKS), True: (_OWN_CLOCKS.where(_RUNS), _REPLY_CLOCKS.where(_RUNS))}


def deadlines_of(
    session: Session, case_ids: Sequence[str], horizon: Horizon, *, running: bool = False
) -> dict[str, list[Deadline]]:
    """Every clock of these cases and of the complaints now in them, nearest first; or only those that are `running`."""
    found: dict[str, list[Deadline]] = {case_id: [] for case_id in case_ids}
    of_cases, of_complaints = _EVERY_CLOCK[running]
    for clock in session.scalars(of_cases, {"ids": list(case_ids)}):
        found[clock.case_id or ""].append(deadline(clock, None, horizon))
    for clock, case_id, channel in session.execute(of_complaints, {"ids": list(case_ids)}):
        found[case_id].append(deadline(clock, channel, horizon))
    for clocks in found.values():
        clocks.sort(key=lambda one: (one.state != "running", one.due_on, one.kind, one.id))
    return found


def nearest(clocks: Sequence[Deadline]) -> Deadline | None:
    """The running clock that ends first, of those that bind."""
    return next((one for one in clocks if one.state == "running" and one.kind not in SHOWN_BESIDE), None)


_SHOWN = (
    ClockRow.id,
    ClockRow.kind,
    ClockRow.complaint_id,
    ClockRow.started_on,
    ClockRow.due_on,
    ClockRow.due_at,
    ClockRow.length,
    ClockRow.unit,
    ClockRow.provisional,
    ClockRow.state,
    ClockRow.met_on,
    ClockRow.met_at,
    ClockRow.source,
)
_OF_CASES = select(ClockRow.case_id.label("of"), null().label("channel"), *_SHOWN).where(
    ClockRow.case_id.in_(_THESE), BINDS
)
_OF_COMPLAINTS = (
    select(CaseMembershipRow.case_id, ComplaintRow.channel, *_SHOWN)
    .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ClockRow.complaint_id)
    .join(ComplaintRow, ComplaintRow.id == ClockRow.complaint_id)
    .where(CaseMembershipRow.case_id.in_(_THESE), CaseMembershipRow.valid_to.is_(None), BINDS)
)


def _first_of_each() -> Select[Any]:
    both = union_all(_OF_COMPLAINTS, _OF_CASES).subquery()
    row = both.c
    ends = func.row_number().over(partition_by=row.case_id, order_by=(row.due_on, row.kind, row.id)).label("ends")
    in_turn = select(both, ends).subquery()
    return select(*(one for one in in_turn.c if one.name != "ends")).where(in_turn.c.ends == 1)


_NEAREST = _first_of_each()


def nearest_of(session: Session, case_ids: Sequence[str], horizon: Horizon) -> dict[str, Deadline]:
    """As `nearest` of `deadlines_of`, by case; a case without a running clock that binds is not in it."""
    found = session.execute(_NEAREST, {"ids": case_ids})
    return {clock.case_id: deadline(clock, clock.channel, horizon) for clock in found}


def _days() -> Select[Any]:
    each = (one.with_only_columns(*one.selected_columns[:1], ClockRow.due_on) for one in (_OF_COMPLAINTS, _OF_CASES))
    both = union_all(*each).subquery()
    case_id, due_on = both.c
    return select(case_id, func.min(due_on)).group_by(case_id)


_DAYS = _days()


def nearest_days(session: Session, case_ids: Sequence[str]) -> dict[str, date]:
    """By case the day of the clock that `nearest_of` gives."""
    return dict(session.execute(_DAYS, {"ids": list(case_ids)}).tuples().all())


def cases_with(condition: ColumnElement[bool]) -> ColumnElement[str]:
    """Ids of cases that have such a clock, of their own or through a complaint that is in them."""
    own = select(ClockRow.case_id.label("case_id")).where(ClockRow.case_id.is_not(None), condition)
    through = (
        select(CaseMembershipRow.case_id)
        .join(ClockRow, ClockRow.complaint_id == CaseMembershipRow.complaint_id)
        .where(CaseMembershipRow.valid_to.is_(None), condition)
    )
    return own.union_all(through).scalar_subquery()  # who looks a case up in it need not have each but once
