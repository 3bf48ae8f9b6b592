"""A payment plan (补发计划): a promise in instalments. Only what is proven to have been paid keeps one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Instalment:
    """So many fen by a day."""

    due_on: date
    fen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """A proven payment: so many fen on a day."""

    paid_on: date
    fen: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How one instalment stands: `ahead`, `kept`, `broken`, or `late`, which was broken and is made good.

    `wanted` is what had to be paid by its day, all earlier instalments included; `found` what was proven by then.
    """

    instalment: Instalment
    wanted: int
    found: int
    state: str

    @property
    def missing(self) -> int:
        """What was lacking on its day."""
        return max(self.wanted - self.found, 0)


def standing(plan: Sequence[Instalment], paid: Sequence[Paid], *, agreed_on: date, today: date) -> list[Standing]:
    """Each instalment as of a day. What was paid before the plan was agreed keeps none; paid early counts later too.

    The day itself is the debtor's: an instalment is broken from the day after.
    """
    counted = [one for one in paid if one.paid_on >= agreed_on]
    by_now = sum(one.fen for one in counted if one.paid_on <= today)
    found, wanted = [], 0
    for one in sorted(plan, key=lambda step: step.due_on):
        wanted += one.fen
        in_time = sum(payment.fen for payment in counted if payment.paid_on <= min(one.due_on, today))
        if in_time >= wanted:
            state = "kept"
        elif today <= one.due_on:
            state = "ahead"
        else:
            state = "late" if by_now >= wanted else "broken"
        found.append(Standing(one, wanted, in_time, state))
    return found
