"""What counts as rising: more than usual by more than chance, and never because of a handful.

Counts of two stretches are held against each other by the exact interval of the ratio of two Poisson rates: given
their sum, the first is binomial (Przyborowski and Wilenski 1940; the interval of Clopper and Pearson 1934). What is
printed is the lower end of that interval, so that one that became four is no "+300 %".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log

VERSION = "2026-11.2"
"""Kept with every bulletin, so that it says by which rules it was made."""
LEAST = 5
"""Counts below which nothing is called rising, nor named. Source: house rule; above `figures.least`, under which
numbers do not leave the bureau."""
CHANCE = 0.025
"""How often one comparison alone may call rising what is not: the lower end of an interval of 95 in 100."""
_CLOSE = 1e-12
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Stretches:
    """How many days each count is of: the period, those before it that are stored, the same ones of earlier years.

    0 where nothing is stored.
    """

    now: int
    before: int
    earlier: int

    @property
    def compared(self) -> bool:
        """Whether there is any time that the period can be held against."""
        return bool(self.before or self.earlier)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in the period, in the periods before it, and in the same ones of earlier years."""

    now: int
    before: int
    earlier: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it rises; and at least how many times as many as usual there are, by the harder of the comparisons."""

    rising: bool
    at_least: float


def at_least(now: int, now_days: int, then: int, then_days: int) -> float:
    """At least how many times as often it came as then: the lower end of the interval of the ratio of the rates.

    0 where nothing came now. Raises `ValueError` for negative counts, or stretches without a day.
    """
    if now < 0 or then < 0 or now_days <= 0 or then_days <= 0:
        raise ValueError("counts are not negative, and a stretch has days")
    if now == 0:
        return 0.0
    low, high = 0.0, now / (now + then)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _or_more(now, now + then, middle) < CHANCE else (low, middle)
    return low / (1 - low) * then_days / now_days


def _or_more(least: int, tries: int, share: float) -> float:
    """The chance of at least so many of some tries. Asked only for shares below `least / tries`, where terms fall."""
    if share <= 0:
        return 0.0
    choose = lgamma(tries + 1) - lgamma(least + 1) - lgamma(tries - least + 1)
    rest = (tries - least) * log(1 - share) if tries > least else 0.0
    term = total = exp(choose + least * log(share) + rest)
    odds = share / (1 - share) if share < 1 else 0.0
    for number in range(least, tries):
        term *= (tries - number) / (number + 1) * odds
        total += term
        if term < total * _CLOSE:
            break
    return min(total, 1.0)


def judged(counts: Counts, days: Stretches) -> Verdict:
    """Rising is what came at least `LEAST` times, and more often than chance allows for both in the periods before and
    in the same ones of earlier years: more than last week alone is the season, more than other years alone the trend.

    Where no earlier year is stored the periods before decide, and the bulletin says so. Where nothing at all is stored
    nothing rises, and it is 0 times as many: an office that began last week does not know what is usual.
    """
    held = ((counts.before, days.before), (counts.earlier, days.earlier))
    found = [at_least(counts.now, days.now, then, length) for then, length in held if length]
    sure = min(found, default=0.0)
    return Verdict(counts.now >= LEAST and sure > 1, sure)


def above_usual(counts: Counts, days: Stretches) -> float:
    """How many more came than usual: more than by the higher of the two means, in the unit of what is counted.

    All of them where nothing is stored that says what is usual.
    """
    held = ((counts.before, days.before), (counts.earlier, days.earlier))
    return counts.now - max((then * days.now / length for then, length in held if length), default=0.0)


FELL, LESS, NOT_LESS = "fell", "less", "not_less"
"""What became of a count: fell by more than chance, is less though chance might do that, is not less."""


def became(was: int, was_days: int, now: int, now_days: int) -> str:
    """What became of a count from one period to a later one."""
    if now * was_days >= was * now_days:
        return NOT_LESS
    return FELL if at_least(was, was_days, now, now_days) > 1 else LESS


def mean_of(count: int, days: int, each: int, *, least: int) -> str:
    """A mean of `each` days out of `days`, with one decimal. A count below `least` is not told: `<0.4`."""
    if 0 < count < least:
        return f"<{least * each / days:.1f}"
    return f"{count * each / days:.1f}"
