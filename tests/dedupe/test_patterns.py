"""Weights by look-up: the same as adding level by level, wherever a pair stands, and fit for any fields."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.patterns import AT_ONCE, UNIT, Weights, either, pack, tally, unpack, whole, widths
from dedupe.table import I8

SIZES = (2, 11, 3, 7, 4, 2, 5, 5, 4, 2, 3, 4, 4, 3, 3, 1)


def _levels(count: int, seed: int = 1) -> I8:
    chance = np.random.default_rng(seed)
    return np.stack([chance.integers(-1, size, count, dtype=np.int8) for size in SIZES], axis=1)


def test_levels_come_back_as_they_were_packed() -> None:
    levels = _levels(AT_ONCE + 77)
    packed = pack(levels, SIZES)
    assert (unpack(packed, SIZES) == levels).all()


def test_a_tally_counts_every_pair_once_and_each_pattern_once() -> None:
    levels = _levels(500)[np.random.default_rng(2).integers(0, 40, 5000)]
    patterns = tally(pack(levels, SIZES), SIZES)
    assert patterns.counts.sum() == len(levels)
    assert len(np.unique(patterns.levels, axis=0)) == len(patterns.levels) <= 40
    first = patterns.levels[3]
    assert patterns.counts[3] == (levels == first).all(axis=1).sum()


def test_no_pairs_make_no_patterns() -> None:
    assert len(tally(np.zeros(0, dtype=np.int64), SIZES).counts) == 0


def test_more_fields_than_fit_a_pattern_are_refused() -> None:
    assert sum(widths([7] * 21)) == 63
    with pytest.raises(ValueError, match="bits"):
        widths([7] * 22)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_pair_weighs_the_sum_of_its_levels_and_silence_nothing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    tables = [whole(chance.normal(0, 4, (size, 3))) for size in SIZES]
    start = whole(chance.normal(0, 2, 3))
    levels = _levels(30, seed)
    found = Weights.of(start, tables).of_pairs(pack(levels, SIZES))
    for pair, row in enumerate(levels):
        wanted = start + sum(tables[field][level] for field, level in enumerate(row) if level >= 0)
        assert (found[:, pair] == wanted).all()


def test_a_pair_alone_weighs_what_it_weighs_among_many() -> None:
    chance = np.random.default_rng(5)
    weights = Weights.of(whole(np.zeros(2)), [whole(chance.normal(0, 4, (size, 2))) for size in SIZES])
    packed = pack(_levels(AT_ONCE + 5), SIZES)
    every = weights.of_pairs(packed)
    for place in (0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 4):
        assert (weights.of_pairs(packed[place : place + 1])[:, 0] == every[:, place]).all()


def test_one_or_the_other_is_the_sum_of_the_chances() -> None:
    one, other = np.asarray([0.0, -3.0, -40.0, 5.0]), np.asarray([0.0, -1.0, -2.0, 5.5])
    found = either(whole(one), whole(other)) / UNIT
    assert found == pytest.approx(np.logaddexp2(one, other), abs=2 / UNIT)
