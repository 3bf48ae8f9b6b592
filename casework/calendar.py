"""Working days (工作日): which day works and why not. Rows come from the yearly State Council notice, not from here."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day that is not what its weekday says: a holiday, or a make-up working day (调休)."""

    works: bool
    name: str


@dataclass(frozen=True)
class Calendar:
    """The calendar in force, by version. Outside `known_from`..`known_until` a plain weekday works: a guess, 暂定.

    `version` goes into every deadline counted with it, so that a later notice shows which deadlines it moves.
    """

    version: str
    known_from: date
    known_until: date
    exceptions: Mapping[date, SpecialDay] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def works(self, day: date) -> bool:
        """Whether offices work on a day."""
        special = self.exceptions.get(day)
        return special.works if special else day.weekday() < _SATURDAY

    def working_days(self, first: date, last: date) -> int:
        """How many days work after the first up to and with the last, without walking them."""
        days, gained = self._moved
        moved = gained[bisect_right(days, last)] - gained[bisect_right(days, first)]
        return _weekdays_until(last) - _weekdays_until(first) + moved

    @cached_property
    def _moved(self) -> tuple[list[date], list[int]]:
        """The days that are not what their weekday says, and how many working days they win up to each."""
        days, gained = [], [0]
        for day, special in sorted(self.exceptions.items()):
            weekday = day.weekday() < _SATURDAY
            if special.works != weekday:
                days.append(day)
                gained.append(gained[-1] + (1 if special.works else -1))
        return days, gained

    def why_not(self, day: date) -> str | None:
        """Why a day does not work: the name of the holiday, or `weekend`. None for a working day."""
        if self.works(day):
            return None
        special = self.exceptions.get(day)
        return special.name if special else "weekend"

    def made_up(self, day: date) -> str | None:
        """Why a day at a weekend works (调休): the name of its holiday. None for any other day."""
        special = self.exceptions.get(day)
        return special.name if special and special.works and day.weekday() >= _SATURDAY else None

    def knows(self, day: date) -> bool:
        """Whether a notice of the State Council covers the day."""
        return self.known_from <= day <= self.known_until


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays up to a day; the calendar of the machine begins on a Monday."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * _SATURDAY + min(rest, _SATURDAY)


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later (or before, for less than none), or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def local_midnight(day: date) -> datetime:
    """The moment a day begins where the office is."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def local_day(at: datetime) -> date:
    """The day a moment falls on in Shanghai. Naive moments are refused: nobody could say which day they mean."""
    if at.tzinfo is None:
        raise ValueError("a moment must be aware")
    return at.astimezone(SHANGHAI).date()
