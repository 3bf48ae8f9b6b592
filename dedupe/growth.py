"""Groups grown by the best pair first, as compiled loops: all at once, or core first and then satellites.

The greatest damage is done by a complaint that names no site, no months or only a boss: it is like two disputes that
are nothing to each other, and joins them. So groups are grown among those that say much, and whoever says less joins
one of them and never bridges two.
"""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled, inlined
from dedupe.contradicting import merge, why_not
from dedupe.laid import (
    CHAIN,
    FURTHER,
    LABEL,
    LEFT,
    MARGIN,
    MET,
    RIGHT,
    STATE,
    STRICT,
    TOLD,
    WHY,
    WORTH,
    Lot,
)
from dedupe.table import I8, I32, I64
from dedupe.vetoes import Why

CORE = 3
"""Who says so many of firm, place and months is part of the core. Who leaves one out may fit two disputes."""
TIERS = CORE + 1
WAITING, PLACED, TORN = range(3)
"""States of a group while tiers are grown: none was put to another yet, some was, it fits two."""


@compiled
def grow(lot: Lot, pairs: I32) -> None:
    """Join all groups by the best pair first, unless they contradict each other."""
    for place in range(len(pairs)):
        one, other = _ends(lot.rows, pairs, place)
        if one != other:
            _join(lot, pairs, place, one, other, lot.rules[STRICT] != 0)


@inlined
def _ends(rows: I32, pairs: I32, place: int) -> tuple[int, int]:
    """The groups of a pair."""
    return rows[pairs[place, LEFT], LABEL], rows[pairs[place, RIGHT], LABEL]


@inlined
def _join(lot: Lot, pairs: I32, place: int, one: int, other: int, strict: bool) -> bool:
    """Make the two groups of a pair one, unless they contradict each other; whether it was done."""
    why = why_not(lot, one, other, strict)
    if why == 0:
        merge(lot.rows, lot.notes, one, other)
        return True
    _refuse(pairs, place, why)
    return False


@inlined
def _refuse(pairs: I32, place: int, why: int) -> None:
    """Keep the first reason against a pair."""
    if pairs[place, WHY] == 0:
        pairs[place, WHY] = why


@compiled
def grow_by_tiers(lot: Lot, pairs: I32, start: I64) -> None:
    """Core first, then satellites, component by component.

    The core is grown among itself. Whoever says less is put to the best of these groups, each by itself; where a second
    one, which contradicts the first, is nearly as good, it stays alone until a person says. What found no place groups
    among itself, and the next tier follows.

    Of each component first come the pairs of the core, then those whose lesser side is of the next tier, and so on.
    """
    for first in range(0, len(start) - 1, TIERS):
        for tier in range(CORE, -1, -1):
            at = first + CORE - tier
            part = start[at], start[at + 1]
            while tier < CORE and _attach(lot, pairs, part, tier):
                pass
            _grow_free(lot, pairs, part, tier)


@compiled
def _grow_free(lot: Lot, pairs: I32, part: tuple[int, int], tier: int) -> None:
    """Join the groups of one tier that found no place among themselves; for the next tier they are places."""
    rows = lot.rows
    for place in range(part[0], part[1]):
        left, right = pairs[place, LEFT], pairs[place, RIGHT]
        one, other = rows[left, LABEL], rows[right, LABEL]
        if one != other and _waiting(rows, left, one, tier) and _waiting(rows, right, other, tier):
            _join(lot, pairs, place, one, other, lot.rules[STRICT] != 0)


@compiled
def _attach(lot: Lot, pairs: I32, part: tuple[int, int], tier: int) -> bool:
    """Put every satellite of a tier to its best place, unless it is torn; whether any found one.

    All are asked as things stand before the first of them is put.
    """
    rows = lot.rows
    if part[0] == part[1]:
        return False
    chosen = _chain(rows, pairs, part, tier)
    count = 0
    for number in range(len(chosen)):
        satellite = chosen[number]
        best = _best_place(lot, pairs, satellite, rows[satellite, CHAIN])
        rows[satellite, CHAIN] = -1
        if best >= 0:
            chosen[count] = best
            count += 1
    some = False
    for place in np.sort(chosen[:count]):
        one, other = _ends(rows, pairs, place)
        if _join(lot, pairs, place, one, other, True):
            rows[rows[one, LABEL], STATE] = PLACED
            some = True
    return some


