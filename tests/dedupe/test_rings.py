"""The members of groups, however often the groups change."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.rings import Rings
from dedupe.table import I32


def _grouped(rows: I32, chance: np.random.Generator) -> I32:
    """Groups of these rows, by some member's row."""
    first = chance.permutation(rows)[: max(len(rows) // 3, 1)]
    group = chance.choice(first, len(rows)).astype(np.int32)
    group[np.searchsorted(rows, first)] = first
    return group


@pytest.mark.parametrize("seed", range(10))
def test_the_members_of_a_group_are_found_after_every_change(seed: int) -> None:
    chance = np.random.default_rng(seed)
    group = _grouped(np.arange(20, dtype=np.int32), chance)
    rings = Rings(group)
    for _ in range(12):
        new = np.arange(len(group), len(group) + int(chance.integers(0, 4)), dtype=np.int32)
        rings.extend(new)
        group = np.concatenate([group, new])
        rows = np.flatnonzero(np.isin(group, chance.choice(group, 4))).astype(np.int32)
        group[rows] = _grouped(rows, chance)
        rings.lay(rows, group)
        asked = chance.permutation(len(group)).astype(np.int32)
        asked = asked[np.sort(np.unique(group[asked], return_index=True)[1])][:5]
        found, whose = rings.members(asked)
        for place, row in enumerate(asked.tolist()):
            assert sorted(found[whose == place].tolist()) == np.flatnonzero(group == group[row]).tolist()
        assert len(found) == len(set(found.tolist()))


def test_nobody_has_no_members() -> None:
    found, whose = Rings(np.zeros(3, dtype=np.int32)).members(np.zeros(0, dtype=np.int32))
    assert (len(found), len(whose)) == (0, 0)


def test_a_ring_that_does_not_close_is_told_and_not_walked_for_ever() -> None:
    rings = Rings(np.zeros(4, dtype=np.int32))
    rings.lay(np.asarray([1], dtype=np.int32), np.asarray([0, 1, 0, 0], dtype=np.int32))
    with pytest.raises(AssertionError):
        rings.members(np.asarray([3, 2], dtype=np.int32))
