"""A shelf holds what ever came, sorted, in however many lots it came."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from dedupe.pairs import PLACE, SHIFT
from dedupe.shelf import Shelf
from dedupe.table import U64


def _keys(seed: int, start: int, count: int, blocks: int) -> U64:
    """Rows numbered from `start` on, each in some block, sorted."""
    said = default_rng(seed).integers(0, blocks, count).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.sort((said & ~PLACE) | np.arange(start, start + count, dtype=np.uint64))


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    counts=st.lists(st.integers(0, 60), min_size=1, max_size=12),
    blocks=st.sampled_from([1, 5, 40, 3000]),
    few=st.sampled_from([1, 30, 100, 4096]),
)
def test_a_lot_meets_whoever_stands_in_its_blocks(seed: int, counts: list[int], blocks: int, few: int) -> None:
    every = _keys(seed, 0, counts[0], blocks)
    shelf = Shelf(every, few)
    start = counts[0]
    for number, count in enumerate(counts[1:]):
        more = _keys(seed + number, start, count, blocks)
        start += count
        touched = shelf.add(more)
        at = 0
        for block in np.unique(more >> SHIFT):
            old, new = every[every >> SHIFT == block] & PLACE, more[more >> SHIFT == block] & PLACE
            if len(old) + len(new) > 1:
                inside = touched.inside[touched.sizes[:at].sum() :][: touched.sizes[at]]
                assert touched.before[at] == len(old)
                assert sorted(inside[: len(old)].tolist()) == old.tolist()
                assert inside[len(old) :].tolist() == new.tolist()
                at += 1
        assert at == len(touched.sizes)
        every = np.sort(np.concatenate([every, more]))
        assert (shelf.whole() == every).all()
    blocks_of = np.unique(every >> SHIFT)[::2]
    wanted = [row for block in blocks_of for row in (every[every >> SHIFT == block] & PLACE).tolist()]
    assert sorted(shelf.rows_of(blocks_of).tolist()) == sorted(wanted)


def test_what_was_seen_of_a_shelf_stays_as_it_is() -> None:
    shelf = Shelf(_keys(1, 0, 50, 9), 1)
    shelf.add(_keys(2, 50, 3, 9))
    seen = shelf.whole()
    before = seen.copy()
    for start in range(53, 90):
        shelf.add(_keys(start, start, 1, 9))
    assert (seen == before).all()
    assert shelf.nbytes >= 90 * 8
