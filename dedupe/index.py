"""The keys of everything that is stored, so that a few new complaints find their pairs without a look at the others.

Every column of keys is one sorted array of numbers, a block in the upper 40 bits and a row in the lower 24, with a
small later part beside it. New rows touch a few blocks; only these are worked out again. A large block that grows also
takes pairs back: who stands between two neighbours parts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.block_changes import NOTHING, Blocks, Turn, has_new, walked, without_walks
from dedupe.edges import ranges, unpacked
from dedupe.key_parts import PARTS
from dedupe.keys import key_columns, order_words, who
from dedupe.pairs import MOST_ROWS, PLACE, SHIFT, KeyColumn, block_of
from dedupe.rows import each, once, starts_of
from dedupe.standing_order import StandingOrder
from dedupe.table import I32, U64, Mask, Table

_Kind = TypeVar("_Kind", bound=np.generic)
_SHARE = 8
"""The later part of a column may grow to this part of it, and `FEW` more."""
FEW = 4096
_LATE = 16
"""The later part of an order may be so many times larger: it is brought in at greater cost."""
_ONE, _HALF = np.uint64(1), np.uint64(32)
_SEVERAL = 256
"""So many new rows are worth two threads."""
_EMPTY: U64 = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Change:
    """What new rows do to the candidates. `pairs` are packed, sorted, each once; `delta` counts as `Candidates.times`.

    A pair with a new row is a new candidate. Between two old rows the count changes, mostly down: at 0 the pair is a
    candidate no longer.
    """

    pairs: U64
    delta: I32
    fresh: Mask

    def new(self) -> tuple[I32, I32]:
        """The rows of the new candidates."""
        return unpacked(self.pairs[self.fresh])


@dataclass(slots=True)
class _Shelf:
    """The keys of one column with their rows, sorted."""

    base: U64
    few: int
    late: U64 = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    def of(self, blocks: U64) -> U64:
        """What stands in these blocks, which are sorted and each given once."""
        return np.concatenate([_within(part, blocks) for part in (self.base, self.late) if len(part)] or [self.late])

    def add(self, packed: U64) -> None:
        """Put sorted keys in."""
        self.late = _merged(self.late, packed)
        if (len(self.late) - self.few) * _SHARE > len(self.base):
            self.base, self.late = _merged(self.base, self.late), self.late[:0].copy()


def _within(part: U64, blocks: U64) -> U64:
    starts = np.searchsorted(part, blocks << SHIFT)
    ends = np.searchsorted(part, (blocks + _ONE) << SHIFT)
    return part[ranges(starts, ends)]


def _merged(one: U64, other: U64) -> U64:
    """Two sorted arrays as one; the stable sort runs through what is sorted already."""
    both = np.concatenate([one, other])
    both.sort(kind="stable")
    return both


class Index:
    """Key columns, order words and uids of all rows. New rows are numbered on from the last."""

    def __init__(self, columns: Iterable[KeyColumn], words: Sequence[U64], uids: U64, *, few: int = FEW) -> None:
        self._size = len(uids)
        self._uids = uids.copy()
        self._orders = [StandingOrder(word, uids, _LATE * few) for word in words]
        self._near, self._who = np.zeros((2, len(uids)), dtype=np.int32)
        self._shelves = []
        for column in columns:
            self._shelves.append(_Shelf(_packed(column, 0), few))
            self._note(column, 0)

    @classmethod
    def of(cls, table: Table) -> Index:
        """The index of all rows of a table. One column of keys after the other stands in memory."""
        return cls((make() for make in key_columns(table)), order_words(table), table.uid)

    @classmethod
    def laid(cls, table: Table, shelves: Sequence[U64]) -> Index:
        """The index of a table whose `shelves` were kept."""
        made = cls((), order_words(table), table.uid)
        made._shelves = [_Shelf(shelf, FEW) for shelf in shelves]
        made._near[:], made._who[:] = table.district, who(PARTS["surname"](table))
        return made

    def shelves(self) -> list[U64]:
        """Every column's keys with their rows, sorted: what takes longest to make."""
        return [_merged(one.base, one.late) if len(one.late) else one.base for one in self._shelves]

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that stand in memory."""
        shelves = sum(shelf.base.nbytes + shelf.late.nbytes for shelf in self._shelves)
        orders = sum(order.nbytes for order in self._orders)
        return shelves + orders + self._uids.nbytes + self._near.nbytes + self._who.nbytes

    def rows_of(self, column: int, keys: U64) -> I32:
        """All rows that have one of these keys in a column, sorted, each once."""
        blocks = once(np.sort(block_of(keys[keys > 0])))
        return each(self._shelves[column].of(blocks) & PLACE)

    def add(self, columns: Sequence[KeyColumn], words: Sequence[U64], uids: U64) -> Change:
        """Take new rows in, and say what becomes of the candidates. The columns are those the index was made of."""
        old = self._size
        if old + len(uids) > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} rows in one index")
        self._grow(words, uids)
        for column in columns:
            self._note(column, old)
        both = list(zip(self._shelves, columns, strict=True))
        if len(uids) < _SEVERAL:
            return self._added(both, old, map)
        with ThreadPoolExecutor(max_workers=2) as pool:
            return self._added(both, old, pool.map)

    def _added(self, both: list[tuple[_Shelf, KeyColumn]], old: int, over: Callable[..., Iterable[Any]]) -> Change:
        """The work of `add`, column by column and then walk by walk."""
        turns: list[Turn] = []
        large: list[Blocks] = []
        for blocks, turn in over(lambda one: self._put(one[0], one[1], old), both):
            turns.append(turn)
            large += blocks
        walks = [(blocks, self._orders[order]) for blocks in large for order in blocks.column.limits.orders]
        turns += over(lambda walk: walked(*walk), walks)
        return _change([now for now, _ in turns], [gone for _, gone in turns], old)

    def _put(self, shelf: _Shelf, column: KeyColumn, old: int) -> tuple[list[Blocks], Turn]:
        """Put the new keys of a column in: its touched blocks that are walked, and what changes without walks."""
        full = replace(
            column,
            near=None if column.near is None else self._near,
            who=None if column.who is None else self._who,
        )
        packed = _packed(column, old)
        touched = once(block_of(packed))
        inside = np.concatenate([shelf.of(touched), packed])
        shelf.add(packed)
        if len(inside) == len(touched):
            return NOTHING
        inside.sort(kind="stable")  # three sorted runs: it merges them
        blocks = Blocks.of(full, inside, old)
        blocks = blocks.those(blocks.sizes > 1)
        return blocks.large(), without_walks(blocks)

    def _note(self, column: KeyColumn, start: int) -> None:
        """Keep where rows are and who speaks; every column that says it says the same."""
        for mine, theirs in ((self._near, column.near), (self._who, column.who)):
            if theirs is not None:
                mine[start : start + len(theirs)] = theirs

    def _grow(self, words: Sequence[U64], uids: U64) -> None:
        after = self._size + len(uids)
        if after > len(self._uids):
            room = after + after // 16
            self._uids = _widened(self._uids, room)
            self._near, self._who = _widened(self._near, room), _widened(self._who, room)
        self._uids[self._size : after] = uids
        rows = np.arange(self._size, after, dtype=np.int32)
        for order, theirs in zip(self._orders, words, strict=True):
            order.add(theirs, self._uids[:after], rows)
        self._size = after


def _change(gained: list[U64], parted: list[U64], old: int) -> Change:
    """What is gained less what is taken back, pair by pair: both rows and a sign have room in one number."""
    now, gone = np.concatenate([*gained, _EMPTY]), np.concatenate([*parted, _EMPTY])
    signed = np.concatenate([_short(now) << _ONE, _short(gone) << _ONE | _ONE])
    signed.sort()
    short = signed >> _ONE
    first = np.flatnonzero(starts_of(short))
    less = (signed & _ONE).astype(np.int32)
    delta = np.add.reduceat(1 - 2 * less, first).astype(np.int32) if len(first) else less
    first, delta = first[delta != 0], delta[delta != 0]
    short = short[first]
    pairs = (short >> SHIFT << _HALF) | (short & PLACE)
    return Change(pairs, delta, has_new(pairs, old))


def _short(packed: U64) -> U64:
    """A pair in 48 bits."""
    return (packed >> _HALF << SHIFT) | (packed & PLACE)


def _packed(column: KeyColumn, before: int) -> U64:
    """Blocks with rows, numbered on from those before, sorted, each once."""
    found = (column.keys & ~PLACE) | (column.rows.astype(np.uint64) + np.uint64(before))
    found.sort()
    return once(found)


def _widened(column: NDArray[_Kind], room: int) -> NDArray[_Kind]:
    found = np.zeros(room, dtype=column.dtype)
    found[: len(column)] = column
    return found
