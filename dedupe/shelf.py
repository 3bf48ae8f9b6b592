"""The keys of one column with their rows, sorted: a block in the upper 40 bits of a number and a row in the lower 24.

Most stand in one large part. What came later waits in two smaller ones, the last of them so small that one more costs
next to nothing to put in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedupe.compiled import compiled
from dedupe.pairs import PLACE, SHIFT
from dedupe.table import I32, I64, U64

_SHARE = 8
"""The later part may grow to this part of the large one, and `few` more."""
_LAST = 8
"""The last part may grow to this part of `few`."""
_PER_LOT = 16
"""So many keys share their first bits, by which the large part is looked up."""
_LEAST_LOTS = 2
_ROOM = 64


class Touched(NamedTuple):
    """Blocks with more than one row, one after the other: their rows, how many they are now and were before.

    The rows that are new to a block stand last in it.
    """

    inside: I32
    sizes: I64
    before: I64


class _Run:
    """Sorted numbers with room for more."""

    def __init__(self) -> None:
        self.size = 0
        self.space: U64 = np.zeros(0, dtype=np.uint64)

    def put(self, more: U64) -> None:
        """Put sorted numbers in."""
        after = self.size + len(more)
        if after > len(self.space):
            larger = np.empty(2 * after + _ROOM, dtype=np.uint64)
            larger[: self.size] = self.seen()
            self.space = larger
        _insert(self.space, self.size, more)
        self.size = after

    def seen(self) -> U64:
        """What is in it."""
        return self.space[: self.size]


class Shelf:
    """What stands in one column."""

    def __init__(self, base: U64, few: int) -> None:
        """`base` is sorted, and nobody writes to it any more."""
        self._few = few
        self._lay(base)

    def _lay(self, base: U64) -> None:
        lots = max(_LEAST_LOTS, 1 << (len(base) // _PER_LOT).bit_length())
        self._shift = 65 - lots.bit_length()
        edges = np.arange(lots, dtype=np.uint64) << np.uint64(self._shift)
        self._begins: I32 = np.append(np.searchsorted(base, edges), len(base)).astype(np.int32)
        self._base = np.require(base, np.uint64, ("C", "W"))
        self._late, self._last = _Run(), _Run()

    @property
    def nbytes(self) -> int:
        """Bytes that stand in memory."""
        return self._base.nbytes + self._begins.nbytes + self._late.seen().nbytes + self._last.seen().nbytes

    def whole(self) -> U64:
        """All that stands, sorted. It does not change when more comes."""
        if not self._late.size and not self._last.size:
            return self._base
        size = len(self._base)
        found = np.empty(size + self._late.size + self._last.size, dtype=np.uint64)
        found[:size] = self._base
        _insert(found, size, self._late.seen())
        _insert(found, size + self._late.size, self._last.seen())
        return found

    def rows_of(self, blocks: U64) -> I32:
        """Who stands in these blocks, which are sorted and each given once; block by block."""
        return self._touched(blocks << SHIFT, 0).inside

    def add(self, packed: U64) -> Touched:
        """Put keys with rows in, sorted and each once, and say who stands now in the blocks that they come into."""
        touched = self._touched(packed, 1)
        if self._last.size + len(packed) <= self._few // _LAST:
            self._last.put(packed)
            return touched
        self._late.put(self._last.seen())
        self._late.put(packed)
        self._last.size = 0
        if (self._late.size - self._few) * _SHARE > len(self._base):
            self._lay(self.whole())
        return touched

    def _touched(self, packed: U64, new: int) -> Touched:
        parts = self._base, self._begins, self._shift, self._late.seen(), self._last.seen()
        return Touched(*_gathered(*parts, packed, new))


@compiled
def _insert(space: U64, size: int, more: U64) -> None:
    """Put sorted numbers in among the first `size` of a space, from the back: each moves once at most."""
    at, to = size - 1, size + len(more) - 1
    for place in range(len(more) - 1, -1, -1):
        while at >= 0 and space[at] > more[place]:
            space[to] = space[at]
            at -= 1
            to -= 1
        space[to] = more[place]
        to -= 1


@compiled
def _gathered(base: U64, begins: I32, shift: int, late: U64, last: U64, packed: U64, new: int) -> tuple[I32, I64, I64]:
    """Who stands in the blocks of sorted keys, and, if these are `new`, their own rows behind."""
    inside, filled = np.empty(_ROOM + 2 * len(packed), dtype=np.int32), 0
    sizes, before = np.empty(len(packed), dtype=np.int64), np.empty(len(packed), dtype=np.int64)
    firsts = _firsts(base, begins, shift, packed)
    used = start = at_late = at_last = 0
    while start < len(packed):
        lowest = packed[start] >> SHIFT << SHIFT
        at, at_late, at_last = firsts[start], _leap(late, lowest, at_late), _leap(last, lowest, at_last)
        ends = _past(base, lowest, at), _past(late, lowest, at_late), _past(last, lowest, at_last)
        end = _past(packed, lowest, start)
        stood = ends[0] - at + ends[1] - at_late + ends[2] - at_last
        size = stood + new * (end - start)
        if size > new:
            inside = _roomy(inside, filled, size)
            filled = _fill(inside, filled, base, at, ends[0])
            filled = _fill(inside, filled, late, at_late, ends[1])
            filled = _fill(inside, filled, last, at_last, ends[2])
            filled = _fill(inside, filled, packed, start, start + size - stood)
            sizes[used], before[used] = size, stood
            used += 1
        at_late, at_last, start = ends[1], ends[2], end
    return (inside[:filled], sizes[:used], before[:used])


@compiled
def _firsts(base: U64, begins: I32, shift: int, packed: U64) -> I64:
    """Where the block of each key begins in the large part, or would. All at once: memory answers many in one go."""
    found = np.empty(len(packed), dtype=np.int64)
    for place in range(len(packed)):
        lowest = packed[place] >> SHIFT << SHIFT
        lot = np.int64(lowest >> np.uint64(shift))
        found[place] = _halved(base, lowest, int(begins[lot]), int(begins[lot + 1]))
    return found


@compiled
def _leap(ranked: U64, lowest: np.uint64, start: int) -> int:
    """Where a block begins, not before `start`: by ever longer leaps, since the next block is mostly near."""
    leap = 1
    while start + leap <= len(ranked) and ranked[start + leap - 1] < lowest:
        start += leap
        leap *= 2
    return _halved(ranked, lowest, start, min(start + leap - 1, len(ranked)))


@compiled
def _halved(ranked: U64, lowest: np.uint64, low: int, high: int) -> int:
    """Where it begins between two places. Which way a step goes is chance: so no step is a branch."""
    left = high - low
    while left > 0:
        half = (left + 1) // 2
        low += half * int(ranked[low + half - 1] < lowest)
        left -= half
    return low


@compiled
def _past(ranked: U64, lowest: np.uint64, start: int) -> int:
    """Where the block that begins at `start` ends."""
    highest = lowest | PLACE
    while start < len(ranked) and ranked[start] <= highest:
        start += 1
    return start


@compiled
def _roomy(inside: I32, filled: int, more: int) -> I32:
    if filled + more <= len(inside):
        return inside
    larger = np.empty(2 * (filled + more), dtype=np.int32)
    larger[:filled] = inside[:filled]
    return larger


@compiled
def _fill(inside: I32, filled: int, ranked: U64, start: int, end: int) -> int:
    for place in range(start, end):
        inside[filled] = np.int32(ranked[place] & PLACE)
        filled += 1
    return filled
