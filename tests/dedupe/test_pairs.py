"""From keys to pairs, on plain columns of numbers."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from dedupe.edges import packed, unpacked
from dedupe.pairs import KeyColumn, Limits, Order, candidates, distinct, order_by, pairs_of_column
from dedupe.rows import starts_of
from dedupe.table import I32, U64

SMALL = Limits(largest=6, window=2, orders=(0, 1))


def _numbers(chance: Generator, count: int, most: int = 2**63) -> U64:
    return chance.integers(1, most, count).astype(np.uint64)


def _column(keys: U64, limits: Limits = SMALL, rule: str = "rule") -> KeyColumn:
    rows = np.flatnonzero(keys).astype(np.int32)
    return KeyColumn(rule, rows, keys[rows], limits)


def _hashed(numbers: U64) -> U64:
    """Keys as they come in life: spread over all 64 bits, 0 for none."""
    return numbers * np.uint64(0x9E3779B97F4A7C15)


class _Rows:
    """A few thousand rows with keys, two order words and uids."""

    def __init__(self, count: int, *, keys: int, seed: int = 1) -> None:
        chance = default_rng(seed)
        self.keys = _hashed(chance.integers(0, keys, count).astype(np.uint64))
        self.words = [_numbers(chance, count, 50), _numbers(chance, count, 9)]
        self.uid = _numbers(chance, count)

    def orders(self, rows: I32 | None = None) -> list[Order]:
        chosen = np.arange(len(self.uid)) if rows is None else rows
        return [order_by(word[chosen], self.uid[chosen]) for word in self.words]

    def by_uid(self, given: U64, rows: I32 | None = None) -> set[frozenset[int]]:
        uid = self.uid if rows is None else self.uid[rows]
        left, right = unpacked(given)
        return {frozenset((int(uid[one]), int(uid[other]))) for one, other in zip(left, right, strict=True)}


def test_small_blocks_give_all_their_pairs_and_nothing_else() -> None:
    keys = _hashed(np.array([0, 1, 2, 1, 2, 2, 0, 3], dtype=np.uint64))
    order = order_by(_numbers(default_rng(2), 8), _numbers(default_rng(3), 8))
    found = candidates([_column(keys)], [order, order])
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(1, 3), (2, 4), (2, 5), (4, 5)]
    assert found.ledger[0].blocks == 0
    assert found.ledger[0].pairs == 4


@pytest.mark.parametrize("keys", [3, 40, 400, 3000])
def test_pairs_do_not_depend_on_the_order_of_rows(keys: int) -> None:
    one = _Rows(2000, keys=keys)
    before = one.by_uid(pairs_of_column(_column(one.keys), one.orders())[0])
    moved = default_rng(9).permutation(2000).astype(np.int32)
    after = one.by_uid(pairs_of_column(_column(one.keys[moved]), one.orders(moved))[0], moved)
    assert before == after
    assert before


def test_a_block_worked_out_alone_gives_what_the_whole_run_gives() -> None:
    one = _Rows(3000, keys=120)
    found = candidates([_column(one.keys)], one.orders())
    whole = one.by_uid(packed(found.left, found.right))
    alone: set[frozenset[int]] = set()
    for key in np.unique(one.keys[one.keys > 0]):
        rows = np.flatnonzero(one.keys == key).astype(np.int32)
        alone |= one.by_uid(pairs_of_column(_column(one.keys[rows]), one.orders(rows))[0], rows)
    assert alone == whole


def test_a_huge_block_gives_its_neighbours_in_each_order_and_a_line_in_the_ledger() -> None:
    one = _Rows(5000, keys=2)
    one.keys[:] = 77 << 30
    found = candidates([_column(one.keys)], one.orders())
    line = found.ledger[0]
    assert len(found) <= 2 * SMALL.window * 5000
    assert (line.blocks, line.held) == (1, 5000 * 4999 // 2)
    assert line.kept == line.pairs == 2 * (2 * 5000 - 3)
    left = packed(found.left, found.right)
    for order in one.orders():
        stand = order.row
        near = {frozenset((int(a), int(b))) for a, b in pairwise(stand)}
        assert near <= {frozenset((int(a), int(b))) for a, b in zip(*unpacked(left), strict=True)}


def test_rows_without_a_key_meet_nobody() -> None:
    found = candidates([_column(np.zeros(500, dtype=np.uint64))], _Rows(500, keys=3).orders())
    assert len(found) == 0
    assert found.ledger[0].pairs == 0


def test_nothing_at_all_gives_nothing() -> None:
    assert len(candidates([], [])) == 0
    empty = np.zeros(0, dtype=np.uint64)
    assert len(candidates([_column(empty)], [order_by(empty, empty)] * 2)) == 0


def test_a_row_that_stands_twice_under_one_key_never_meets_itself() -> None:
    keys = _hashed(np.array([5, 5, 5, 5], dtype=np.uint64))
    rows = np.array([0, 0, 1, 2], dtype=np.int32)
    order = order_by(np.arange(3, dtype=np.uint64), np.arange(3, dtype=np.uint64))
    found = candidates([KeyColumn("crew", rows, keys, SMALL)], [order, order])
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]


def test_a_pair_of_two_rules_stands_once_and_both_lines_count_it() -> None:
    keys = _hashed(np.array([4, 4, 9], dtype=np.uint64))
    order = order_by(np.arange(3, dtype=np.uint64), np.arange(3, dtype=np.uint64))
    found = candidates([_column(keys, rule="one"), lambda: _column(keys, rule="other")], [order, order])
    assert len(found) == 1
    assert [(line.rule, line.pairs) for line in found.ledger] == [("one", 1), ("other", 1)]


def test_rows_with_one_order_word_stand_by_uid() -> None:
    words = np.array([7, 1, 7, 7, 1], dtype=np.uint64)
    uids = np.array([30, 9, 10, 20, 4], dtype=np.uint64)
    order = order_by(words, uids)
    assert order.row.tolist() == [4, 1, 2, 3, 0]
    assert order.place.tolist() == [4, 1, 2, 3, 0]


def test_the_pairs_of_small_blocks_are_those_of_a_plain_loop() -> None:
    one = _Rows(700, keys=200, seed=4)
    wide = Limits(largest=50, window=1, orders=(0,))
    given, _ = pairs_of_column(_column(one.keys, wide), one.orders())
    wanted = set()
    for key in np.unique(one.keys[one.keys > 0]):
        wanted |= {frozenset(pair) for pair in combinations(one.uid[one.keys == key].tolist(), 2)}
    assert one.by_uid(given) == wanted


def test_pairs_that_stand_in_several_lots_are_counted_once() -> None:
    lots = [np.asarray(one, dtype=np.uint64) for one in ([7, 3], [3], [9, 3])]
    assert distinct(list(lots)).tolist() == [3, 7, 9]
    assert distinct([]).tolist() == []


def test_several_sorted_columns_begin_anew_where_any_of_them_does() -> None:
    one, other = np.asarray([1, 1, 1, 2, 2]), np.asarray([5, 5, 6, 6, 6])
    assert starts_of(one, other).tolist() == [True, False, True, True, False]
