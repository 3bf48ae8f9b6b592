"""The periods a page of figures is asked for: today, this week, month, quarter, year, or everything."""

from __future__ import annotations

from datetime import date, timedelta

from casework.errors import BadInput
from warehouse.statistics.grounds import Window, window

PERIODS = ("today", "week", "month", "quarter", "year", "all")
BEGINNING, END = date(2000, 1, 1), date(2101, 1, 1)
"""Before any complaint that could be filed here, and after the last day that can be counted with."""


def period(name: str, today: date) -> Window:
    """The period that a day lies in, whole: a month to its last day, a week from its Monday. Raises `BadInput`."""
    if name == "today":
        return Window(name, today, today + timedelta(days=1))
    if name == "week":
        monday = today - timedelta(days=today.weekday())
        return Window(name, monday, monday + timedelta(days=7))
    if name == "month":
        return window(f"{today:%Y-%m}")
    if name == "quarter":
        first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        return Window(name, first, months_on(first, 3))
    if name == "year":
        return Window(name, date(today.year, 1, 1), date(today.year + 1, 1, 1))
    if name == "all":
        return Window(name, BEGINNING, END)
    raise BadInput("There is no such period.")


def stretch_before(name: str, today: date) -> Window | None:
    """The same days of the period before: of last month as many as have passed of this one. Of everything none."""
    if name == "all":
        return None
    span = period(name, today)
    back = {"month": 1, "quarter": 3, "year": 12}.get(name)
    first = span.first - (span.after - span.first) if back is None else months_on(span.first, -back)
    after = min(first + (today - span.first) + timedelta(days=1), span.first)
    return Window(name, first, after)


def months_on(first: date, count: int) -> date:
    """The first day of a month so many months later, or earlier."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def twelve_months(today: date) -> list[Window]:
    """The last twelve months, the one that runs among them, oldest first."""
    this = today.replace(day=1)
    return [window(f"{months_on(this, -back):%Y-%m}") for back in range(11, -1, -1)]
