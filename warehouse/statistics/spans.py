"""The spans a report is made for: a month, a quarter, several months, or a year so far; and what each is held up to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from casework.errors import BadInput
from warehouse.statistics.grounds import Window, window
from warehouse.statistics.periods import months_on

_CUT = re.compile(r"(.+)~([0-9]{1,4})\Z")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])\Z")
_YEAR = re.compile(r"[0-9]{4}\Z")
LONGEST = 36
"""Months in one span: three years stand side by side in the annual report, and no more are asked."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One span with what it is compared with: as many months before, and the same months of last year.

    While the span runs, both are cut to as many days as have passed of it. `before` is None for a year: there it is
    last year as well.
    """

    span: Window
    kind: str
    runs: bool
    before: Window | None
    last_year: Window

    @property
    def name(self) -> str:
        """As the address says it."""
        return self.span.month

    @property
    def first_month(self) -> str:
        """The month it begins with."""
        return f"{self.span.first:%Y-%m}"

    @property
    def last_month(self) -> str:
        """The month it ends with."""
        return f"{self.span.after - timedelta(days=1):%Y-%m}"


def stretch(name: str, today: date) -> Stretch:
    """A span by its name: `2026-10`, `2026-Q4`, `2026` or `2026-03..2026-10`. Raises `BadInput` for anything else.

    A year that runs ends with its running month: 累计. `2026-10~20` are the first twenty days of a span.
    """
    cut = _CUT.match(name)
    span, kind = _read(cut[1] if cut else name)
    months = _months(span)
    if months > LONGEST:
        raise BadInput("A report spans at most 36 months.")
    if kind == "year":
        span = Window(
            name, span.first, min(span.after, max(months_on(today.replace(day=1), 1), months_on(span.first, 1)))
        )
    if cut:
        span, kind = Window(name, span.first, min(span.after, span.first + timedelta(days=int(cut[2])))), "cut"
    runs = span.first <= today < span.after
    before = None if kind == "year" else _cut(months_on(span.first, -months), span.first, span, today, runs=runs)
    last_year = _cut(months_on(span.first, -12), months_on(span.after, -12), span, today, runs=runs)
    return Stretch(span, kind, runs, before, last_year)


def between(first: str, last: str) -> str:
    """The name of the span from one month to another, in whichever order; one month is named by itself."""
    one, other = sorted((first, last))
    return one if one == other else f"{one}..{other}"


def months_of(span: Window) -> list[str]:
    """The months of a span that begins and ends with one."""
    return [f"{months_on(span.first, later):%Y-%m}" for later in range(_months(span))]


def since_january(span: Window) -> Window:
    """The year up to the end of a month, or of the first days of one: 1–N月累计."""
    first = span.first.replace(month=1, day=1)
    name = between(f"{first:%Y-%m}", f"{span.first:%Y-%m}")
    cut = f"~{(span.after - first).days}" if "~" in span.month else ""
    return Window(name + cut, first, span.after)


def _read(name: str) -> tuple[Window, str]:
    quarter = _QUARTER.match(name)
    if quarter:
        first = window(f"{quarter[1]}-{int(quarter[2]) * 3 - 2:02d}").first
        return Window(name, first, months_on(first, 3)), "quarter"
    if _YEAR.match(name):
        first = window(f"{name}-01").first
        return Window(name, first, months_on(first, 12)), "year"
    if ".." in name:
        begins, ends = (window(month) for month in name.split("..", 1))
        if ends.after <= begins.after:
            raise BadInput("The last month of a report comes after its first.")
        return Window(name, begins.first, ends.after), "range"
    return window(name), "month"


def _months(span: Window) -> int:
    return (span.after.year - span.first.year) * 12 + span.after.month - span.first.month


def _cut(first: date, after: date, span: Window, today: date, *, runs: bool) -> Window:
    name = between(f"{first:%Y-%m}", f"{after - timedelta(days=1):%Y-%m}")
    days = (today - span.first).days + 1
    if not runs or first + timedelta(days=days) >= after:
        return Window(name, first, after)
    return Window(f"{name}~{days}", first, first + timedelta(days=days))
