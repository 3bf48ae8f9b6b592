"""What a holiday notice would change before it is loaded: days of the calendar, deadlines, and whose cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from casework.calendar import Calendar, SpecialDay
from casework.errors import NotAllowed
from casework.holidays import HolidayNotice, check_notice
from casework.people import Actor, Role
from connectors.apart import notice_apart
from services.office.working_days import calendar_in_force, calendar_with
from warehouse.engine import Warehouse
from warehouse.queries.holidays import Moving, moving_days
from warehouse.store.clocks import would_move


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """One day that offices would work on, or not, unlike now. `name` is the holiday it belongs to, if any."""

    day: date
    works: bool
    name: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading a notice would do. `calendar` is the version it was compared with.

    `moving` are the deadlines of the cases this person may know of; `officers` counts all of them by who has the case,
    and `unheld` those of cases nobody has.
    """

    calendar: str
    known: bool
    days: tuple[ChangedDay, ...]
    moving: tuple[Moving, ...]
    officers: tuple[tuple[str, int], ...]
    unheld: int
    total: int


def notice_in(text: str) -> HolidayNotice:
    """The notice that a file holds, read apart, in a process that can harm nobody. Raises `BadInput`."""
    return notice_apart(text.encode())


def preview_notice(store: Warehouse, *, year: int, days: Mapping[date, SpecialDay], actor: Actor) -> Preview:
    """Compare a notice with the calendar in force. Nothing is written. Raises `NotAllowed` and `BadInput`."""
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator may load the holiday notice.")
    check_notice(year, days)
    with store.read() as session:
        now, then = calendar_in_force(session), calendar_with(session, year, days)
        since = min(*days, date(year, 1, 1))
        return _preview(session, now, then, since, year, actor)


def _preview(session: Session, now: Calendar, then: Calendar, since: date, year: int, actor: Actor) -> Preview:
    after = would_move(session, calendar=then, since=since)
    rows = moving_days(session, actor, after)
    load = Counter(name for one in rows for name in one.officers)
    return Preview(
        calendar=now.version,
        known=now.knows(date(year, 12, 31)),
        days=tuple(_changed(now, then, since, date(year, 12, 31))),
        moving=tuple(one for one in rows if one.seen),
        officers=tuple(sorted(load.items(), key=lambda pair: (-pair[1], pair[0]))),
        unheld=sum(1 for one in rows if not one.officers),
        total=len(after),
    )


def _changed(now: Calendar, then: Calendar, first: date, last: date) -> Iterator[ChangedDay]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if now.works(day) != then.works(day):
            special = then.exceptions.get(day) or now.exceptions.get(day)
            yield ChangedDay(day, then.works(day), special.name if special else None)
