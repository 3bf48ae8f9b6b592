"""The store of pairs says at every moment what a plain dictionary would say."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from dedupe.edges import Edges, EdgeStore, Kind, packed, ranges, unpacked


def _edges(chance: Random, count: int, rows: int) -> Edges:
    one = np.asarray([chance.randrange(rows) for _ in range(count)], dtype=np.int32)
    other = np.asarray([chance.randrange(rows) for _ in range(count)], dtype=np.int32)
    apart = one != other
    pairs = np.asarray(sorted(set(packed(one[apart], other[apart]).tolist())), dtype=np.uint64)
    kind = np.asarray([chance.choice((1, 2, 3, 4, 8)) for _ in pairs], dtype=np.uint8)
    bits = np.asarray([chance.uniform(-5, 20) for _ in pairs], dtype=np.float32)
    return Edges(pairs, kind, bits, -bits)


def _plain(edges: Edges) -> dict[int, tuple[int, float]]:
    return {
        int(pair): (int(kind), float(case))
        for pair, kind, case in zip(edges.pairs, edges.kind, edges.case, strict=True)
    }


def test_a_pair_is_the_same_number_whichever_way_round() -> None:
    one, other = np.asarray([7, 2**31 - 1], np.int32), np.asarray([3, 0], np.int32)
    assert packed(one, other).tolist() == packed(other, one).tolist()
    left, right = unpacked(packed(one, other))
    assert left.tolist() == [3, 0]
    assert right.tolist() == [7, 2**31 - 1]


def test_ranges_are_laid_end_to_end() -> None:
    assert ranges(np.asarray([5, 9, 2]), np.asarray([7, 9, 5])).tolist() == [5, 6, 2, 3, 4]


@pytest.mark.parametrize("seed", range(20))
def test_the_store_says_what_a_dictionary_says(seed: int) -> None:
    chance = Random(seed)
    first = _edges(chance, 200, 40)
    store, plain = EdgeStore(first, few=50), _plain(first)
    for _ in range(12):
        new = _edges(chance, 15, 40)
        old = np.asarray(chance.sample(sorted(plain), min(5, len(plain))), dtype=np.uint64)
        store.replace(old, new)
        for pair in old.tolist():
            plain.pop(pair, None)
        plain |= _plain(new)
        rows = np.asarray(chance.sample(range(40), 4), dtype=np.int32)
        wanted = {p: said for p, said in plain.items() if (p >> 32) in rows or (p & 0xFFFFFFFF) in rows}
        assert _plain(store.of_rows(rows)) == wanted
        asked = _edges(chance, 30, 40).pairs
        assert store.holds(asked).tolist() == [int(pair) in plain for pair in asked]
        assert len(store) == len(plain)
    assert _plain(store.all()) == plain


def test_a_store_of_nothing_answers() -> None:
    store = EdgeStore(Edges.none())
    assert len(store.of_rows(np.asarray([1, 2], np.int32))) == 0
    assert store.holds(np.asarray([5], np.uint64)).tolist() == [False]


def test_only_what_is_wanted_is_picked() -> None:
    edges = _edges(Random(1), 100, 30)
    asked = edges.of(Kind.ASK)
    assert len(asked) == int((edges.kind == Kind.ASK).sum())
    assert len(Edges.together([asked, asked])) == 2 * len(asked)
