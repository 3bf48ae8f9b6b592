"""Working days (工作日): which day works and why not. Rows come from the yearly State Council notice, not from here."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later (or before, for less than none), or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def local_day(at: datetime) -> date:
    """The day a moment falls on in Shanghai. Naive moments are refused: nobody could say which day they mean."""
    if at.tzinfo is None:
        raise ValueError("a moment must be aware")
    return at.astimezone(SHANGHAI).date()
