"""The working-day calendar in force: what the office loaded, over what is published, over plain weekdays (暂定)."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from chinese_calendar import constants
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import Calendar, SpecialDay, local_day
from casework.clocks import Unit, due_day
from casework.errors import BadInput, Conflict, NotAllowed
from casework.holidays import check_notice
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse, once, one_at_a_time
from warehouse.models import CalendarDayRow, HolidayNoticeRow, new_id
from warehouse.store.clocks import holders_of_moved, recount_clocks
from warehouse.store.notices import write_notices

_DAYS = select(CalendarDayRow.version, CalendarDayRow.day, CalendarDayRow.works, CalendarDayRow.name).order_by(
    CalendarDayRow.version, CalendarDayRow.day
)


@cache
def published() -> Calendar:
    """The calendar of the State Council's notices as the package `chinesecalendar` has them, 2004 on."""
    days = {day: SpecialDay(works=False, name=name) for day, name in constants.holidays.items()}
    days |= {day: SpecialDay(works=True, name=name) for day, name in constants.workdays.items()}
    years = {day.year for day in constants.holidays}
    version = f"cc{importlib.metadata.version('chinesecalendar')}"
    return Calendar(version, date(min(years), 1, 1), date(max(years), 12, 31), days)


def calendar_in_force(session: Session) -> Calendar:
    """The calendar to count with. A year the office loaded replaces that year of the package as a whole.

    Where the notice of a year reaches back into the December before, its word on those days prevails. A session that
    only looks reads it once.
    """
    return once(session, "calendar", lambda: _with_loaded(_loaded(session)))


def _loaded(session: Session) -> list[tuple[str, date, SpecialDay]]:
    rows = session.execute(_DAYS).tuples()
    return [(version, day, SpecialDay(works=works, name=name)) for version, day, works, name in rows]


def working_day_after(session: Session, moment: datetime, *, days: int) -> date:
    """The working day so many after the day of a moment, by the calendar in force."""
    return due_day(local_day(moment), days, "working", calendar_in_force(session)).due_on


def calendar_with(session: Session, year: int, days: Mapping[date, SpecialDay]) -> Calendar:
    """The calendar as it would be with a notice loaded. Nothing is written."""
    version = _next_version(session, year)
    told = [(version, day, special) for day, special in days.items()]
    return _with_loaded(sorted([*_loaded(session), *told], key=_place))


def _place(row: tuple[str, date, SpecialDay]) -> tuple[str, date]:
    return row[0], row[1]


def _next_version(session: Session, year: int) -> str:
    taken = session.scalars(select(CalendarDayRow.version).where(CalendarDayRow.version.like(f"{year}.%"))).all()
    return f"{year}.{len(set(taken)) + 1:02d}"


def _with_loaded(rows: Sequence[tuple[str, date, SpecialDay]]) -> Calendar:
    base = published()
    if not rows:
        return base
    newest = {version.partition(".")[0]: version for version, _, _ in rows}
    loaded = {day: special for version, day, special in rows if version in newest.values()}
    years = {int(year) for year in newest}
    kept = {day: special for day, special in base.exceptions.items() if day.year not in years}
    until = base.known_until
    while until.year + 1 in years:
        until = until.replace(year=until.year + 1)
    version = "+".join([base.version, *sorted(newest.values())[-3:]])
    return Calendar(version, base.known_from, until, kept | loaded)


def day_for_paper(session: Session, *, started_on: date, length: int, unit: Unit) -> date:
    """The last day of a term as a paper may name it. Raises `NotAllowed` while that day is only a guess (暂定)."""
    due = due_day(started_on, length, unit, calendar_in_force(session))
    if due.provisional:
        raise NotAllowed("The holidays of that year are not published yet; name the day yourself.")
    return due.due_on


@dataclass(frozen=True, slots=True)
class Loaded:
    """A holiday notice that was loaded: its id and version, and how many due days it moved."""

    notice_id: str
    version: str
    moved: int


def load_notice(
    store: Warehouse,
    *,
    year: int,
    days: Mapping[date, SpecialDay],
    source: str,
    actor: Actor,
    at: datetime,
    papers: Sequence[str] = (),
    seen: str | None = None,
) -> Loaded:
    """Load the yearly holiday notice, count again the deadlines that it may move, and tell whose cases it moved.

    `seen` is the version of the calendar the difference was looked at with; `Conflict` when it is another now. A second
    notice for a year is a new version; the older rows stay. Raises `NotAllowed` and `BadInput` too.
    """
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator may load the holiday notice.")
    check_notice(year, days)
    if not source.strip():
        raise BadInput("Say where the notice comes from: its number or address.")
    with store.write() as session:
        one_at_a_time(session, "calendar")
        if seen is not None and seen != calendar_in_force(session).version:
            raise Conflict("Another notice was loaded meanwhile; look at the difference again.")
        version = _next_version(session, year)
        for day, special in sorted(days.items()):
            row = CalendarDayRow(id=new_id("cal"), version=version, day=day, works=special.works, name=special.name)
            session.add(row)
        session.flush()
        notice = HolidayNoticeRow(
            id=new_id("hol"),
            version=version,
            year=year,
            source=source.strip(),
            papers=list(papers),
            days=len(days),
            moved=0,
            by=actor.id,
            at=at,
        )
        notice.moved = recount_clocks(
            session,
            calendar=calendar_in_force(session),
            since=min(*days, date(year, 1, 1)),
            by=actor.id,
            at=at,
            notice_id=notice.id,
        )
        session.add(notice)
        _tell_holders(session, at=at)
        details: dict[str, Json] = {"version": version, "days": len(days), "moved": notice.moved, "source": source}
        audit.record(session, by=actor.id, act="load_notice", subject=f"calendar:{year}", at=at, details=details)
        return Loaded(notice.id, version, notice.moved)


def recount_deadlines(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Count again the deadlines that were only a guess under another calendar than today's. Returns how many moved.

    A year may become known by a newer package too, and a complaint may have been filed while a notice was loading.
    """
    with store.write() as session:
        calendar = calendar_in_force(session)
        moved = recount_clocks(session, calendar=calendar, since=None, by=actor.id, at=at)
        if moved:
            _tell_holders(session, at=at)
            details: dict[str, Json] = {"calendar": calendar.version, "moved": moved}
            audit.record(session, by=actor.id, act="recount_deadlines", subject="calendar", at=at, details=details)
    return moved


def _tell_holders(session: Session, *, at: datetime) -> None:
    """Each officer who has a case of which a deadline moved gets one notice for it."""
    for account_id, case_id in sorted(holders_of_moved(session, at=at)):
        write_notices(session, [account_id], kind="deadline_moved", case_id=case_id, due_at=at)
