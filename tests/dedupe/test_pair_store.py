"""The store of pairs says at every moment what a plain dictionary would say."""

from __future__ import annotations

from random import Random
from typing import TypeAlias

import numpy as np
import pytest

from dedupe import pair_store
from dedupe.comparing import pack
from dedupe.edges import JOINS, Edges, packed
from dedupe.levels import SIZES
from dedupe.pair_store import Kept, PairStore

Plain: TypeAlias = dict[int, tuple[int, float, int, int]]
"""The kind of each pair, its bits, its levels, and how often it was given."""
NOBODY = np.zeros(0, dtype=np.int32)


def _kept(chance: Random, pairs: set[int]) -> Kept:
    order = list(pairs)
    chance.shuffle(order)
    bits = np.asarray([chance.uniform(-5, 20) for _ in order], dtype=np.float32)
    kind = np.asarray([chance.choice((0, 1, 2, 4, 8)) for _ in order], dtype=np.uint8)
    times = np.asarray([chance.randint(1, 9) for _ in order], dtype=np.uint16)
    levels = [[chance.randrange(-1, size) for size in SIZES] for _ in order]
    packed = pack(np.asarray(levels, dtype=np.int8).reshape(-1, len(SIZES)))
    return Kept(Edges(np.asarray(order, dtype=np.uint64), kind, bits, -bits), packed, times)


def _some(chance: Random, count: int) -> set[int]:
    found = set()
    for _ in range(count):
        one, other = sorted(chance.sample(range(40), 2))
        found.add(one << 32 | other)
    return found


def _plain(kept: Kept) -> Plain:
    edges = kept.edges
    assert np.array_equal(edges.claim, -edges.case)
    columns = (edges.pairs, edges.kind, edges.case, kept.levels, kept.times)
    found = zip(*(column.tolist() for column in columns), strict=True)
    return {pair: (kind, case, levels, times) for pair, kind, case, levels, times in found}


def _few(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """From how many on pairs are laid anew, and rows and pairs are looked through on two threads."""
    for name in ("FEW", "_WALKED", "_GATHERED"):
        monkeypatch.setattr(pair_store, name, few)


def _column(pairs: set[int]) -> np.typing.NDArray[np.uint64]:
    return np.asarray(sorted(pairs), dtype=np.uint64)


def _change(store: PairStore, plain: Plain, chance: Random) -> None:
    """Take some pairs out, give some more or less often, and put some in."""
    out = set(chance.sample(sorted(plain), min(chance.randint(0, 4), len(plain))))
    store.take(_column(out))
    for pair in out:
        del plain[pair]
    asked = sorted(set(chance.sample(sorted(plain), min(chance.randint(0, 9), len(plain)))) | _some(chance, 2))
    more = [chance.randint(-9, 2) for _ in asked]
    gone = store.given(np.asarray(asked, dtype=np.uint64), np.asarray(more, dtype=np.int32))
    wanted: Plain = {}
    for pair, times in zip(asked, more, strict=True):
        if pair in plain:
            kind, bits, levels, before = plain.pop(pair)
            (plain if before + times > 0 else wanted)[pair] = kind, bits, levels, max(before + times, 0)
    assert _plain(gone) == wanted
    new = _kept(chance, _some(chance, chance.randint(0, 20)) - plain.keys())
    store.put(new)
    plain |= _plain(new)


@pytest.mark.parametrize("few", [0, 12, pair_store.FEW])
@pytest.mark.parametrize("seed", range(20))
def test_the_store_says_what_a_dictionary_says(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _few(monkeypatch, few)
    chance = Random(seed)
    first = _kept(chance, _some(chance, 200))
    store, plain = PairStore(first), _plain(first)
    for _ in range(25):
        _change(store, plain, chance)
        rows = np.asarray(sorted(chance.sample(range(40), 4)), dtype=np.int32)
        wanted = {p: said for p, said in plain.items() if (p >> 32) in rows or (p & 0xFFFFFFFF) in rows}
        assert _plain(store.of_rows(rows)) == wanted
        asked = store.of_rows(rows).edges
        judged = store.judged(asked)
        said = zip(
            judged.kind.tolist(), judged.scores.case.tolist(), pack(judged.compared.levels).tolist(), strict=True
        )
        assert list(said) == [plain[pair][:3] for pair in asked.pairs.tolist()]
        assert np.array_equal(packed(judged.compared.left, judged.compared.right), asked.pairs)
        assert len(store) == len(plain)
    assert _plain(store.all()) == plain
    assert (np.diff(store.all().edges.pairs.astype(np.int64)) > 0).all()


@pytest.mark.parametrize("few", [0, 12, pair_store.FEW])
@pytest.mark.parametrize("seed", range(20))
def test_what_hangs_together_is_what_a_walk_finds(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _few(monkeypatch, few)
    chance = Random(seed)
    first = _kept(chance, _some(chance, 15))
    store, plain = PairStore(first), _plain(first)
    for _ in range(4):
        _change(store, plain, chance)
        words = [sorted(chance.sample(range(40), 2)) for _ in range(3)]
        joined = [(p >> 32, p & 0xFFFFFFFF) for p, said in plain.items() if said[0] & JOINS] + [
            (a, b) for a, b in words
        ]
        reached = set(chance.sample(range(40), 3))
        rows = np.asarray(sorted(reached), dtype=np.int32)
        while more := {end for pair in joined if reached & set(pair) for end in pair} - reached:
            reached |= more
        one, other = (np.asarray([pair[side] for pair in words], dtype=np.int32) for side in (0, 1))
        found, edges, _ = store.hanging(rows, (one, other), 40)
        assert found.tolist() == sorted(reached)
        wanted = [p for p, said in plain.items() if said[0] and reached & {p >> 32, p & 0xFFFFFFFF}]
        assert sorted(edges.pairs.tolist()) == sorted(wanted)
        assert [plain[pair][:2] for pair in edges.pairs.tolist()] == list(
            zip(edges.kind.tolist(), edges.case.tolist(), strict=True)
        )


def test_what_was_taken_from_a_store_and_what_it_was_made_of_stay_as_they_are() -> None:
    chance = Random(3)
    first = _kept(chance, _some(chance, 60)).ranked()
    before = _plain(first)
    store, plain = PairStore(first), _plain(first)
    kept = store.all()
    for _ in range(9):
        _change(store, plain, chance)
    assert _plain(first) == _plain(kept) == before


def test_a_store_of_nothing_answers() -> None:
    store = PairStore(_kept(Random(1), set()))
    assert len(store.of_rows(np.asarray([1, 2], np.int32))) == 0
    assert len(store.given(np.asarray([5], np.uint64), np.asarray([1], np.int32))) == 0
    assert len(store.judged(Edges.none()).kind) == len(store) == len(store.all()) == 0
    rows, edges, _ = store.hanging(np.asarray([1, 2], np.int32), (NOBODY, NOBODY), 4)
    assert (rows.tolist(), len(edges)) == ([1, 2], 0)
