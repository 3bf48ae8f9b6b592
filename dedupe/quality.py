"""How good a grouping is against a known truth: pairs, B-cubed, exact groups, the largest, and what blocking lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass


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
    ours, theirs = _groups(found), _groups(truth)
    both = Counter((found[name], truth[name]) for name in found)
    joint = sum(_pairs(count) for count in both.values())
    made, wanted = sum(_pairs(len(one)) for one in ours.values()), sum(_pairs(len(one)) for one in theirs.values())
    size = len(found) or 1
    precise = sum(count * count / len(ours[one]) for (one, _), count in both.items()) / size
    recalled = sum(count * count / len(theirs[other]) for (_, other), count in both.items()) / size
    exact = len({frozenset(one) for one in ours.values()} & {frozenset(one) for one in theirs.values()})
    return Quality(
        pairs=Measured(joint / made if made else 1.0, joint / wanted if wanted else 1.0),
        b_cubed=Measured(precise if found else 1.0, recalled if found else 1.0),
        exact=Measured(exact / len(ours) if ours else 1.0, exact / len(theirs) if theirs else 1.0),
        largest=max(map(len, ours.values()), default=0),
        largest_true=max(map(len, theirs.values()), default=0),
    )


def blocking_recall(looked_at: Iterable[tuple[str, str]], truth: Mapping[str, Hashable]) -> float:
    """The share of true pairs that were looked at."""
    wanted = sum(_pairs(len(one)) for one in _groups(truth).values())
    met = sum(1 for left, right in looked_at if truth[left] == truth[right])
    return met / wanted if wanted else 1.0


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


def _groups(named: Mapping[str, Hashable]) -> dict[Hashable, set[str]]:
    found: dict[Hashable, set[str]] = defaultdict(set)
    for name, group in named.items():
        found[group].add(name)
    return found


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
