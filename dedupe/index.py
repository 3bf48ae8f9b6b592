"""The keys of everything that is stored, so that a few new complaints find their pairs without a look at the others.

Every column of keys is one sorted array of numbers, a block in the upper 40 bits and a row in the lower 24, with a
small later part beside it. New rows touch a few blocks; only these are worked out again. A large block that grows also
takes pairs back: who stands between two neighbours parts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dedupe.edges import ranges
from dedupe.keys import columns_of, key_columns, order_words
from dedupe.pairs import MOST_ROWS, PLACE, SHIFT, KeyColumn, Limits, block_of, followers, order_by, pack, unpack
from dedupe.table import I32, I64, U64, Mask, Table

_SHARE = 8
"""The later part of a column may grow to this part of it, and `FEW` more."""
FEW = 4096
_ONE = np.uint64(1)
_LOW = np.uint64(0xFFFFFFFF)
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
        return unpack(self.pairs[self.fresh])


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


@dataclass(frozen=True, slots=True)
class _Large:
    """The touched large blocks of one column: their rows, block after block.

    `fresh`: those that were small before the new rows came.
    """

    limits: Limits
    fresh: bool
    rows: I32
    sizes: I64


class Index:
    """Key columns, order words and uids of all rows. New rows are numbered on from the last."""

    def __init__(self, columns: Iterable[KeyColumn], words: Sequence[U64], uids: U64, *, few: int = FEW) -> None:
        self._shelves = [_Shelf(_packed(column, 0), few) for column in columns]
        self._size = len(uids)
        self._words = [word.copy() for word in words]
        self._uids = uids.copy()
        self._place: I32 = np.zeros(len(uids), dtype=np.int32)

    @classmethod
    def of(cls, table: Table) -> Index:
        """The index of all rows of a table. One column of keys after the other stands in memory."""
        return cls((make() for make in key_columns(table)), order_words(table), table.uid)

    def add_table(self, table: Table) -> Change:
        """Take in the rows of a small table, which are new."""
        return self.add(columns_of(table), order_words(table), table.uid)

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that stand in memory."""
        shelves = sum(shelf.base.nbytes + shelf.late.nbytes for shelf in self._shelves)
        return shelves + sum(word.nbytes for word in self._words) + self._uids.nbytes + self._place.nbytes

    def rows_of(self, column: int, keys: U64) -> I32:
        """All rows that have one of these keys in a column, sorted, each once."""
        blocks = _each(np.sort(block_of(keys[keys > 0])))
        return _each(np.sort(self._shelves[column].of(blocks) & PLACE)).astype(np.int32)

    def add(self, columns: Sequence[KeyColumn], words: Sequence[U64], uids: U64) -> Change:
        """Take new rows in, and say what becomes of the candidates. The columns are those the index was made of."""
        old = self._size
        if old + len(uids) > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} rows in one index")
        self._grow(words, uids)
        gained: list[U64] = []
        parted: list[U64] = []
        large: list[_Large] = []
        for shelf, column in zip(self._shelves, columns, strict=True):
            packed = _packed(column, old)
            if not len(packed):
                continue
            blocks = _each(block_of(packed))
            inside = shelf.of(blocks)
            if len(inside) or len(blocks) < len(packed):
                gained += _small_and_large(_merged(np.sort(inside), packed), old, column.limits, large)
            shelf.add(packed)
        for now, before in self._walks(large, old):
            gained.append(now)
            parted.append(before)
        return _change(gained, parted, old)

    def _grow(self, words: Sequence[U64], uids: U64) -> None:
        after = self._size + len(uids)
        if after > len(self._uids):
            room = after + after // 16
            self._words = [_widened(word, room) for word in self._words]
            self._uids, self._place = _widened(self._uids, room), np.zeros(room, dtype=np.int32)
        for mine, theirs in zip(self._words, words, strict=True):
            mine[self._size : after] = theirs
        self._uids[self._size : after] = uids
        self._size = after

    def _walks(self, large: list[_Large], old: int) -> Iterator[tuple[U64, U64]]:
        """What large blocks give now and did not give before, and the other way round."""
        for block in large:
            if block.fresh:
                yield _EMPTY, _all_before(block, old)
        for order, words in enumerate(self._words):
            walked = [block for block in large if order in block.limits.orders]
            if not walked:
                continue
            rows = self._each_row([block.rows for block in walked])
            stand = order_by(words[rows], self._uids[rows])
            self._place[rows] = stand.place
            for block in walked:
                numbers = np.repeat(np.arange(len(block.sizes), dtype=np.uint64) << SHIFT, block.sizes)
                placed = numbers | self._place[block.rows].astype(np.uint64)
                placed.sort()
                yield _walk(rows[stand.row[(placed & PLACE).astype(np.int64)]], block, old)

    def _each_row(self, lots: list[I32]) -> I32:
        here: Mask = np.zeros(self._size, dtype=np.bool_)
        for rows in lots:
            here[rows] = True
        return np.flatnonzero(here).astype(np.int32)


