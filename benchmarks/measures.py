"""How well one partition meets another: pairs, B-cubed, sizes. Pure counting over a contingency table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; zero when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Quality:
    """What a partition is worth against the truth."""

    pairs: Score
    b_cubed: Score
    exact: float
    largest: int
    largest_true: int


def _pairs(sizes: Counter[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def measure(found: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Quality:
    """The quality of `found` on the items of `truth`.

    Pairs: Fellegi and Sunter's matches. B-cubed: Bagga and Baldwin 1998, every item weighs the same. `exact` is the
    share of true groups found whole and unmixed.
    """
    meets: Counter[tuple[Hashable, Hashable]] = Counter((found[item], label) for item, label in truth.items())
    ours: Counter[Hashable] = Counter(found[item] for item in truth)
    theirs: Counter[Hashable] = Counter(truth.values())
    joint = sum(size * (size - 1) // 2 for size in meets.values())
    said, true = _pairs(ours), _pairs(theirs)
    pairs = Score(joint / said if said else 1.0, joint / true if true else 1.0)
    precision = sum(size * size / ours[mine] for (mine, _), size in meets.items()) / len(truth)
    recall = sum(size * size / theirs[label] for (_, label), size in meets.items()) / len(truth)
    whole = sum(size == ours[mine] == theirs[label] for (mine, label), size in meets.items())
    return Quality(pairs, Score(precision, recall), whole / len(theirs), max(ours.values()), max(theirs.values()))
