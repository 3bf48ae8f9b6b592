"""Why a deadline falls on its day, as lines one can read: the days that did not count, by reason, in runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from casework.calendar import Calendar
from casework.clocks import DueDay, Skip, SkipKind


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row, the first and the last of them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days that is."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason and the days it holds for. `kind` and `why` as in `Skip`."""

    kind: SkipKind
    why: str
    runs: tuple[Run, ...]

    @property
    def days(self) -> int:
        """How many days it holds for."""
        return sum(run.days for run in self.runs)


def reasons(due: DueDay) -> tuple[Reason, ...]:
    """Every reason for which days were not counted, in the order they came; then the weekends that were worked.

    Each day stands in one run of one reason, so that the page can be checked against a calendar on the wall.
    """
    return (*_grouped(due.working), *_grouped(due.made_up))


def _grouped(skips: Iterable[Skip]) -> list[Reason]:
    found: dict[tuple[SkipKind, str], list[Run]] = {}
    for skip in skips:
        runs = found.setdefault((skip.kind, skip.why), [])
        if runs and skip.day - runs[-1].last == timedelta(days=1):
            runs[-1] = Run(runs[-1].first, skip.day)
        else:
            runs.append(Run(skip.day, skip.day))
    return [Reason(kind, why, tuple(runs)) for (kind, why), runs in found.items()]


def special_days(calendar: Calendar, year: int) -> tuple[Reason, ...]:
    """The holidays of a year with their days off, then the weekends worked for them, in the order they come."""
    own = sorted((day, special) for day, special in calendar.exceptions.items() if day.year == year)
    off = [Skip(day, special.name, "holiday") for day, special in own if not special.works]
    worked = [Skip(day, special.name, "made_up") for day, special in own if special.works]
    return (*_grouped(off), *_grouped(worked))


def rolled(due: DueDay) -> bool:
    """Whether the term would have ended on a day of rest, so that it ends on the first working day after (CPL §85)."""
    return due.counted_to != due.due_on
