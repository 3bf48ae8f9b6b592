"""What new rows do to the pairs of the blocks that they come into.

A small block gives all its pairs, a larger one what its walks give and, up to a limit, who may be one person. Blocks
only grow: new pairs come, whoever stands between two neighbours parts them, and a block that outgrows a limit takes
back what it gave under it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dedupe.edges import packed, ranges, unpacked
from dedupe.pairs import PLACE, KeyColumn, block_of, followers, may_be_one
from dedupe.rows import starts_of
from dedupe.standing_order import LABEL, StandingOrder
from dedupe.table import I32, I64, U64, Mask

_ONE, _LABEL = np.uint64(1), np.uint64(LABEL)
_LOW = np.uint64(0xFFFFFFFF)
_EMPTY: U64 = np.zeros(0, dtype=np.uint64)
MOST_BLOCKS = 1 << (64 - LABEL)
"""Blocks of one walk: a number of 64 bits holds a block and a label."""
Turn = tuple[U64, U64]
"""Pairs that are given now, and pairs that were given before and no longer are."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Touched blocks of one column, one after the other: their rows, how many they are now and were before.

    Rows from `old` on are new and stand last in their block.
    """

    column: KeyColumn
    old: int
    rows: I32
    sizes: I64
    before: I64

    @classmethod
    def of(cls, column: KeyColumn, inside: U64, old: int) -> Blocks:
        """From sorted blocks with rows."""
        block = block_of(inside)
        starts = np.flatnonzero(starts_of(block))
        rows = (inside & PLACE).astype(np.int32)
        before = np.diff(np.append(0, np.cumsum(rows < old))[np.append(starts, len(rows))])
        return cls(column, old, rows, np.diff(starts, append=len(rows)), before)

    def those(self, chosen: Mask) -> Blocks:
        """Some of the blocks."""
        if chosen.all():
            return self
        rows = self.rows[np.repeat(chosen, self.sizes)]
        return Blocks(self.column, self.old, rows, self.sizes[chosen], self.before[chosen])

    @property
    def starts(self) -> I64:
        """Where each block starts."""
        found: I64 = np.cumsum(self.sizes) - self.sizes
        return found

    def large(self) -> list[Blocks]:
        """Those that are walked, no more together than a walk can number."""
        large = np.flatnonzero(self.sizes > self.column.limits.largest)
        found = []
        for start in range(0, len(large), MOST_BLOCKS):
            chosen = np.zeros(len(self.sizes), dtype=np.bool_)
            chosen[large[start : start + MOST_BLOCKS]] = True
            found.append(self.those(chosen))
        return found


NOTHING: tuple[list[Blocks], Turn] = ([], (_EMPTY, _EMPTY))
"""What becomes of blocks in which everybody stands alone."""


def without_walks(blocks: Blocks) -> Turn:
    """What small blocks give, and larger ones of those who may be one person."""
    limits, who = blocks.column.limits, blocks.column.who
    small, was_small = blocks.sizes <= limits.largest, blocks.before <= limits.largest
    middle = ~small & (blocks.sizes <= limits.open)
    was_middle = ~was_small & (blocks.before <= limits.open)
    now = [_some(blocks, small, _with_new, None), _some(blocks, middle & was_middle, _with_new, who)]
    now.append(_some(blocks, middle & was_small, _all, who))
    gone = [_some(blocks, was_small & ~small, _of_old, None), _some(blocks, was_middle & ~middle, _of_old, who)]
    return _near(blocks, np.concatenate(now)), _near(blocks, np.concatenate(gone))


def _some(blocks: Blocks, chosen: Mask, give: Callable[[Blocks, I32 | None], U64], who: I32 | None) -> U64:
    return give(blocks.those(chosen), who) if chosen.any() else _EMPTY


def walked(blocks: Blocks, order: StandingOrder) -> Turn:
    """One walk through large blocks."""
    numbers = np.repeat(np.arange(len(blocks.sizes), dtype=np.uint64) << _LABEL, blocks.sizes)
    placed = numbers | order.labels[blocks.rows]
    placed.sort(kind="stable")  # block after block: nearly sorted
    block = (placed >> _LABEL).astype(np.int32)
    placed &= (_ONE << _LABEL) - _ONE
    rows = order.rows_of(placed)
    fresh = np.repeat(blocks.before <= blocks.column.limits.largest, blocks.sizes)
    window = blocks.column.limits.window
    near = _beside(rows, block, window, (rows >= blocks.old) | fresh)
    stay = np.flatnonzero((rows < blocks.old) & ~fresh)
    gone = _parted(rows, block, stay, window)
    return _near(blocks, near), _near(blocks, gone)


def _beside(rows: I32, block: I32, window: int, chosen: Mask) -> U64:
    """Who stands within the window of a chosen row."""
    found = []
    for step in range(1, window + 1):
        here = np.flatnonzero((chosen[step:] | chosen[:-step]) & (block[step:] == block[:-step]))
        found.append(packed(rows[here], rows[here + step]))
    return np.concatenate(found)


def _parted(rows: I32, block: I32, stay: I64, window: int) -> U64:
    """Who stood within the window of each other before others came between."""
    found = []
    for step in range(1, window + 1):
        one, other = stay[:-step], stay[step:]
        far = np.flatnonzero(other - one > window)
        one, other = one[far], other[far]
        same = block[one] == block[other]
        found.append(packed(rows[one[same]], rows[other[same]]))
    return np.concatenate(found)


def _with_new(blocks: Blocks, who: I32 | None) -> U64:
    """Each new row with those that stand before it in its block."""
    places = np.flatnonzero(blocks.rows >= blocks.old)
    starts = np.repeat(blocks.starts, blocks.sizes)[places]
    one = np.repeat(blocks.rows[places], places - starts)
    other = blocks.rows[ranges(starts, places)]
    if who is not None:
        may = may_be_one(one, other, who)
        one, other = one[may], other[may]
    return packed(one, other)


def _all(blocks: Blocks, who: I32 | None) -> U64:
    """All pairs of a block."""
    return followers(blocks.rows, blocks.starts, blocks.sizes, blocks.sizes, who)


def _of_old(blocks: Blocks, who: I32 | None) -> U64:
    """All pairs of a block's old rows."""
    rows = blocks.rows[blocks.rows < blocks.old]
    return _all(Blocks(blocks.column, blocks.old, rows, blocks.before, blocks.before), who)


def _near(blocks: Blocks, given: U64) -> U64:
    near = blocks.column.near
    return given if near is None or not len(given) else given[may_be_one(*unpacked(given), near)]


def has_new(given: U64, old: int) -> Mask:
    """Which pairs have a row that was not there before: the higher one stands below."""
    newer: Mask = (given & _LOW) >= np.uint64(old)
    return newer
