"""The pairs that carry a result: strongest trees against a plain definition, and how sure a place is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.paths import Link, strongest_tree
from dedupe import forest
from dedupe.agglomeration import Words
from dedupe.carrying import Laid, carrying, certainty, confidence
from dedupe.edges import Edges, Kind, packed
from dedupe.engine import Grouped
from dedupe.forest import strongest_between, strongest_trees
from dedupe.order import Bits, best_first, keys_of
from dedupe.table import I32, U64, Mask

ROWS = 12
NOBODY = (np.zeros(0, dtype=np.int32),) * 2
KINDS = (0, *(int(kind) for kind in Kind), int(Kind.CLAIM | Kind.CASE))


def _uid(seed: int) -> U64:
    return np.random.default_rng(seed).integers(0, 2**64 - 1, ROWS, dtype=np.uint64, endpoint=True)


@st.composite
def _pairs(draw: st.DrawFn) -> Bits:
    """Different pairs among a dozen, in any order, often of the same strength."""
    every = list(combinations(range(ROWS), 2))
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=40))
    turned = [pair[::-1] if draw(st.booleans()) else pair for pair in pairs]
    left, right = (np.asarray([pair[side] for pair in turned], dtype=np.int32) for side in (0, 1))
    bits = draw(st.lists(st.sampled_from([-3.0, 0.5, 7.25]), min_size=len(pairs), max_size=len(pairs)))
    return Bits(left, right, np.asarray(bits, dtype=np.float32))


def _ends(pairs: Bits, places: list[int]) -> list[frozenset[int]]:
    return [frozenset((int(pairs.left[place]), int(pairs.right[place]))) for place in places]


def _one_by_one(uid: U64, pairs: Bits) -> set[frozenset[int]]:
    links = [
        Link(f"{pairs.left[pair]:02d}", f"{pairs.right[pair]:02d}", float(-rank))
        for rank, pair in enumerate(best_first(uid, pairs).tolist())
    ]
    return {frozenset((int(link.left), int(link.right))) for link in strongest_tree(links)}


def _first_of_each(uid: U64, group: I32, pairs: Bits) -> list[int]:
    found: dict[frozenset[int], int] = {}
    for pair in best_first(uid, pairs).tolist():
        found.setdefault(frozenset((int(group[pairs.left[pair]]), int(group[pairs.right[pair]]))), pair)
    return sorted(found.values())


@settings(deadline=None)
@given(_pairs(), st.integers(0, 99), st.integers(1, 3))
def test_the_trees_found_all_at_once_are_those_found_one_by_one(pairs: Bits, seed: int, groups: int) -> None:
    uid = _uid(seed)
    group = np.arange(ROWS, dtype=np.int32) % groups
    found = strongest_trees(uid, pairs, group).tolist()
    assert set(_ends(pairs, found)) == _one_by_one(uid, pairs.at(group[pairs.left] == group[pairs.right]))


@settings(deadline=None)
@given(_pairs(), st.integers(0, 99), st.integers(1, 4))
def test_between_two_groups_the_first_of_all_pairs_in_order_is_the_strongest(
    pairs: Bits, seed: int, groups: int
) -> None:
    uid, group = _uid(seed), (np.arange(ROWS) % groups).astype(np.int32)
    pairs = pairs.at(group[pairs.left] != group[pairs.right])
    assert strongest_between(uid, group, pairs).tolist() == _first_of_each(uid, group, pairs)


@pytest.mark.parametrize("seed", range(20))
def test_where_two_pairs_have_one_key_their_complaints_say_which_is_stronger(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(seed)
    every = np.asarray(list(combinations(range(ROWS), 2)), dtype=np.int32)
    chosen = chance.permutation(every)[:40]
    left, right = np.ascontiguousarray(chosen[:, 0]), np.ascontiguousarray(chosen[:, 1])
    pairs, uid = Bits(left, right, np.zeros(40, dtype=np.float32)), _uid(seed)
    group = (np.arange(ROWS) % 3).astype(np.int32)
    outer = pairs.at(group[left] != group[right])
    monkeypatch.setattr(forest, "keys_of", lambda uid, edges: keys_of(uid, edges) >> np.uint64(38))
    assert strongest_between(uid, group, outer).tolist() == _first_of_each(uid, group, outer)


@settings(deadline=None)
@given(_pairs(), st.data())
def test_what_carries_a_result_and_how_sure_it_is_by_a_plain_definition(pairs: Bits, data: st.DataObject) -> None:
    uid, count = _uid(3), len(pairs)
    case = (np.arange(ROWS) // data.draw(st.integers(1, 5))).astype(np.int32)
    claim = (case * ROWS + np.arange(ROWS) % 2).astype(np.int32)
    kind = data.draw(st.lists(st.sampled_from(KINDS), min_size=count, max_size=count))
    for_claim = np.asarray(data.draw(st.lists(st.floats(-9, 9, width=32), min_size=count, max_size=count)), np.float32)
    edges = Edges(packed(pairs.left, pairs.right), np.asarray(kind, dtype=np.uint8), for_claim, pairs.bits)
    grouped = Grouped(claim, case, (*NOBODY, np.zeros(0, dtype=np.int8)), np.zeros(0, dtype=np.int64))
    laid = Laid.over(uid, edges, grouped)

    def ask(left: I32, right: I32) -> Mask:
        odd: Mask = (left + right) % 2 == 1
        return odd

    inside = case[pairs.left] == case[pairs.right]
    one_claim = claim[pairs.left] == claim[pairs.right]
    wanted = {pair for pair in range(count) if kind[pair] & Kind.CLAIM and one_claim[pair]}
    ends = dict(zip(_ends(pairs, list(range(count))), range(count), strict=True))
    joined = np.asarray([pair for pair in range(count) if inside[pair] and kind[pair] & Kind.CASE], dtype=np.int64)
    joins = pairs.at(joined)
    wanted |= {ends[tree] for tree in _one_by_one(uid, joins)}
    for kinds in (Kind.BARRED, Kind.ASK | Kind.CASE):
        places = [pair for pair in range(count) if kind[pair] & kinds and not inside[pair]]
        some = pairs.at(np.asarray(places, dtype=np.int64))
        for best in (places[place] for place in _first_of_each(uid, case, some)):
            if kinds == Kind.BARRED or (case[pairs.left[best]] + case[pairs.right[best]]) % 2 == 1:
                wanted.add(best)
    tree = joined[strongest_trees(uid, joins, case)]
    assert set(carrying(laid, tree, ask).tolist()) == wanted

    together = np.asarray([4], dtype=np.int32), np.asarray([5], dtype=np.int32)
    sure = confidence(laid, Words(together, NOBODY))
    for row in range(ROWS):
        mine = [pair for pair in range(count) if row in (pairs.left[pair], pairs.right[pair])]
        alone = int((case == case[row]).sum()) == 1
        rivals = [float(pairs.bits[pair]) for pair in mine if not inside[pair] and kind[pair] & (Kind.ASK | Kind.CASE)]
        inner = [
            max(float(pairs.bits[pair]), float(for_claim[pair]) if kind[pair] & Kind.CLAIM else -np.inf)
            for pair in mine
            if inside[pair]
        ]
        bits = min(-max(rivals, default=-np.inf), 6.0) if alone else max(inner, default=-np.inf)
        assert sure[row] == (0.999 if row in (4, 5) else certainty(np.asarray([bits]))[0])


def test_nothing_is_ever_quite_certain() -> None:
    assert certainty(np.asarray([500.0, -500.0, 0.0, np.inf])).tolist() == [0.999, 0.001, 0.5, 0.999]
