"""A sample of what was merged by itself, and from what people said of it the share that was right, with an interval.

Pairs are drawn by sequential Poisson sampling (Ohlsson 1998): each has its own chance, weaker joins a larger one, and
the number drawn is fixed. The chance draws nothing at random: it is a hash of the pair and of what the draw is called,
so a draw can be repeated. The share is weighed by one over the chance (Hájek); the interval is Wilson's at 95 %, with
the number of answers cut to what they are worth after weighing (Kish).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

HALVED_AFTER = 3.0
"""Bits of evidence after which a pair is half as likely to be drawn."""
LEAST_WEIGHT = 1 / 16
"""Of the weakest pair's chance: what even the strongest pair keeps, so that no answer counts for too many others."""
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Drawn:
    """One pair of a sample: its place among those it was drawn from, and the chance it had."""

    place: int
    chance: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval at 95 %. `answers` were counted, `worth` is what they are worth after weighing."""

    share: float
    low: float
    high: float
    answers: int
    worth: float


def chances(bits: Sequence[float], size: int) -> NDArray[np.float64]:
    """Every pair's chance to be among so many drawn: in proportion to how weak it is, and at most one."""
    strength = np.asarray(bits, dtype=np.float64)
    if size <= 0 or size >= len(strength):
        return np.full(len(strength), float(size > 0))
    weight = np.maximum(np.exp2(-(strength - strength.min()) / HALVED_AFTER), LEAST_WEIGHT)
    found: NDArray[np.float64] = np.minimum(weight * (size / weight.sum()), 1.0)
    while (rest := size - found.sum()) > 1e-9:
        open_ = found < 1.0
        found[open_] = np.minimum(found[open_] * (1 + rest / found[open_].sum()), 1.0)
    return found


def draw(pairs: Sequence[tuple[str, str]], bits: Sequence[float], size: int, *, name: str) -> list[Drawn]:
    """So many of these pairs, or all when there are fewer, in the order of the draw called `name`."""
    if size <= 0:
        return []
    likely = chances(bits, size).tolist()
    order = sorted(range(len(pairs)), key=lambda place: (_number(name, pairs[place]) / likely[place], pairs[place]))
    return [Drawn(place, likely[place]) for place in order[:size]]


def _number(name: str, pair: tuple[str, str]) -> float:
    """A number between 0 and 1 that the draw and the pair give."""
    digest = blake2b("\0".join((name, *pair)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") + 0.5) / 2**64


def share_right(answers: Iterable[tuple[bool, float]]) -> Share | None:
    """The share that was right, from answers and the chance each pair had. None without an answer."""
    told = list(answers)
    if not told:
        return None
    weights = np.asarray([1 / chance for _, chance in told])
    right = np.asarray([good for good, _ in told], dtype=np.float64)
    share = float((weights * right).sum() / weights.sum())
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    low, high = wilson(share, worth)
    return Share(share, low, high, len(told), worth)


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's interval of a share seen in so many answers, at 95 %: it holds at shares of 0 and 1 too."""
    below = 1 + _Z**2 / count
    middle = (share + _Z**2 / (2 * count)) / below
    half = _Z / below * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    # rounded: at a share of 1 the upper end is 1, which the square root may miss by the last digit
    return max(0.0, round(middle - half, 12)), min(1.0, round(middle + half, 12))
