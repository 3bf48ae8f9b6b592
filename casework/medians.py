"""Medians with an interval that leans on no distribution, and what one median is against another, in percent.

The interval of a median lies between two of the numbers themselves: the k-th smallest and the k-th largest, where k is
the largest for which a fair coin thrown n times shows fewer than k heads with a chance of at most half of what is left
over (order statistics; Conover, Practical Nonparametric Statistics, §3.2). It is exact, or more than promised, for any
distribution; nothing is drawn by lot, so the same numbers give the same interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from math import comb, floor, sqrt
from statistics import NormalDist, median
from typing import Any

from casework.record import Json

CONFIDENCE = Fraction(95, 100)
"""How often the interval holds what it is about, at least."""
_EXACT_TO = 2_000
"""From more numbers on the coin is the normal curve's, rounded to the wider side."""


@dataclass(frozen=True, slots=True)
class Median:
    """The median of `n` numbers, in the unit of the numbers; `low` and `high` None: too few for an interval."""

    n: int
    middle: float
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, Json]:
        """As it is kept with a locked month."""
        return dict(asdict(self))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Median:
        """What `to_json` wrote."""
        return cls(kept["n"], kept["middle"], kept["low"], kept["high"])


@dataclass(frozen=True, slots=True)
class Change:
    """How much more is done in the same time, in percent: 35 is "+35 %". No interval where one side has none."""

    percent: float
    low: float | None
    high: float | None


def median_of(numbers: Sequence[float], confidence: Fraction = CONFIDENCE) -> Median | None:
    """The median with its interval. None where there is nothing to take it of."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    place = _place(len(ordered), confidence)
    low, high = (ordered[place - 1], ordered[-place]) if place else (None, None)
    return Median(len(ordered), float(median(ordered)), low, high)


def sooner(before: Sequence[float], now: Sequence[float]) -> Change | None:
    """What the median of `now` is against that of `before`, as work in the same time: before / now - 1, in percent.

    Both intervals are taken at half of what is left over, so that both hold together as often as is promised
    (Bonferroni). None where one side is not measured or took no time at all.
    """
    each = (1 + CONFIDENCE) / 2
    one, other = median_of(before, each), median_of(now, each)
    if one is None or other is None or other.middle <= 0 or one.middle <= 0:
        return None
    low = high = None
    if one.low is not None and one.high is not None and other.low and other.high:
        low, high = _percent(one.low, other.high), _percent(one.high, other.low)
    return Change(_percent(one.middle, other.middle), low, high)


def _percent(before: float, now: float) -> float:
    return 100 * (before / now - 1)


@cache
def _place(count: int, confidence: Fraction) -> int:
    """The largest k with P(fewer than k heads of n) <= (1 - confidence) / 2; 0 where there is none."""
    rest = (1 - confidence) / 2
    if count > _EXACT_TO:
        return max(floor(count / 2 + NormalDist().inv_cdf(float(rest)) * sqrt(count) / 2) - 1, 0)
    heads, whole, place = 0, 2**count, 0
    while Fraction(heads + comb(count, place), whole) <= rest:
        heads += comb(count, place)
        place += 1
    return place
