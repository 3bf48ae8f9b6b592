"""An invented economy of known truth: firms, their money, what the feeds said of it, and who complained in the end.

It is made to measure early warnings by: nothing in it knows the rules of warning. Firms fall into trouble by chance and
come out of it; their money fails before their wages do; some platforms are told late, wrongly or not at all; some firms
are late and nobody minds; some workers complain of what no feed could have told. Everything follows from the seed.

`imagine(firms, months, seed=..., temper=...)` makes one. A temper is a family of such economies: `TUNING` is what one
may look at while setting thresholds, `JUDGING` is a harder one that is only measured on.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from sandbox.economy.firms import Firm, found
from sandbox.economy.grievances import Grievance, grieve
from sandbox.economy.money import FirmMonth, live
from sandbox.economy.reports import OutsideArrears, Report, tell
from sandbox.economy.tempers import JUDGING, TUNING, Temper

__all__ = [
    "JUDGING",
    "TUNING",
    "Economy",
    "Firm",
    "FirmMonth",
    "Grievance",
    "OutsideArrears",
    "Report",
    "Temper",
    "imagine",
]


@dataclass(frozen=True, slots=True)
class Economy:
    """Firms, what happened to them month by month, what was reported when, and what was complained of when."""

    firms: tuple[Firm, ...]
    lives: dict[int, tuple[FirmMonth, ...]]
    reports: tuple[Report, ...]
    """In the order they were told."""
    grievances: tuple[Grievance, ...]
    """In the order they were told."""


def imagine(firms: int, months: int, *, seed: int, temper: Temper = TUNING, begins: date = date(2024, 9, 1)) -> Economy:
    """An economy of so many firms over so many months from the first of `begins`."""
    lives: dict[int, tuple[FirmMonth, ...]] = {}
    reports: list[Report] = []
    grievances: list[Grievance] = []
    founded = tuple(found(number, random.Random(f"{seed}/{number}/firm"), temper, begins) for number in range(firms))
    for firm in founded:
        chance = random.Random(f"{seed}/{firm.number}/life")
        lives[firm.number] = live(firm, months, chance, temper, begins)
        reports.extend(tell(firm, lives[firm.number], random.Random(f"{seed}/{firm.number}/told"), temper))
        grievances.extend(grieve(firm, lives[firm.number], random.Random(f"{seed}/{firm.number}/grief"), temper))
    reports.sort(key=lambda report: (report.told_on, report.firm))
    grievances.sort(key=lambda grievance: (grievance.told_on, grievance.firm, grievance.worker))
    return Economy(founded, lives, tuple(reports), tuple(grievances))
