"""Learning for any fields: it finds what made the pairs, and refuses what went astray."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.learning import Chances, Collapsed, learn, posterior, refuse_falling, refuse_small
from dedupe.patterns import Patterns, pack, tally

SIZES = (2, 3, 2, 2)
TRUE = Chances(
    np.asarray([0.2, 0.8]),
    (
        np.asarray([[0.9, 0.05], [0.1, 0.95]]),
        np.asarray([[0.7, 0.02], [0.2, 0.08], [0.1, 0.9]]),
        np.asarray([[0.8, 0.1], [0.2, 0.9]]),
        np.asarray([[0.95, 0.3], [0.05, 0.7]]),
    ),
)
START = Chances(
    np.asarray([0.5, 0.5]),
    tuple(np.asarray([[0.6, 0.3], *([[0.4 / (size - 1), 0.7 / (size - 1)]] * (size - 1))]) for size in SIZES),
)


def _drawn(chances: Chances, count: int = 40_000) -> Patterns:
    chance = np.random.default_rng(7)
    kind = (chance.random(count) > chances.prior[0]).astype(int)
    columns = []
    for table in chances.tables:
        steps = np.cumsum(table, axis=0)[:, kind]
        level = (chance.random(count) > steps).sum(axis=0).astype(np.int8)
        level[chance.random(count) < 0.1] = -1
        columns.append(level)
    return tally(pack(np.stack(columns, axis=1), SIZES), SIZES)


def test_the_chances_that_made_the_pairs_are_found_without_labels() -> None:
    learned = learn(_drawn(TRUE), START, pull=1.0)
    assert learned.chances.prior == pytest.approx(TRUE.prior, abs=0.02)
    for found, wanted in zip(learned.chances.tables, TRUE.tables, strict=True):
        assert found == pytest.approx(wanted, abs=0.03)


def test_the_likelihood_rises_to_the_end() -> None:
    steps = np.diff(learn(_drawn(TRUE), START).likelihoods)
    assert len(steps) > 3
    assert (steps > -1e-3).all()


def test_a_field_nobody_fills_in_keeps_its_start() -> None:
    patterns = _drawn(TRUE)
    patterns.levels[:, 2] = -1
    learned = learn(patterns, START)
    assert learned.chances.tables[2] == pytest.approx(START.tables[2])


def test_a_held_field_keeps_its_start_though_it_is_filled_in() -> None:
    learned = learn(_drawn(TRUE), START, held=(1,))
    assert learned.chances.tables[1] == pytest.approx(START.tables[1])


def test_learning_twice_gives_the_same_to_the_last_digit() -> None:
    one, other = learn(_drawn(TRUE), START), learn(_drawn(TRUE), START)
    assert one.likelihoods == other.likelihoods
    assert len(one.chances.tables) == 4
    assert all((a == b).all() for a, b in zip(one.chances.tables, other.chances.tables, strict=True))


def test_posteriors_of_a_pattern_sum_to_one() -> None:
    assert posterior(_drawn(TRUE), TRUE).sum(axis=1) == pytest.approx(1.0)


def test_learning_from_no_pairs_is_refused() -> None:
    with pytest.raises(Collapsed, match="no pair"):
        learn(tally(np.zeros(0, dtype=np.int64), SIZES), START)


def test_pairs_of_one_kind_alone_are_refused() -> None:
    alike = Patterns(np.zeros((1, len(SIZES)), dtype=np.int8), np.asarray([5000]))
    with pytest.raises(Collapsed, match="of all pairs"):
        learn(alike, START)


def test_learning_that_does_not_settle_is_refused() -> None:
    with pytest.raises(Collapsed, match="did not settle in 2 rounds"):
        learn(_drawn(TRUE), START, rounds=2)


def test_a_count_that_is_no_number_is_refused() -> None:
    patterns = _drawn(TRUE)
    broken = Patterns(patterns.levels, np.where(np.arange(len(patterns.counts)) == 3, np.inf, patterns.counts))
    with pytest.raises(Collapsed, match="no number"):
        learn(broken, START)


def test_a_falling_likelihood_is_refused() -> None:
    refuse_falling([-100.0, -90.0, -90.0])
    with pytest.raises(Collapsed, match="fell in round 3"):
        refuse_falling([-100.0, -90.0, -91.0])


def test_an_explanation_that_dies_out_is_refused() -> None:
    refuse_small(np.asarray([0.01, 0.99]))
    with pytest.raises(Collapsed, match=r"0\.0040 of all pairs"):
        refuse_small(np.asarray([0.004, 0.996]))
