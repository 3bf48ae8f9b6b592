"""The fewest pairs that say what all say: a strongest tree for every group, and the strongest pair between any two.

Which of two pairs is stronger says `order.best_first`; of what is not told nothing needs sorting.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dedupe.compiled import compiled
from dedupe.order import Scored, keys_of, ranks_of
from dedupe.table import I32, I64, U64, Mask

MANY = 1 << 14
"""So many pairs are worth two threads."""
_WORST = np.uint64(0xFFFFFFFFFFFFFFFF)
_SPREAD, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


def strongest_trees(uid: U64, pairs: Scored, wanted: Mask, group: I32) -> Mask:
    """Which of the wanted pairs make their strongest spanning trees. No pair is given twice; none of the wanted leads
    from one `group` to another.

    Every group takes the strongest pair that leads out of it, all at once, until none does (Borůvka 1926): no two pairs
    are equally strong, so there is one strongest tree, however it is found.
    """
    chosen, tied = _in_halves(uid, pairs, keys_of(uid, pairs), wanted, group)
    return _in_halves(uid, pairs, ranks_of(uid, pairs), wanted, group)[0] if tied else chosen


def _in_halves(uid: U64, pairs: Scored, keys: U64, wanted: Mask, group: I32) -> tuple[Mask, bool]:
    """The trees of half of the groups on each of two threads, where there are many pairs."""
    if len(keys) < MANY:
        return _trees(len(uid), pairs.left, pairs.right, keys, wanted)
    odd = (group[pairs.left] & 1) == 1
    halves = (wanted & odd, wanted & ~odd)
    with ThreadPoolExecutor(len(halves)) as pool:
        one, other = pool.map(lambda half: _trees(len(uid), pairs.left, pairs.right, keys, half), halves)
    return one[0] | other[0], one[1] or other[1]


def strongest_between(uid: U64, group: I32, pairs: Scored) -> I64:
    """The places of the strongest pairs between any two groups. No pair is given twice, none within a group."""
    one, other = group[pairs.left], group[pairs.right]
    best, tied = _between(one, other, keys_of(uid, pairs))
    return np.sort(_between(one, other, ranks_of(uid, pairs))[0] if tied else best)


@compiled
def _trees(size: int, left: I32, right: I32, keys: U64, wanted: Mask) -> tuple[Mask, bool]:
    """The chosen pairs, and whether two had one key where that mattered."""
    one, other, key, pair = _some(left, right, keys, wanted)
    chosen, tied = np.zeros(len(left), dtype=np.bool_), False
    best, lowest = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.uint64)
    into = np.empty(size, dtype=np.int32)
    count = len(one)
    while count:
        best[:size] = -1
        lowest[:size] = _WORST
        tied |= _offer(one[:count], key, best, lowest)
        tied |= _offer(other[:count], key, best, lowest)
        for place in best[:size]:
            if place >= 0:
                chosen[pair[place]] = True
        size = _join(one, other, best[:size], into)
        count = _go_on(one[:count], other, key, pair, into)
    return chosen, tied


@compiled
def _some(left: I32, right: I32, keys: U64, wanted: Mask) -> tuple[I32, I32, U64, I32]:
    """The wanted pairs with their keys, to be worked on, and their places."""
    count = int(np.count_nonzero(wanted))
    one, other = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    key, pair = np.empty(count, dtype=np.uint64), np.empty(count, dtype=np.int32)
    count = 0
    for place in range(len(left)):
        if wanted[place]:
            one[count], other[count], key[count], pair[count] = left[place], right[place], keys[place], place
            count += 1
    return one, other, key, pair


@compiled
def _offer(ends: I32, key: U64, best: I64, lowest: U64) -> bool:
    """Give every group the best pair that has this end in it. Tells whether two might have been it."""
    tied = False
    for place in range(len(ends)):
        group = ends[place]
        if key[place] < lowest[group]:
            lowest[group] = key[place]
            best[group] = place
        elif key[place] == lowest[group]:
            tied = True
    return tied


@compiled
def _join(one: I32, other: I32, best: I64, into: I32) -> int:
    """Join every group with the one to which its best pair leads. Gives how many there are then."""
    for group in range(len(best)):
        into[group] = group
    for group in range(len(best)):
        if best[group] >= 0:
            first, second = one[best[group]], other[best[group]]
            while into[first] != first:
                into[first] = into[into[first]]
                first = into[first]
            while into[second] != second:
                into[second] = into[into[second]]
                second = into[second]
            into[max(first, second)] = min(first, second)
    return _number(into[: len(best)])


@compiled
def _number(into: I32) -> int:
    """Turn leaders, none of which stands behind those it leads, into numbers without gaps. Gives how many."""
    groups = 0
    for group in range(len(into)):
        if into[group] == group:
            into[group] = groups
            groups += 1
        else:
            into[group] = into[into[group]]
    return groups


@compiled
def _go_on(one: I32, other: I32, key: U64, pair: I32, into: I32) -> int:
    """Keep the pairs that still lead from one group to another, by the groups' new numbers. Gives how many."""
    kept = 0
    for place in range(len(one)):
        first, second = into[one[place]], into[other[place]]
        if first != second:
            one[kept], other[kept], key[kept], pair[kept] = first, second, key[place], pair[place]
            kept += 1
    return kept


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
