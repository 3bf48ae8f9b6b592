"""Who complained when: the longer wages are out, the likelier; a few workmates follow, and often the firm then pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from random import Random

from sandbox.economy.firms import Firm
from sandbox.economy.money import FirmMonth
from sandbox.economy.tempers import Temper

_CHANNELS = ("hotline_12345", "national_clue", "petition", "message_board", "mailbox", "wage_monitor")
_WEEK = timedelta(days=7)
_FIRST = ((20, 0.006), (45, 0.05), (75, 0.14), (10_000, 0.2))
"""Days overdue, and the chance a week that somebody of ten unpaid workers is the first to complain."""
_FOLLOWS = 0.13
"""Chance a week that a workmate follows within four weeks of a complaint; afterwards the office is at work on it."""
_ANSWERED = 0.75
"""Share of complaints of unpaid wages after which the office has what was out paid, within some weeks."""
_QUIET = 10 * _WEEK
_STILL_OUT = 0.03
"""Chance a week of another complaint while the office is at work and the wages are still out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    """One complaint. `worker` is a number within the firm; `unpaid` whether wages were really out."""

    told_on: date
    firm: int
    worker: int
    channel: str
    unpaid: bool


def grieve(firm: Firm, lived: tuple[FirmMonth, ...], chance: Random, temper: Temper) -> list[Grievance]:
    """Every complaint of one firm's workers, in order of days. What is paid because of one is written into `lived`."""
    told: list[Grievance] = []
    day = lived[0].due_on if lived else date.max
    while lived and day < lived[-1].due_on:
        on = day + timedelta(days=chance.randrange(7))
        if chance.random() < _rate(lived, day, told, temper):
            told.append(_one(firm, on, chance, unpaid=True))
            if chance.random() < _ANSWERED:
                _pay(lived, on + timedelta(days=chance.randrange(14, 56)))
        if chance.random() < temper.sudden * 12 / 52:
            told.append(_one(firm, on, chance, unpaid=False))
        day += _WEEK
    return sorted(told, key=lambda one: (one.told_on, one.worker))


def _rate(lived: tuple[FirmMonth, ...], day: date, told: list[Grievance], temper: Temper) -> float:
    """The chance that somebody complains of unpaid wages in the week from a day."""
    out = [
        one for one in lived if one.unpaid and one.due_on < day and (one.paid_on is None or one.paid_on > day + _WEEK)
    ]
    if not out:
        return 0.0
    last = max((one.told_on for one in told if one.unpaid), default=None)
    if last is not None and day - last < 4 * _WEEK:
        return _FOLLOWS
    if last is not None and day - last < _QUIET:
        return _STILL_OUT
    days = (day - out[0].due_on).days / temper.patience
    first = next(rate for limit, rate in _FIRST if days <= limit)
    return min(0.6, first * sqrt(max(one.unpaid for one in out) / 10))


def _pay(lived: tuple[FirmMonth, ...], on: date) -> None:
    """What fell due before a day and was still out is paid on it."""
    for one in lived:
        if one.unpaid and one.due_on < on and (one.paid_on is None or one.paid_on > on):
            one.paid_on = on


def _one(firm: Firm, on: date, chance: Random, *, unpaid: bool) -> Grievance:
    return Grievance(
        told_on=on,
        firm=firm.number,
        worker=chance.randrange(firm.heads),
        channel=chance.choice(_CHANNELS),
        unpaid=unpaid,
    )
