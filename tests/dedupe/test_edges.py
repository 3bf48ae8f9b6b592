"""Pairs of rows as numbers."""

from __future__ import annotations

from random import Random

import numpy as np

from dedupe.edges import Edges, Kind, packed, ranges, unpacked
from dedupe.lots import _Lots


def _edges(chance: Random, count: int, rows: int) -> Edges:
    one = np.asarray([chance.randrange(rows) for _ in range(count)], dtype=np.int32)
    other = np.asarray([chance.randrange(rows) for _ in range(count)], dtype=np.int32)
    apart = one != other
    pairs = np.asarray(sorted(set(packed(one[apart], other[apart]).tolist())), dtype=np.uint64)
    kind = np.asarray([chance.choice((1, 2, 3, 4, 8)) for _ in pairs], dtype=np.uint8)
    bits = np.asarray([chance.uniform(-5, 20) for _ in pairs], dtype=np.float32)
    return Edges(pairs, kind, bits, -bits)


def test_a_pair_is_the_same_number_whichever_way_round() -> None:
    one, other = np.asarray([7, 2**31 - 1], np.int32), np.asarray([3, 0], np.int32)
    assert packed(one, other).tolist() == packed(other, one).tolist()
    left, right = unpacked(packed(one, other))
    assert left.tolist() == [3, 0]
    assert right.tolist() == [7, 2**31 - 1]


def test_ranges_are_laid_end_to_end() -> None:
    assert ranges(np.asarray([5, 9, 2]), np.asarray([7, 9, 5])).tolist() == [5, 6, 2, 3, 4]


def test_only_what_is_wanted_is_picked() -> None:
    edges = _edges(Random(1), 100, 30)
    asked = edges.of(Kind.ASK)
    assert len(asked) == int((edges.kind == Kind.ASK).sum())
    assert len(Edges.together([asked, asked])) == 2 * len(asked)


def test_no_lots_together_are_no_pair() -> None:
    none = Edges.together([])
    assert len(none) == 0
    assert len(Edges.together([none, _edges(Random(2), 9, 30)])) == len(_edges(Random(2), 9, 30))


def test_only_pairs_that_join_go_into_lots() -> None:
    """Three and three complaints in two lots; a pair that is only asked about goes into neither."""
    component = np.asarray([0, 0, 0, 1, 1, 1], np.int32)
    pairs = packed(np.asarray([0, 1, 3, 0], np.int32), np.asarray([1, 2, 5, 2], np.int32))
    order = np.argsort(pairs)
    kind = np.asarray([Kind.CASE, Kind.CASE, Kind.CASE, Kind.ASK], np.uint8)[order]
    bits = np.arange(4, dtype=np.float32)[order]
    begins, places, parted = _Lots.of(component, 3).parted(Edges(pairs[order], kind, bits, bits))
    assert begins.tolist() == [0, 2, 3]
    assert sorted(kind[places].tolist()) == [Kind.CASE] * 3
    assert unpacked(parted.pairs)[1].max() <= 2, "by the places of a lot"
