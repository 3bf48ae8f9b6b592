"""How the wages of an employer were paid, month by month: due, paid in time, paid late, unpaid, or nothing heard.

Everything is as the wage-payment platform says it by the day looked at. **No data is never "all paid"**: a month of
which nothing was heard is a month of its own kind and adds nothing to any sum. Sums are fen.

Of every payroll `due = in time + late + unpaid + pending`. What is called paid above what was due is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from casework.calendar import Calendar
from casework.payroll_words import Correction, Said, corrections, said
from casework.warnings.due import month_before, month_of, pay_day
from casework.warnings.known import Payroll, Site


class Paid(StrEnum):
    """What became of the wages of a month.

    `empty`: a payroll came that names no worker. `no_data`: no payroll came, whatever the reason.
    """

    IN_TIME = "in_time"
    LATE = "late"
    PART = "part"
    UNPAID = "unpaid"
    PENDING = "pending"
    EMPTY = "empty"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayMonth:
    """The wages of a month, on one project or of several. Sums are None where nothing was heard.

    `days_late` is the longest: of what was paid late, to the day of payment; of what is unpaid, to the day looked at.
    `silent` counts projects, or firms of one, of which nothing was heard for the month. `corrected_on`: when it was
    last rewritten.
    """

    month: str
    state: Paid
    due_fen: int | None = None
    in_time_fen: int | None = None
    late_fen: int | None = None
    unpaid_fen: int | None = None
    pending_fen: int | None = None
    workers: int | None = None
    unpaid: int | None = None
    due_on: date | None = None
    provisional: bool = False
    paid_on: date | None = None
    days_late: int | None = None
    corrected_on: date | None = None
    silent: int = 0

    @property
    def paid_fen(self) -> int | None:
        """What was paid of what was due, in time or late."""
        return None if self.in_time_fen is None or self.late_fen is None else self.in_time_fen + self.late_fen


@dataclass(frozen=True, kw_only=True)
class OnProject:
    """The months of one project, the oldest first, and what was corrected, the newest first."""

    project: str
    months: tuple[PayMonth, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, kw_only=True)
class PayHistory:
    """The months of all projects together, and of each."""

    months: tuple[PayMonth, ...]
    projects: tuple[OnProject, ...]

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """Of all projects, the newest first."""
        every = (one for project in self.projects for one in project.corrections)
        return tuple(sorted(every, key=lambda one: (one.on, one.project, one.month), reverse=True))


def pay_history(
    payrolls: Iterable[Payroll],
    sites: Mapping[str, Site],
    calendar: Calendar,
    *,
    today: date,
    first: str,
    since: Mapping[str, str] | None = None,
) -> PayHistory:
    """The months from `first` (YYYY-MM) to the one before this, as known today.

    `since` says from which month on something is to be heard of a project; without, from its first payroll on. A month
    is expected once its pay day is over; until then a month without payroll is not looked for.
    """
    by_project: dict[str, list[Payroll]] = {}
    for one in payrolls:
        by_project.setdefault(one.project, []).append(one)
    begun = dict(since or {})
    for project in begun:
        by_project.setdefault(project, [])
    found = []
    for project, own in sorted(by_project.items()):
        site = sites.get(project)
        begins = max(first, min(one for one in (begun.get(project), *(one.month for one in own)) if one))
        cells = [_cell(own, month, site, calendar, today) for month in _months(begins, today)]
        found.append(
            OnProject(
                project=project,
                months=tuple(one for one in cells if one is not None),
                corrections=corrections([one for one in own if one.month >= first]),
            )
        )
    return PayHistory(months=summed(found), projects=tuple(found))


def _months(first: str, today: date) -> Iterable[str]:
    month, last = first, month_of(today)
    while month <= last:
        yield month
        month = month_before(month, -1)


def _cell(own: Sequence[Payroll], month: str, site: Site | None, calendar: Calendar, today: date) -> PayMonth | None:
    there = [one for one in own if one.month == month]
    if there:
        return joined(month, [_of_payroll(one, site, calendar, today) for one in there])
    due_on, guess = pay_day(month, site.pay_day if site else None, calendar)
    if due_on >= today:
        return None
    return PayMonth(month=month, state=Paid.NO_DATA, due_on=due_on, provisional=guess, silent=1)


def _of_payroll(payroll: Payroll, site: Site | None, calendar: Calendar, today: date) -> PayMonth:
    now = said(payroll, payroll.now)
    due_on, guess = payroll.due_on, False
    if due_on is None:
        due_on, guess = pay_day(payroll.month, site.pay_day if site else None, calendar)
    rewritten = [one.on for one in corrections([payroll]) if one.rewritten]
    empty = PayMonth(
        month=payroll.month,
        state=Paid.EMPTY,
        due_on=due_on,
        provisional=guess,
        paid_on=now.paid_on,
        corrected_on=max(rewritten, default=None),
        silent=1,
    )
    if not now.workers:
        return empty
    over = due_on < today
    late = min(_paid_late(payroll, due_on, now), _settled(now))
    return replace(
        empty,
        state=_state(now, late, over=over),
        due_fen=now.due_fen,
        in_time_fen=_settled(now) - late,
        late_fen=late,
        unpaid_fen=now.unpaid_fen if over else 0,
        pending_fen=0 if over else now.unpaid_fen,
        workers=now.workers,
        unpaid=now.unpaid if over else 0,
        days_late=_days_late(now, late, due_on, today),
        silent=0,
    )


def _paid_late(payroll: Payroll, due_on: date, now: Said) -> int:
    """What was paid after its day: by how much less was unpaid, and more was paid, than a word of a later day said; if
    the platform gives a later day of payment, than what it said on the due day. With no such word all of it.

    What a payroll lost because workers vanished from it was not paid.
    """
    paid_after = now.paid_on is not None and now.paid_on > due_on
    later = [one for one in payroll.versions if one.changed_on > due_on]
    if paid_after:
        later = [one for one in payroll.versions if one.changed_on <= due_on][-1:] + later
    words = [said(payroll, one) for one in later]
    grown = max((min(one.unpaid_fen - now.unpaid_fen, _settled(now) - _settled(one)) for one in words), default=0)
    if grown > 0:
        return grown
    return _settled(now) if paid_after and not any(one.unpaid_fen for one in words) else 0


def _settled(one: Said) -> int:
    return one.due_fen - one.unpaid_fen


def _state(now: Said, late: int, *, over: bool) -> Paid:
    if now.unpaid_fen and not over:
        return Paid.PENDING
    if now.unpaid_fen:
        return Paid.UNPAID if now.unpaid_fen >= now.due_fen else Paid.PART
    return Paid.LATE if late else Paid.IN_TIME


def _days_late(now: Said, late: int, due_on: date, today: date) -> int | None:
    if now.unpaid_fen:
        return (today - due_on).days if due_on < today else None
    return (now.paid_on - due_on).days if late and now.paid_on and now.paid_on > due_on else None


_WORST = (Paid.UNPAID, Paid.PART, Paid.LATE, Paid.PENDING, Paid.IN_TIME, Paid.NO_DATA, Paid.EMPTY)


def joined(month: str, cells: Sequence[PayMonth]) -> PayMonth:
    """Several cells of a month as one: sums and the worst state of what was heard, the longest delay.

    Of how many nothing was heard stands beside it, in `silent`: what was heard of one is not said of another.
    """
    if len(cells) == 1:
        return cells[0]
    heard = [one for one in cells if one.due_fen is not None]
    state = min((one.state for one in heard or cells), key=_WORST.index)
    if state is Paid.UNPAID and any(one.paid_fen for one in heard):
        state = Paid.PART

    def total(name: str) -> int | None:
        return sum(getattr(one, name) for one in heard) if heard else None

    return PayMonth(
        month=month,
        state=state,
        due_fen=total("due_fen"),
        in_time_fen=total("in_time_fen"),
        late_fen=total("late_fen"),
        unpaid_fen=total("unpaid_fen"),
        pending_fen=total("pending_fen"),
        workers=total("workers"),
        unpaid=total("unpaid"),
        due_on=min((one.due_on for one in cells if one.due_on), default=None),
        provisional=any(one.provisional for one in cells),
        paid_on=max((one.paid_on for one in cells if one.paid_on), default=None),
        days_late=max((one.days_late for one in cells if one.days_late is not None), default=None),
        corrected_on=max((one.corrected_on for one in cells if one.corrected_on), default=None),
        silent=sum(one.silent for one in cells),
    )


def summed(projects: Iterable[OnProject]) -> tuple[PayMonth, ...]:
    """The months of several projects as one row of months, the oldest first."""
    by_month: dict[str, list[PayMonth]] = {}
    for project in projects:
        for one in project.months:
            by_month.setdefault(one.month, []).append(one)
    return tuple(joined(month, cells) for month, cells in sorted(by_month.items()))
