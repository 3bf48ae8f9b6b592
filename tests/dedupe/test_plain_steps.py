"""Loops over numbers say what plain definitions say, pair by pair."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from dedupe import plain_steps
from dedupe.table import SKETCH

CHANCE = Random(5)
LEFT, RIGHT = (np.asarray([CHANCE.randrange(60) for _ in range(4000)], dtype=np.int32) for _ in range(2))


def _missed(*bounds: bool) -> int:
    return sum(bounds)


def _heads(one: int, other: int) -> int:
    return _missed(one != other, abs(one - other) > max(one, other) // 4)


def _amounts(one: int, other: int) -> int:
    apart, most = abs(one - other), max(one, other)
    return _missed(apart > 0, apart > most // 20, apart > most // 4)


def _days(one: int, other: int) -> int:
    return _missed(abs(one - other) > 31, abs(one - other) > 183)


@pytest.mark.parametrize(
    ("loop", "kind", "values", "definition"),
    [
        (plain_steps.equal, np.uint64, (0, 1, 2**63, 2**64 - 1), lambda one, other: int(one != other)),
        (plain_steps.equal, np.int32, (0, 370215, 370211), lambda one, other: int(one != other)),
        (plain_steps.heads, np.int32, (0, 1, 2, 3, 4, 12, 15, 16, 17, 2**31 - 1), _heads),
        (plain_steps.amounts, np.int64, (0, 1, 19, 20, 1_900_000, 2_000_000, 1_500_000, 1_499_999, 10**15), _amounts),
        (plain_steps.days, np.int32, (0, 739_000, 739_031, 739_032, 739_183, 739_184, 739_215), _days),
    ],
)
def test_numbers_are_compared_as_defined(
    loop: Callable[..., None], kind: Any, values: tuple[int, ...], definition: Callable[[int, int], int]
) -> None:
    said = np.asarray([CHANCE.choice(values) for _ in range(60)], dtype=kind)
    found = np.empty(len(LEFT), dtype=np.int8)
    loop(said, LEFT, RIGHT, found)
    pairs = [(int(said[one]), int(said[other])) for one, other in zip(LEFT, RIGHT, strict=True)]
    assert found.tolist() == [definition(*pair) if all(pair) else -1 for pair in pairs]


def test_months_are_compared_as_defined() -> None:
    first = np.asarray([CHANCE.choice((0, 24_300, 24_301, 24_304, 24_306)) for _ in range(60)], dtype=np.int16)
    last = first + np.asarray([CHANCE.randrange(4) for _ in range(60)], dtype=np.int16) * (first > 0)
    found = np.empty(len(LEFT), dtype=np.int8)
    plain_steps.months(first, last, LEFT, RIGHT, found)
    wanted = []
    for one, other in zip(LEFT.tolist(), RIGHT.tolist(), strict=True):
        ours, theirs = (set(range(first[row], last[row] + 1)) for row in (one, other))
        between = max(min(ours), min(theirs)) - min(max(ours), max(theirs)) - 1
        step = 0 if ours == theirs else 1 if ours & theirs else 2 if between <= 1 else 3
        wanted.append(step if first[one] and first[other] else -1)
    assert found.tolist() == wanted
    assert set(wanted) == {-1, 0, 1, 2, 3}


def test_texts_are_compared_as_defined() -> None:
    sketch = np.asarray([[CHANCE.randrange(1, 4) for _ in range(SKETCH)]] * 60, dtype=np.uint16)
    for row in sketch:
        row[CHANCE.randrange(SKETCH) :] += 1
    sketch[:5] = 0
    found = np.empty(len(LEFT), dtype=np.int8)
    plain_steps.texts(sketch, LEFT, RIGHT, found)
    wanted = []
    for one, other in zip(LEFT.tolist(), RIGHT.tolist(), strict=True):
        share = sum(sketch[one] == sketch[other]) / SKETCH
        said = sketch[one, 0] and sketch[other, 0]
        wanted.append((0 if share >= 0.8 else 1 if share >= 0.45 else 2) if said else -1)
    assert found.tolist() == wanted
    assert set(wanted) == {-1, 0, 1, 2}
