"""What new rows do to the pairs of the blocks that they come into.

A small block gives all its pairs, a larger one what its walks give and, up to a limit, who may be one person. Blocks
only grow: new pairs come, whoever stands between two neighbours parts them, and a block that outgrows a limit takes
back what it gave under it.

A pair that is given or taken back is one number: its smaller row in 24 bits, its larger one in 24, and a last bit that
says which of the two.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from dedupe.compiled import compiled
from dedupe.pairs import PLACE, SHIFT, KeyColumn, Limits
from dedupe.shelf import Touched
from dedupe.table import I32, I64, U64, Mask
from dedupe.walks import walked

_ONE, _HALF = np.uint64(1), np.uint64(32)
_GAINED, _GONE = np.uint64(0), np.uint64(1)
_ROOM = 64
_BITS, _DIGIT = 49, 11
_MANY = 2048
"""So many pairs are sorted sooner by their digits."""


class Rows(NamedTuple):
    """What is known of every row: where it is, who speaks, its word in each order, and its uid, which breaks ties."""

    near: I32
    who: I32
    words: U64
    uids: U64


def changes(touched: Touched, rows: Rows, column: KeyColumn, old: int) -> U64:
    """What changes in one column where rows came into its blocks; the new ones are numbered from `old` on."""
    limits, alike = column.limits, column.who is not None
    found = _without_walks(*touched, rows.who, limits.largest, limits.open, alike)
    if touched.sizes.max() > limits.largest:
        walks = walked(*touched, rows.words, rows.uids, limits.largest, limits.window, _orders(limits), old)
        found = np.concatenate([found, walks])
    return found if column.near is None else _agreeing(found, rows.near)


@cache
def _orders(limits: Limits) -> I64:
    return np.asarray(limits.orders, dtype=np.int64)


@compiled
def _without_walks(inside: I32, sizes: I64, before: I64, who: I32, largest: int, open_: int, alike: bool) -> U64:
    found, used = np.empty(_ROOM + 4 * len(inside), dtype=np.uint64), 0
    start = 0
    for block in range(len(sizes)):
        new, end = start + before[block], start + sizes[block]
        found = _roomy(found, used, _most(before[block], sizes[block], max(largest, open_)))
        used = _of_block(found, used, inside, start, new, end, largest, open_, who, alike)
        start = end
    return found[:used]


@compiled
def _agreeing(found: U64, near: I32) -> U64:
    """Pairs whose rows do not say different things."""
    used = 0
    for place in range(len(found)):
        short = found[place] >> _ONE
        found[used] = found[place]
        used += int(_agree(near, np.int64(short >> SHIFT), np.int64(short & PLACE)))
    return found[:used]


def middle_of(rows: int) -> np.uint64:
    """The first pair whose smaller row stands in the upper half of so many."""
    return np.uint64(rows // 2) << SHIFT << _ONE


def summed(signed: U64, old: int) -> tuple[U64, I32, Mask]:
    """Pairs, given and taken back, each once with what is left of it, and whether its larger row is new; sorted."""
    return _summed(_ranked(signed) if len(signed) > _MANY else np.sort(signed), old)


@compiled
def _ranked(signed: U64) -> U64:
    """Sorted digit by digit, the lowest first: in a few passes over many pairs."""
    found, other = signed.copy(), np.empty_like(signed)
    for shift in range(0, _BITS, _DIGIT):
        starts = np.zeros((1 << _DIGIT) + 1, dtype=np.int64)
        for pair in found:
            starts[_digit(pair, shift) + 1] += 1
        for place in range(1, 1 << _DIGIT):
            starts[place] += starts[place - 1]
        for pair in found:
            digit = _digit(pair, shift)
            other[starts[digit]] = pair
            starts[digit] += 1
        found, other = other, found
    return found


@compiled
def _digit(pair: np.uint64, shift: int) -> np.int64:
    return np.int64((pair >> np.uint64(shift)) & np.uint64((1 << _DIGIT) - 1))


@compiled
def _summed(signed: U64, old: int) -> tuple[U64, I32, Mask]:
    pairs = np.empty(len(signed), dtype=np.uint64)
    delta = np.empty(len(signed), dtype=np.int32)
    fresh = np.empty(len(signed), dtype=np.bool_)
    used = start = 0
    while start < len(signed):
        short, left = signed[start] >> _ONE, 0
        while start < len(signed) and signed[start] >> _ONE == short:
            left += 1 if signed[start] & _ONE == _GAINED else -1
            start += 1
        if left != 0:
            pairs[used] = (short >> SHIFT << _HALF) | (short & PLACE)
            delta[used] = left
            fresh[used] = np.int64(short & PLACE) >= old
            used += 1
    return pairs[:used], delta[:used], fresh[:used]


@compiled
def _roomy(found: U64, used: int, more: int) -> U64:
    if used + more <= len(found):
        return found
    larger = np.empty(2 * (used + more), dtype=np.uint64)
    larger[:used] = found[:used]
    return larger


@compiled
def _most(before: int, size: int, limit: int) -> int:
    """The most that a block can give and take back without walks."""
    return (size * size if size <= limit else 0) + (before * before if before <= limit else 0)


@compiled
def _of_block(
    found: U64, used: int, inside: I32, start: int, new: int, end: int, largest: int, open_: int, who: I32, alike: bool
) -> int:
    """What a small block gives, a large one of those who may be one person, and what it takes back past a limit."""
    was_small = new - start <= largest
    if end - start <= largest:
        return _pairs(found, used, inside, start, new, end, who, False, _GAINED)
    if end - start <= open_:
        used = _pairs(found, used, inside, start, start if was_small else new, end, who, alike, _GAINED)
    if was_small:
        return _pairs(found, used, inside, start, start, new, who, False, _GONE)
    if new - start <= open_ < end - start:
        return _pairs(found, used, inside, start, start, new, who, alike, _GONE)
    return used


@compiled
def _pairs(
    found: U64, used: int, inside: I32, start: int, first: int, end: int, who: I32, alike: bool, sign: np.uint64
) -> int:
    """Each row from the `first` on with all that stand before it in its block, or with those who may be one person."""
    for place in range(first, end):
        for other in range(start, place):
            if not alike or _agree(who, inside[other], inside[place]):
                used = _give(found, used, inside[other], inside[place], sign)
    return used


@compiled
def _agree(said: I32, one: np.integer, other: np.integer) -> bool:
    """Whether two do not say different things."""
    return bool((said[one] == said[other]) | (said[one] == 0) | (said[other] == 0))


@compiled
def _give(found: U64, used: int, one: int, other: int, sign: np.uint64) -> int:
    low, high = np.uint64(min(one, other)), np.uint64(max(one, other))
    found[used] = (low << SHIFT | high) << _ONE | sign
    return used + 1
