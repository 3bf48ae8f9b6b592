"""After the decision (履行, 催告, 申请强制执行): which outcomes order something, and when the court may be asked.

The terms of remedies are months, which no clock of days can hold: they end on the day of the same number, or the last
of a shorter month, and roll past days of rest (CPL §85).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from casework.calendar import Calendar, months_after
from casework.leniency import Exit

ORDERING = frozenset({Exit.HANDLING, Exit.LIGHTER_PENALTY, Exit.PENALTY})
"""Outcomes that order the party to do something; they are closed when it was done or the court has it."""

DEMAND_PAPER = "performance_demand"


@dataclass(frozen=True, slots=True)
class Months:
    """One term in months, with its article."""

    length: int
    source: str


SUE = Months(6, "ALL §46: from knowing of the act; the 60 days of review (ADR §20) end before")
APPLY = Months(3, "AEL §53: from the end of the terms of review and of suit")


def remedies_end(served_on: date, calendar: Calendar) -> date:
    """The last day on which the party may still sue, and so of every remedy."""
    day = months_after(served_on, SUE.length)
    while not calendar.works(day):
        day += timedelta(days=1)
    return day
