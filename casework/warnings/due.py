"""When pay is due, and the months around it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from casework.calendar import Calendar
from casework.warnings.known import Known, Payroll

_SOME_YEARS = 4_096


@lru_cache(_SOME_YEARS)
def month_of(day: date) -> str:
    """The month a day lies in, YYYY-MM."""
    return f"{day:%Y-%m}"


@lru_cache(_SOME_YEARS)
def month_before(month: str, months: int = 1) -> str:
    """The month so many before another (or after, for less than none)."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@lru_cache(_SOME_YEARS)
def last_day(month: str) -> date:
    """The last day of a month."""
    after = month_before(month, -1)
    return date(int(after[:4]), int(after[5:7]), 1) - timedelta(days=1)


def pay_day(month: str, day: int | None, calendar: Calendar) -> tuple[date, bool]:
    """When the pay of a month is due where the platform names no day, and whether that is a guess (暂定).

    The pay day of the month after; one on a day of rest is due on the working day before it (724 §14). Without a pay
    day, and in a year whose holidays are not known, the latest day that it can be: nothing may be called late early.
    """
    last = last_day(month_before(month, -1))
    nominal = last if day is None else last.replace(day=max(1, min(day, last.day)))
    if not calendar.knows(nominal):
        return nominal, True
    due = nominal
    while not calendar.works(due):
        due -= timedelta(days=1)
    return due, False


def due_of(known: Known, payroll: Payroll) -> tuple[date, bool]:
    """When a payroll is due, as the platform says, else by the pay day of its project; and whether that is a guess."""
    if payroll.due_on is not None:
        return payroll.due_on, False
    site = known.sites.get(payroll.project)
    return pay_day(payroll.month, site.pay_day if site else None, known.calendar)
