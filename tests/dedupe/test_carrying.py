"""The pairs that carry a result: strongest trees against a plain definition, and how sure a place is."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from casework.paths import Link, strongest_tree
from dedupe.carrying import certainty
from dedupe.forest import strongest_trees


@st.composite
def _pairs(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Different pairs among a dozen, in any order."""
    pair = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda one: one[0] < one[1])
    return draw(st.lists(pair, unique=True, max_size=40))


@given(_pairs())
def test_the_trees_found_all_at_once_are_those_found_one_by_one(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.asarray([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    rank = np.random.default_rng(len(pairs)).permutation(len(pairs))
    found = np.flatnonzero(strongest_trees(12, left, right, rank))
    links = [
        Link(f"{one:02d}", f"{other:02d}", float(-place))
        for (one, other), place in zip(pairs, rank.tolist(), strict=True)
    ]
    wanted = {(link.left, link.right) for link in strongest_tree(links)}
    assert {(links[place].left, links[place].right) for place in found.tolist()} == wanted


def test_nothing_is_ever_quite_certain() -> None:
    assert certainty(np.asarray([500.0, -500.0, 0.0, np.inf])).tolist() == [0.999, 0.001, 0.5, 0.999]
