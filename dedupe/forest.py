"""The fewest pairs that say what all say: a strongest tree for every group, and the strongest pair between any two.

Which of two pairs is stronger says `order.best_first`; of what is not told nothing needs sorting.
"""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled
from dedupe.components import join
from dedupe.laid import LEFT, PLACE, RIGHT
from dedupe.order import Scored, keys_of, pairs_of, ranks_of
from dedupe.table import I32, I64, U64

_SPREAD, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


def strongest_trees(uid: U64, pairs: Scored, group: I32) -> I64:
    """The places of the pairs that make the strongest spanning trees of groups. No pair is given twice."""
    return trees(pairs_of(uid, pairs), group)


@compiled
def trees(pairs: I32, group: I32) -> I64:
    """The same of pairs as `laid.Lot` has them: a pair is taken unless better ones already lead from one of its rows to
    the other (Kruskal 1956). No two pairs are equally strong, so there is one strongest tree, however it is found."""
    leader = np.arange(len(group)).astype(np.int32)
    found = np.empty(min(len(pairs), len(group)), np.int64)
    count = 0
    for number in range(len(pairs)):
        left, right = pairs[number, LEFT], pairs[number, RIGHT]
        if group[left] == group[right] and join(leader, left, right):
            found[count] = pairs[number, PLACE]
            count += 1
    return found[:count]


def strongest_between(uid: U64, group: I32, pairs: Scored) -> I64:
    """The places of the strongest pairs between any two groups. No pair is given twice, none within a group."""
    one, other = group[pairs.left], group[pairs.right]
    best, tied = _between(one, other, keys_of(uid, pairs))
    return np.sort(_between(one, other, ranks_of(uid, pairs))[0] if tied else best)


@compiled
def _between(one: I32, other: I32, keys: U64) -> tuple[I64, bool]:
    """The best pair of every two groups, in any order, and whether two had one key."""
    room = 1
    while room < 2 * len(one):
        room *= 2
    best, tied = np.full(room, -1, dtype=np.int64), False
    for pair in range(len(one)):
        place = _slot(best, one, other, pair)
        known = best[place]
        if known < 0 or keys[pair] < keys[known]:
            best[place] = pair
        elif keys[pair] == keys[known]:
            tied = True
    return best[best >= 0], tied


@compiled
def _slot(best: I64, one: I32, other: I32, pair: int) -> int:
    """Where the best pair of these two groups stands, or the free place where it is to stand."""
    low, high = min(one[pair], other[pair]), max(one[pair], other[pair])
    place = np.int64((((np.uint64(low) << _HALF) | np.uint64(high)) * _SPREAD) >> _HALF) & (len(best) - 1)
    while best[place] >= 0:
        known = best[place]
        if min(one[known], other[known]) == low and max(one[known], other[known]) == high:
            break
        place = (place + 1) & (len(best) - 1)
    return int(place)
