"""How good a grouping is against a known truth: pairs, B-cubed, exact groups, the largest; how scores rank pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Labels: TypeAlias = NDArray[Any]
"""The group of every row, as a number or another name that can be sorted."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """All measures of one grouping. Pair measures weigh large groups most, B-cubed weighs every complaint the same."""

    pairs: Measured
    b_cubed: Measured
    exact: Measured
    largest: int
    largest_true: int


def measure(found: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Quality:
    """Compare two groupings of the same ids. Raises `ValueError` when they are not of the same ids."""
    if set(found) != set(truth):
        raise ValueError("found and truth are not of the same complaints")
    return measure_labels(_numbers(found.values()), _numbers(truth[name] for name in found))


def measure_labels(found: Labels, truth: Labels) -> Quality:
    """Compare two groupings given as the number of each row's group: a million rows in a second.

    Raises `ValueError` when they are not of the same rows.
    """
    if len(found) != len(truth):
        raise ValueError("found and truth are not of the same complaints")
    ours, theirs = (np.unique(labels, return_inverse=True)[1].astype(np.int64) for labels in (found, truth))
    made, wanted = np.bincount(ours), np.bincount(theirs)
    met, both = np.unique(ours * max(len(wanted), 1) + theirs, return_counts=True)
    one, other = np.divmod(met, max(len(wanted), 1))
    joint, size = _all_pairs(both), len(ours)
    precise, recalled = float((both * both / made[one]).sum()), float((both * both / wanted[other]).sum())
    exact = int(((both == made[one]) & (both == wanted[other])).sum())
    return Quality(
        pairs=Measured(_share(joint, _all_pairs(made)), _share(joint, _all_pairs(wanted))),
        b_cubed=Measured(_share(precise, size), _share(recalled, size)),
        exact=Measured(_share(exact, len(made)), _share(exact, len(wanted))),
        largest=int(made.max(initial=0)),
        largest_true=int(wanted.max(initial=0)),
    )


def area_under_curve(scores: Iterable[tuple[float, bool]]) -> float:
    """The chance that a true pair scores above a false one, ties counting half."""
    ranked = sorted(scores)
    true = sum(1 for _, good in ranked if good)
    false = len(ranked) - true
    if not true or not false:
        return 1.0
    below = won = 0.0
    index = 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        good = sum(1 for _, is_true in ranked[index:end] if is_true)
        bad = end - index - good
        won += good * (below + bad / 2)
        below += bad
        index = end
    return won / (true * false)


def _numbers(names: Iterable[Hashable]) -> Labels:
    known: dict[Hashable, int] = {}
    return np.asarray([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def _all_pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
