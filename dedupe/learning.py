"""Learning how often each explanation of a pair shows each level, from patterns and their counts, without labels.

Expectation maximisation (Dempster, Laird and Rubin 1977; for record linkage Winkler 1988) over distinct patterns, some
ten thousand however many pairs there are. Made for any fields and any number of explanations. All of them are learned
on the pairs given; one frozen at random pairs takes every pair that shares a crew for one person. The start pulls like
so many observed pairs, so that a field nobody fills in keeps its weights. Nothing is drawn: the same patterns and the
same start give the same result. What collapsed is refused and not returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.patterns import Patterns

Reals: TypeAlias = NDArray[np.float64]
PULL = 200.0
"""How many observed pairs the start is worth, per field and explanation."""
ROUNDS = 500
SETTLED = 1e-5
"""The learning ends when no chance moves by more in a round."""
LEAST_SHARE = 0.005
_LEAST_CHANCE = 1e-6


class Collapsed(ValueError):
    """The learning led to nothing that could be used. The start or the data are unfit; nothing is returned."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Shares of the explanations among all pairs, and per field levels x explanations: how often each shows a level."""

    prior: Reals
    tables: tuple[Reals, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, in how many rounds, and the log-likelihood after each, the pull of the start included."""

    chances: Chances
    likelihoods: tuple[float, ...]

    @property
    def rounds(self) -> int:
        """Rounds it took."""
        return len(self.likelihoods)


def learn(
    patterns: Patterns,
    start: Chances,
    *,
    pull: float = PULL,
    rounds: int = ROUNDS,
    least_share: float = LEAST_SHARE,
    held: Sequence[int] = (),
) -> Learned:
    """Learn from patterns, beginning at `start`. Fields in `held` keep the start's chances. Raises `Collapsed`."""
    if not len(patterns.counts):
        raise Collapsed("There is no pair to learn from: no two complaints share a key.")
    counts = patterns.counts.astype(np.float64)
    pulls = [table / table.sum(axis=0) * pull for table in start.tables]
    now = Chances(start.prior / start.prior.sum(), tuple(table / table.sum(axis=0) for table in start.tables))
    history: list[float] = []
    for _ in range(rounds):
        bits = joint_bits(patterns, now)
        shares, likelihood = _shares(bits, counts)
        history.append(likelihood + _pulled(now, pulls))
        refuse_falling(history)
        new = _next(patterns, shares * counts[:, None], now, pulls, held)
        refuse_small(new.prior, least_share)
        moved = max(float(np.abs(one - other).max()) for one, other in _beside(now, new))
        now = new
        if moved < SETTLED:
            return Learned(now, tuple(history))
    raise Collapsed(f"The learning did not settle in {rounds} rounds.")


def joint_bits(patterns: Patterns, chances: Chances) -> Reals:
    """Log2 of prior times likelihood, per pattern and explanation. Silence says nothing."""
    bits = np.tile(np.log2(chances.prior), (len(patterns.levels), 1))
    for position, table in enumerate(chances.tables):
        padded = np.vstack([np.log2(table), np.zeros(table.shape[1])])  # level -1 takes the last row
        bits += padded[patterns.levels[:, position]]
    return bits


def posterior(patterns: Patterns, chances: Chances) -> Reals:
    """How likely each explanation is, per pattern."""
    return _shares(joint_bits(patterns, chances), np.ones(len(patterns.counts)))[0]


def _shares(bits: Reals, counts: Reals) -> tuple[Reals, float]:
    """Per pattern the chance of each explanation; and the log2-likelihood of all pairs."""
    top = bits.max(axis=1)
    likely = np.exp2(bits - top[:, None])
    total = likely.sum(axis=1)
    shares: Reals = likely / total[:, None]
    return shares, float(((top + np.log2(total)) * counts).sum())


def _pulled(now: Chances, pulls: Sequence[Reals]) -> float:
    """What the start adds to the likelihood: the log2-chance of the pairs it is worth."""
    return float(sum((pull * np.log2(table)).sum() for pull, table in zip(pulls, now.tables, strict=True)))


def _next(patterns: Patterns, weight: Reals, now: Chances, pulls: Sequence[Reals], held: Sequence[int]) -> Chances:
    """The chances that explain these shares best."""
    tables = []
    for position, pull in enumerate(pulls):
        if position in held:
            tables.append(now.tables[position])
            continue
        levels = patterns.levels[:, position].astype(np.int64) + 1
        seen = [np.bincount(levels, weights=column, minlength=len(pull) + 1)[1:] for column in weight.T]
        found = pull + np.stack(seen, axis=1)
        table = np.maximum(found / found.sum(axis=0), _LEAST_CHANCE)
        tables.append(table / table.sum(axis=0))
    return Chances(weight.sum(axis=0) / weight.sum(), tuple(tables))


def _beside(one: Chances, other: Chances) -> list[tuple[Reals, Reals]]:
    return [(one.prior, other.prior), *zip(one.tables, other.tables, strict=True)]


def refuse_falling(history: Sequence[float]) -> None:
    """The likelihood may never fall from one round to the next: where it does, the numbers are not to be trusted."""
    if not np.isfinite(history[-1]):
        raise Collapsed(f"The likelihood is no number any more in round {len(history)}.")
    if len(history) > 1 and history[-1] < history[-2] - 1e-7 * max(1.0, abs(history[-2])):
        raise Collapsed(f"The likelihood fell in round {len(history)}.")


def refuse_small(prior: Reals, least: float = LEAST_SHARE) -> None:
    """Every explanation must keep some share of the pairs: with one gone, all pairs are taken for one kind."""
    if prior.min() < least:
        raise Collapsed(f"One explanation was left with {prior.min():.4f} of all pairs; {least} is the least.")
