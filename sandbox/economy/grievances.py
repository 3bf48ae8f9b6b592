"""Who complained when: the longer wages are out, the likelier; a workmate who has been to the office draws others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.economy.firms import Firm
from sandbox.economy.money import FirmMonth
from sandbox.economy.tempers import Temper

_CHANNELS = ("hotline_12345", "national_clue", "petition", "message_board", "mailbox", "wage_monitor")
_WEEK = timedelta(days=7)
_OVERDUE = ((20, 0.0006), (45, 0.006), (75, 0.02), (10_000, 0.04))
"""Days overdue, and the chance a week that one unpaid worker complains."""
_DRAWN = 3.0
"""How much likelier somebody complains within four weeks of a workmate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    """One complaint. `worker` is a number within the firm; `unpaid` whether wages were really out."""

    told_on: date
    firm: int
    worker: int
    channel: str
    unpaid: bool


def grieve(firm: Firm, lived: tuple[FirmMonth, ...], chance: Random, temper: Temper) -> list[Grievance]:
    """Every complaint of one firm's workers, in order of days."""
    if not lived:
        return []
    day, last = lived[0].due_on, lived[-1].due_on
    told: list[Grievance] = []
    while day < last:
        told.extend(_week(firm, lived, day, told, chance, temper))
        if chance.random() < temper.sudden * 12 / 52:
            told.append(_one(firm, day + timedelta(days=chance.randrange(7)), chance, unpaid=False))
        day += _WEEK
    return sorted(told, key=lambda one: (one.told_on, one.worker))


def _week(
    firm: Firm, lived: tuple[FirmMonth, ...], day: date, told: list[Grievance], chance: Random, temper: Temper
) -> list[Grievance]:
    out = [one for one in lived if one.unpaid and one.due_on < day and (one.paid_on is None or one.paid_on > day)]
    if not out:
        return []
    days = (day - out[0].due_on).days / temper.patience
    rate = next(rate for limit, rate in _OVERDUE if days <= limit)
    lately = any(one.unpaid and day - one.told_on < 4 * _WEEK for one in told)
    rate = min(0.5, rate * (_DRAWN if lately else 1.0))
    unpaid = max(one.unpaid for one in out)
    return [
        _one(firm, day + timedelta(days=chance.randrange(7)), chance, unpaid=True)
        for _ in range(unpaid)
        if chance.random() < rate
    ]


def _one(firm: Firm, on: date, chance: Random, *, unpaid: bool) -> Grievance:
    return Grievance(
        told_on=on,
        firm=firm.number,
        worker=chance.randrange(firm.heads),
        channel=chance.choice(_CHANNELS),
        unpaid=unpaid,
    )
