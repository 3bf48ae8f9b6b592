"""What happened to each firm's money: when it was in trouble, what it paid when, what reached its wage account."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.economy.firms import Firm
from sandbox.economy.tempers import Temper

_BEFORE_SPRING = {12: 1.4, 1: 1.6}
"""More firms fail in the months before the Spring Festival, when the year's accounts are settled."""


@dataclass(slots=True, kw_only=True)
class FirmMonth:
    """The truth of one month of one firm.

    Its wages were due on `due_on`; `paid_on` is when the last of the `unpaid` workers had theirs (None: never yet), the
    others were paid on the day. `put_in` is the share of the agreed sum that reached the special account.
    """

    month: str
    due_on: date
    troubled: bool
    heads: int
    unpaid: int
    paid_on: date | None
    put_in: float


def after(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _day(first: date, day: int) -> date:
    return first.replace(day=min(day, monthrange(first.year, first.month)[1]))


def live(firm: Firm, months: int, chance: Random, temper: Temper, begins: date) -> tuple[FirmMonth, ...]:
    """Month after month. An account runs dry from the month of the trouble; wages stay out a month later."""
    lived: list[FirmMonth] = []
    in_trouble = 0
    share = 0.0
    for number in range(months):
        first = after(begins, number)
        if in_trouble and chance.random() < temper.trouble_ends:
            _settle(lived, after(begins, number), chance)
            in_trouble = 0
        elif in_trouble:
            in_trouble += 1
        elif chance.random() < temper.trouble_begins * firm.fragile * _BEFORE_SPRING.get(first.month, 1.0):
            in_trouble, share = 1, chance.uniform(0.25, 1.0)
        lived.append(_month(firm, first, in_trouble, share, chance, temper))
    return tuple(lived)


def _month(firm: Firm, first: date, in_trouble: int, share: float, chance: Random, temper: Temper) -> FirmMonth:
    due_on = _day(after(first, 1), firm.pay_day)
    heads = max(3, round(firm.heads * chance.uniform(0.85, 1.1)))
    unpaid = min(heads, max(2, round(heads * share))) if in_trouble >= 2 or (in_trouble and share > 0.8) else 0
    paid_on: date | None = None if unpaid else due_on
    if not in_trouble and chance.random() < temper.slips:
        unpaid = max(1, round(heads * chance.uniform(0.2, 1.0)))
        paid_on = due_on + timedelta(days=chance.randrange(2, 16))
    if in_trouble:
        put_in = chance.uniform(0.0, 0.45)
    else:
        put_in = chance.uniform(0.2, 0.7) if chance.random() < temper.irregular else chance.uniform(0.92, 1.0)
    return FirmMonth(
        month=f"{first:%Y-%m}",
        due_on=due_on,
        troubled=bool(in_trouble),
        heads=heads,
        unpaid=unpaid,
        paid_on=paid_on,
        put_in=put_in,
    )


def _settle(lived: list[FirmMonth], on: date, chance: Random) -> None:
    """What is open is paid within some weeks of the money's return; in one of eight firms the oldest month never is."""
    never = chance.random() < 0.125
    for past in lived:
        if past.unpaid and past.paid_on is None:
            if never:
                never = False
                continue
            past.paid_on = max(on, past.due_on) + timedelta(days=chance.randrange(1, 25))
