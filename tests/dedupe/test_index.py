"""Rows that come little by little change the candidates into those of the whole, whatever comes first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from benchmarks.linking import UNTIL, to_complaint
from dedupe import block_changes, index, keys, pairs
from dedupe.edges import unpacked
from dedupe.extraction import fill
from dedupe.index import FEW, Change, Index
from dedupe.pairs import MOST_ROWS, KeyColumn, Limits, order_by
from dedupe.record import to_record
from dedupe.table import I32, I64, U64, Table
from dedupe.tabulate import tabulate
from dedupe.taking import take
from dedupe.walks import walked
from sandbox.world import make_world

Counts = dict[tuple[int, int], int]


@dataclass(frozen=True)
class _Rows:
    """Rows with keys by column, two order words and uids; in the column of rosters a row may stand several times.

    Some columns ask where a row is or who speaks, of which any may be unknown.
    """

    columns: tuple[KeyColumn, ...]
    words: tuple[U64, ...]
    uids: U64

    def cut(self, rows: I64) -> _Rows:
        """Some of the rows, numbered anew."""
        number = np.full(len(self.uids), -1, dtype=np.int32)
        number[rows] = np.arange(len(rows), dtype=np.int32)
        columns = []
        for one in self.columns:
            kept = number[one.rows] >= 0
            near, who = (None if said is None else said[rows] for said in (one.near, one.who))
            columns.append(KeyColumn(one.rule, number[one.rows[kept]], one.keys[kept], one.limits, near, who))
        return _Rows(tuple(columns), tuple(word[rows] for word in self.words), self.uids[rows])

    def counts(self) -> Counts:
        """What one run over all rows gives."""
        orders = [order_by(word, self.uids) for word in self.words]
        found = pairs.candidates(self.columns, orders)
        return _counts(found.left, found.right, found.times.astype(np.int32))


def _counts(left: I32, right: I32, times: I32) -> Counts:
    return dict(zip(zip(left.tolist(), right.tolist(), strict=True), times.tolist(), strict=True))


def _after(before: Counts, change: Change) -> Counts:
    left, right = unpacked(change.pairs)
    found = dict(before)
    for pair, more in _counts(left, right, change.delta).items():
        found[pair] = found.get(pair, 0) + more
        assert found[pair] >= 0
        if not found[pair]:
            del found[pair]
    return found


def _made(seed: int, count: int, blocks: int, most: int) -> _Rows:
    chance = default_rng(seed)

    def column(rule: str, rows: I32, limits: Limits, near: I32 | None = None, who: I32 | None = None) -> KeyColumn:
        said = chance.integers(0, blocks, len(rows)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        return KeyColumn(rule, rows[said > 0], said[said > 0], limits, near, who)

    every = np.arange(count, dtype=np.int32)
    near, who = chance.integers(0, 4, (2, count)).astype(np.int32)
    return _Rows(
        (
            column("small and large", every, Limits(most, 1, (0, 1))),
            column("wide", every, Limits(most // 2 + 1, 3, (1,))),
            column("few", chance.permutation(every)[: count // 2], Limits(most, 2, (0,))),
            column("rosters", chance.integers(0, count, 2 * count).astype(np.int32), Limits(most, 2, (1, 0))),
            column("near", every, Limits(most, 1, (1,)), near),
            column("may be one", every, Limits(most // 3 + 1, 1, (0, 1), open=2 * most), None, who),
            column("near and may be one", every, Limits(most // 2 + 1, 2, (0,), open=3 * most), near, who),
        ),
        tuple(chance.integers(0, 7, count).astype(np.uint64) for _ in range(2)),
        chance.permutation(count).astype(np.uint64),
    )


def _arrive(whole: _Rows, cuts: list[int], *, few: int = FEW) -> tuple[Index, Counts]:
    first = whole.cut(np.arange(cuts[0]))
    stored, found = Index(first.columns, first.words, first.uids, few=few), first.counts()
    for start, end in zip(cuts, [*cuts[1:], len(whole.uids)], strict=True):
        new = whole.cut(np.arange(start, end))
        change = stored.add(new.columns, new.words, new.uids)
        assert (np.diff(change.pairs.astype(np.int64)) > 0).all()
        assert change.delta.all()
        assert (change.fresh == (unpacked(change.pairs)[1] >= start)).all()
        assert (change.delta[change.fresh] > 0).all()
        found = _after(found, change)
    return stored, found


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 160),
    blocks=st.sampled_from([1, 2, 3, 8, 40, 200]),
    most=st.integers(2, 12),
    cuts=st.lists(st.integers(0, 160), min_size=1, max_size=6),
    few=st.sampled_from([1, 40, FEW]),
)
def test_what_arrives_in_lots_adds_up_to_the_whole(
    seed: int, count: int, blocks: int, most: int, cuts: list[int], few: int
) -> None:
    whole = _made(seed, count, blocks, most)
    assert _arrive(whole, sorted(min(cut, count) for cut in cuts), few=few)[1] == whole.counts()


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), blocks=st.sampled_from([2, 5]), few=st.sampled_from([1, 40, FEW]))
def test_rows_that_come_one_by_one_add_up_to_the_whole(seed: int, blocks: int, few: int) -> None:
    whole = _made(seed, 40, blocks, 4)
    assert _arrive(whole, list(range(40)), few=few)[1] == whole.counts()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), blocks=st.sampled_from([2, 8, 60]), few=st.sampled_from([8, 64, FEW]))
def test_very_many_small_lots_add_up_to_the_whole(seed: int, blocks: int, few: int) -> None:
    whole = _made(seed, 220, blocks, 5)
    cuts = np.cumsum(default_rng(seed).integers(0, 4, 150))
    assert _arrive(whole, cuts[cuts < 220].tolist(), few=few)[1] == whole.counts()


def test_two_threads_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_SEVERAL", 1)
    monkeypatch.setattr(index, "_MANY", 1)
    monkeypatch.setattr(block_changes, "_MANY", 1)
    whole = _made(8, 300, 20, 6)
    assert _arrive(whole, [0, 100, 101, 140, 250])[1] == whole.counts()


def test_pairs_given_and_taken_back_are_summed_however_many() -> None:
    chance = default_rng(6)
    for count in (0, 1, 50, 40_000):
        left, right = chance.integers(0, MOST_ROWS, (2, 300)).astype(np.int32)
        short = np.minimum(left, right).astype(np.uint64) << np.uint64(24) | np.maximum(left, right).astype(np.uint64)
        signed = chance.choice(short, count) << np.uint64(1) | chance.integers(0, 2, count).astype(np.uint64)
        wanted: dict[int, int] = {}
        for one in signed.tolist():
            wanted[one >> 1] = wanted.get(one >> 1, 0) + (-1 if one & 1 else 1)
        sums, delta, fresh = block_changes.summed(signed, 9_000_000)
        one, other = unpacked(sums)
        told = [(int(low) << 24 | int(high), int(less)) for low, high, less in zip(one, other, delta, strict=True)]
        assert told == sorted((pair, less) for pair, less in wanted.items() if less)
        assert (fresh == (other >= 9_000_000)).all()


def test_what_was_kept_is_laid_out_again_as_it_stood() -> None:
    whole = _world()
    rows = np.arange(len(whole), dtype=np.int32)
    stored = Index.of(take(whole, rows[:900]))
    for part in (rows[900:930], rows[930:1000]):
        small = take(whole, part)
        stored.add(keys.columns_of(small), keys.order_words(small), small.uid)
    again = Index.laid(take(whole, rows[:1000]), stored.shelves())
    small = take(whole, rows[1000:1200])
    one, other = (each.add(keys.columns_of(small), keys.order_words(small), small.uid) for each in (stored, again))
    assert len(one.pairs) > 0
    assert len(list(stored.shelves())) > 5
    assert all((getattr(one, name) == getattr(other, name)).all() for name in ("pairs", "delta", "fresh"))
    assert all((one == other).all() for one, other in zip(stored.shelves(), again.shelves(), strict=True))


def test_a_block_that_outgrows_its_limit_gives_back_what_no_walk_gives() -> None:
    every = np.arange(20, dtype=np.int32)
    one = np.full(20, 5 << 40, dtype=np.uint64)
    words = every.astype(np.uint64)
    whole = _Rows((KeyColumn("rule", every, one, Limits(19, 1, (0,))),), (words,), words)
    most = whole.cut(np.arange(19))
    stored = Index(most.columns, most.words, most.uids)
    last = whole.cut(np.arange(19, 20))
    change = stored.add(last.columns, last.words, last.uids)
    assert int((change.delta < 0).sum()) == 19 * 18 // 2 - 18
    left, right = change.new()
    assert (left.tolist(), right.tolist()) == ([18], [19])


def test_the_late_part_joins_the_large_part_unseen() -> None:
    whole = _made(3, 300, 30, 6)
    stored, found = _arrive(whole, [100, 101, 110, 150, 151, 250], few=1)
    assert found == whole.counts()
    assert len(stored) == 300


def test_rows_of_a_key_are_all_that_ever_came_with_it() -> None:
    whole = _made(5, 200, 10, 6)
    stored, _ = _arrive(whole, [50, 60, 199])
    column = whole.columns[0]
    for key in sorted(set(column.keys.tolist())):
        asked = np.asarray([0, key, key], dtype=np.uint64)
        assert stored.rows_of(0, asked).tolist() == column.rows[column.keys == key].tolist()
    assert len(stored.rows_of(0, np.zeros(1, dtype=np.uint64))) == 0


def _world() -> Table:
    told = make_world(21, complaints=2000, until=UNTIL).told
    return tabulate(to_record(fill(to_complaint(one))) for one in told)


@pytest.mark.parametrize("seed", [1, 2])
def test_complaints_in_any_order_of_arrival_meet_as_in_one_run(seed: int) -> None:
    whole = _world()
    chance = default_rng(seed)
    whole = take(whole, chance.permutation(len(whole)))
    cuts = [0, 1200, *sorted(chance.integers(1200, len(whole), 8).tolist()), len(whole)]
    stored: Index | None = None
    for start, end in pairwise(cuts):
        rows = np.arange(start, end, dtype=np.int32)
        if stored is None:
            stored = Index.of(take(whole, rows))
            first = keys.candidates(take(whole, rows))
            found = _counts(first.left, first.right, first.times.astype(np.int32))
        else:
            small = take(whole, rows)
            change = stored.add(keys.columns_of(small), keys.order_words(small), small.uid)
            found = _after(found, change)
    wanted = keys.candidates(whole)
    assert found == _counts(wanted.left, wanted.right, wanted.times.astype(np.int32))


def test_some_rows_of_a_table_have_the_keys_that_they_have_among_all() -> None:
    whole = _world()
    rows = default_rng(4).permutation(len(whole))[:300].astype(np.int32)
    small = take(whole, rows)
    number = np.full(len(whole), -1, dtype=np.int32)
    number[rows] = np.arange(300, dtype=np.int32)
    for some, every in zip(keys.columns_of(small), keys.columns_of(whole), strict=True):
        kept = number[every.rows] >= 0
        wanted = zip(number[every.rows[kept]].tolist(), every.keys[kept].tolist(), strict=True)
        assert sorted(zip(some.rows.tolist(), some.keys.tolist(), strict=True)) == sorted(wanted)
    for some_words, words in zip(keys.order_words(small), keys.order_words(whole), strict=True):
        assert (some_words == words[rows]).all()


def test_an_index_grows_beyond_the_room_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_ROOM", 0)
    whole = _made(3, 120, 8, 5)
    stored, found = _arrive(whole, [1, 20, 60])
    assert found == whole.counts()
    assert stored.nbytes >= sum(8 * len(column.rows) for column in whole.columns) + whole.uids.nbytes


def test_more_rows_than_have_a_number_are_refused_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _made(5, 30, 8, 5)
    first, more = whole.cut(np.arange(10)), whole.cut(np.arange(10, 30))
    stored = Index(first.columns, first.words, first.uids)
    for module in (index, pairs):
        monkeypatch.setattr(module, "MOST_ROWS", 29)
    with pytest.raises(ValueError, match="more than 29 rows in one index"):
        stored.add(more.columns, more.words, more.uids)
    assert len(stored) == 10
    with pytest.raises(ValueError, match="more than 29 rows in one call"):
        order_by(whole.words[0], whole.uids)


def test_where_no_block_is_large_nobody_walks() -> None:
    inside, sizes, before = np.asarray([0, 1], np.int32), np.asarray([2]), np.asarray([0])
    words, uids = np.zeros((1, 2), np.uint64), np.arange(2, dtype=np.uint64)
    orders = np.zeros(1, np.int64)
    assert len(walked(inside, sizes, before, words, uids, 2, 1, orders, 0)) == 0
    assert len(walked(inside, sizes, before, words, uids, 1, 1, orders, 0)) == 1