def _small_and_large(inside: U64, old: int, limits: Limits, large: list[_Large]) -> list[U64]:
    """The new pairs of touched blocks that are small; those that are large are put by."""
    block = block_of(inside)
    starts = np.flatnonzero(np.concatenate(([True], block[1:] != block[:-1])))
    sizes = np.diff(starts, append=len(inside))
    rows = (inside & PLACE).astype(np.int32)
    if (sizes > limits.largest).any():
        before = np.add.reduceat((rows < old).astype(np.int64), starts)
        for fresh in (False, True):
            chosen = (sizes > limits.largest) & ((before <= limits.largest) == fresh)
            if chosen.any():
                large.append(_Large(limits, fresh, rows[np.repeat(chosen, sizes)], sizes[chosen]))
        small = sizes <= limits.largest
        rows, sizes = rows[np.repeat(small, sizes)], sizes[small]
        starts = np.cumsum(sizes) - sizes
    if not len(rows):
        return []
    found = followers(rows, starts, sizes, np.full(len(sizes), limits.largest))
    return [found[_has_new(found, old)]]


def _all_before(block: _Large, old: int) -> U64:
    """All pairs of old rows, which blocks gave as long as they were small."""
    numbers = np.repeat(np.arange(len(block.sizes)), block.sizes)
    before = block.rows < old
    sizes = np.bincount(numbers[before], minlength=len(block.sizes))
    return followers(block.rows[before], np.cumsum(sizes) - sizes, sizes, np.full(len(sizes), block.limits.largest))


def _walk(rows: I32, block: _Large, old: int) -> tuple[U64, U64]:
    """One walk through blocks whose rows stand in its order."""
    window, sizes = block.limits.window, block.sizes
    now = followers(rows, np.cumsum(sizes) - sizes, sizes, np.full(len(sizes), window))
    if block.fresh:
        return now, _EMPTY
    places = np.flatnonzero(rows < old)
    numbers = np.repeat(np.arange(len(sizes)), sizes)[places]
    parted = []
    for step in range(1, window + 1):
        one, other = places[:-step], places[step:]
        far = (numbers[:-step] == numbers[step:]) & (other - one > window)
        parted.append(pack(rows[one[far]], rows[other[far]]))
    return now[_has_new(now, old)], np.concatenate(parted)


def _change(gained: list[U64], parted: list[U64], old: int) -> Change:
    """What is gained less what is taken back, pair by pair."""
    pairs = np.concatenate([*gained, *parted, _EMPTY])
    more = sum(len(part) for part in gained)
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    first = np.flatnonzero(np.append(np.ones(min(len(pairs), 1), np.bool_), pairs[1:] != pairs[:-1]))
    counts = np.where(order < more, np.int32(1), np.int32(-1))
    delta = np.add.reduceat(counts, first).astype(np.int32) if len(pairs) else np.zeros(0, dtype=np.int32)
    pairs, delta = pairs[first[delta != 0]], delta[delta != 0]
    return Change(pairs, delta, _has_new(pairs, old))


def _has_new(packed: U64, old: int) -> Mask:
    """Which pairs have a row that was not there before: the higher one stands below."""
    newer: Mask = (packed & _LOW) >= np.uint64(old)
    return newer


def _packed(column: KeyColumn, before: int) -> U64:
    """Blocks with rows, numbered on from those before, sorted, each once."""
    found = (column.keys & ~PLACE) | (column.rows.astype(np.uint64) + np.uint64(before))
    found.sort()
    return _each(found)


def _each(ranked: U64) -> U64:
    """What is sorted, each once."""
    if len(ranked) < 2:
        return ranked
    return ranked[np.concatenate(([True], ranked[1:] != ranked[:-1]))]


def _widened(column: U64, room: int) -> U64:
    found = np.empty(room, dtype=column.dtype)
    found[: len(column)] = column
    return found
