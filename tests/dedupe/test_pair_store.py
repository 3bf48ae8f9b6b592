"""The store of pairs says at every moment what a plain dictionary would say."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from dedupe import pair_store
from dedupe.edges import JOINS, Edges
from dedupe.pair_store import Kept, PairStore


def _kept(chance: Random, pairs: set[int]) -> Kept:
    order = list(pairs)
    chance.shuffle(order)
    bits = np.asarray([chance.uniform(-5, 20) for _ in order], dtype=np.float32)
    kind = np.asarray([chance.choice((0, 1, 2, 4, 8)) for _ in order], dtype=np.uint8)
    times = np.asarray([chance.randint(1, 9) for _ in order], dtype=np.uint16)
    return Kept(Edges(np.asarray(order, dtype=np.uint64), kind, bits, -bits), times)


def _some(chance: Random, count: int) -> set[int]:
    found = set()
    for _ in range(count):
        one, other = sorted(chance.sample(range(40), 2))
        found.add(one << 32 | other)
    return found


def _plain(kept: Kept) -> dict[int, tuple[int, float, int]]:
    edges = kept.edges
    return {
        int(pair): (int(kind), float(case), int(times))
        for pair, kind, case, times in zip(edges.pairs, edges.kind, edges.case, kept.times, strict=True)
    }


@pytest.mark.parametrize("long", [1, pair_store._LONG])
@pytest.mark.parametrize("seed", range(20))
def test_the_store_says_what_a_dictionary_says(seed: int, long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_store, "_LONG", long)
    chance = Random(seed)
    first = _kept(chance, _some(chance, 200))
    store, plain = PairStore(first), _plain(first)
    for _ in range(25):
        gone = set(chance.sample(sorted(plain), min(chance.randint(0, 6), len(plain)))) | _some(chance, 2)
        taken = store.take(np.asarray(sorted(gone), dtype=np.uint64))
        assert _plain(taken) == {pair: plain.pop(pair) for pair in gone & plain.keys()}
        new = _kept(chance, _some(chance, chance.randint(0, 20)) - plain.keys())
        store.put(new)
        plain |= _plain(new)
        rows = np.asarray(sorted(chance.sample(range(40), 4)), dtype=np.int32)
        wanted = {p: said for p, said in plain.items() if (p >> 32) in rows or (p & 0xFFFFFFFF) in rows}
        assert _plain(store.of_rows(rows)) == wanted
        asked = np.asarray(sorted(_some(chance, 30)), dtype=np.uint64)
        assert store.times(asked).tolist() == [plain.get(int(pair), (0, 0.0, 0))[2] for pair in asked]
        assert len(store) == len(plain)
    assert _plain(store.all()) == plain
    assert (np.diff(store.all().edges.pairs.astype(np.int64)) > 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_what_hangs_together_is_what_a_walk_finds(seed: int) -> None:
    chance = Random(seed)
    store, plain = PairStore(_kept(chance, set())), dict[int, tuple[int, float, int]]()
    for _ in range(4):
        lot = _kept(chance, _some(chance, 12) - plain.keys())
        store.put(lot)
        plain |= _plain(lot)
    words = [sorted(chance.sample(range(40), 2)) for _ in range(3)]
    joined = [(p >> 32, p & 0xFFFFFFFF) for p, said in plain.items() if said[0] & JOINS] + [(a, b) for a, b in words]
    reached = set(chance.sample(range(40), 3))
    rows = np.asarray(sorted(reached), dtype=np.int32)
    while more := {end for pair in joined if reached & set(pair) for end in pair} - reached:
        reached |= more
    one, other = (np.asarray([pair[side] for pair in words], dtype=np.int32) for side in (0, 1))
    found, edges = store.hanging(rows, (one, other), 40)
    assert found.tolist() == sorted(reached)
    wanted = [p for p, said in plain.items() if said[0] and reached & {p >> 32, p & 0xFFFFFFFF}]
    assert sorted(edges.pairs.tolist()) == sorted(wanted)


def test_a_store_of_nothing_answers() -> None:
    store = PairStore(_kept(Random(1), set()))
    assert len(store.of_rows(np.asarray([1, 2], np.int32))) == 0
    assert store.times(np.asarray([5], np.uint64)).tolist() == [0]
    assert len(store.take(np.asarray([5], np.uint64))) == 0
