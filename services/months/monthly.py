"""The workbook of the month that is over, by the schedule: once, on the first working day or soon after."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from casework.calendar import Calendar, local_day
from casework.people import Actor
from services.months.closing_month import Asked, export_month
from services.office.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import AuditRow
from warehouse.store.months import frozen

SCHEDULE = Actor.system("month")
PURPOSE = "monthly report"
LOOKED_BACK = 12
"""So many months are made up for, when nothing ran for long."""


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook the schedule wrote: of what bytes, and whether it was final."""

    sha256: str
    final: bool


def last_month(day: date) -> str:
    """The last month that is over on a day, YYYY-MM."""
    return (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def first_working_day(day: date, calendar: Calendar) -> date:
    """The first working day of the month a day lies in."""
    first = day.replace(day=1)
    while not calendar.works(first):
        first += timedelta(days=1)
    return first


def write_months(store: Warehouse, *, folder: Path, asked: Asked, at: datetime, month: str | None = None) -> int:
    """Write what is due: the month that is over, from the first working day after it, and those missed before it.

    A month whose workbook lies there as it was written is not written again, unless it was locked since: then its
    final one takes the place of the provisional one. `month` asks for that one alone, on any day. Returns how many
    workbooks were written.
    """
    day = local_day(at)
    if month is None:
        with store.read() as session:
            if day < first_working_day(day, calendar_in_force(session)):
                return 0
    wanted = [month] if month is not None else _missed(store, last_month(day))
    return sum(_write(store, one, folder, asked, at) for one in wanted)


def _missed(store: Warehouse, month: str) -> list[str]:
    """The month and those before it that were not written, back to one that was; where none ever was, it alone."""
    found, wanted = month, [month]
    for _ in range(LOOKED_BACK):
        found = last_month(date.fromisoformat(f"{found}-01"))
        if written(store, found) is not None:
            return wanted[::-1]
        wanted.append(found)
    return [month]


def _write(store: Warehouse, month: str, folder: Path, asked: Asked, at: datetime) -> int:
    path = folder / f"{month}.xlsx"
    before = written(store, month)
    if before is not None and _lies_there(path, before) and (before.final or not _locked(store, month, asked.district)):
        return 0
    export_month(store, month=month, path=path, purpose=PURPOSE, actor=SCHEDULE, at=at, asked=asked)
    return 1


def written(store: Warehouse, month: str) -> Written | None:
    """What the schedule wrote last of a month."""
    row = AuditRow
    made = select(row.details).where(row.by == SCHEDULE.id, row.act == "export_month", row.subject == f"month:{month}")
    with store.read() as session:
        details = session.scalar(made.order_by(row.seq.desc()).limit(1))
    return Written(str(details.get("sha256", "")), details.get("status") == "final") if details else None


def _lies_there(path: Path, before: Written) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == before.sha256


def _locked(store: Warehouse, month: str, district: str) -> bool:
    """Whether the export would be of a locked month: over everything, or else over the district."""
    with store.read() as session:
        return any(frozen(session, month, territory) is not None for territory in ("", district))