@inlined
def _satellite(rows: I32, pairs: I32, place: int, tier: int) -> int:
    """The group of a pair that waits in this tier while the other one is a place; -1 where there is none."""
    left, right = pairs[place, LEFT], pairs[place, RIGHT]
    one, other = _ends(rows, pairs, place)
    if _waiting(rows, left, one, tier) and _is_place(rows, right, other, tier):
        return one
    if _waiting(rows, right, other, tier) and _is_place(rows, left, one, tier):
        return other
    return -1


@inlined
def _waiting(rows: I32, row: int, group: int, tier: int) -> bool:
    """A row's group waits for its place in this tier."""
    return bool(rows[row, TOLD] == tier and rows[group, STATE] == WAITING)


@inlined
def _is_place(rows: I32, row: int, group: int, tier: int) -> bool:
    """A row's group was grown in a tier before, or this row was put to it."""
    return bool(rows[group, STATE] == PLACED or (rows[group, STATE] == WAITING and rows[row, TOLD] > tier))


@compiled
def _chain(rows: I32, pairs: I32, part: tuple[int, int], tier: int) -> I32:
    """Chain the pairs of every satellite with places, the best first. Gives the satellites."""
    found = np.empty(part[1] - part[0], np.int32)
    count = 0
    for place in range(part[1] - 1, part[0] - 1, -1):
        satellite = _satellite(rows, pairs, place, tier)
        if satellite >= 0:
            if rows[satellite, CHAIN] < 0:
                found[count] = satellite
                count += 1
            pairs[place, FURTHER] = rows[satellite, CHAIN]
            rows[satellite, CHAIN] = place
    return found[:count]


@compiled
def _best_place(lot: Lot, pairs: I32, satellite: int, start: int) -> int:
    """The best pair of a satellite with a group that it does not contradict, -1 for none or when it is torn."""
    rows = lot.rows
    best, where, torn = -1, -1, False
    place = start
    while place >= 0:
        group = _other(lot.rows, pairs, place, satellite)
        if rows[group, MET] < 0:
            rows[group, MET] = place
            why = why_not(lot, satellite, group, True)
            if why != 0:
                _refuse(pairs, place, why)
            elif best < 0:
                best, where = place, group
            elif not torn and pairs[place, WORTH] >= pairs[best, WORTH] - lot.rules[MARGIN]:
                torn = why_not(lot, group, where, False) != 0
        place = pairs[place, FURTHER]
    place = start
    while place >= 0:
        rows[_other(lot.rows, pairs, place, satellite), MET] = -1
        place = pairs[place, FURTHER]
    if torn:
        _refuse(pairs, best, Why.TORN.value)
        rows[satellite, STATE] = TORN
        return -1
    return best


@inlined
def _other(rows: I32, pairs: I32, place: int, group: int) -> int:
    """The other group of a pair."""
    one, other = _ends(rows, pairs, place)
    return other if one == group else one


@compiled
def lay(lot: Lot, group: I32, groups: int) -> I64:
    """Make the rows that stand in one group one, whatever they say. Gives the row that each group is known by."""
    rows = lot.rows
    first = np.full(groups, -1, np.int64)
    for row in range(len(group)):
        if first[group[row]] < 0:
            first[group[row]] = row
        else:
            merge(lot.rows, lot.notes, rows[first[group[row]], LABEL], rows[row, LABEL])
    for one in range(groups):
        if first[one] >= 0:
            first[one] = rows[first[one], LABEL]
    return first


@compiled
def contradictions(lot: Lot, left: I64, right: I64) -> I8:
    """Per pair of groups why they may not become one, a number of `Why`."""
    found = np.zeros(len(left), np.int8)
    for place in range(len(left)):
        found[place] = why_not(lot, left[place], right[place], lot.rules[STRICT] != 0)
    return found
