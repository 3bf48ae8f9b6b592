"""The keys of everything that is stored, so that a few new complaints find their pairs without a look at the others.

Every column of keys is a shelf. New rows touch a few blocks of it; only these are worked out again. A large block that
grows also takes pairs back: who stands between two neighbours parts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe import threads
from dedupe.block_changes import Rows, changes, middle_of, summed
from dedupe.edges import unpacked
from dedupe.key_parts import PARTS
from dedupe.keys import key_columns, order_words, who
from dedupe.pairs import MOST_ROWS, PLACE, KeyColumn, block_of
from dedupe.rows import each, once
from dedupe.shelf import Shelf
from dedupe.table import I32, U64, Mask, Table

_Kind = TypeVar("_Kind", bound=np.generic)
FEW = 4096
"""So many keys of a column may come before the first are brought in among the others."""
_SEVERAL = 256
"""So many new rows are worth two threads."""
_MANY = 16_384
"""So many pairs are sorted in two lots."""
_SHARE, _ROOM = 16, 1024
_Lot: TypeAlias = tuple[Shelf, KeyColumn, U64]
"""The shelf of a column, and what comes to it."""
_EMPTY: U64 = np.zeros(0, dtype=np.uint64)
_NOBODY: I32 = np.zeros(0, dtype=np.int32)


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


class Index:
    """Key columns, order words and uids of all rows. New rows are numbered on from the last."""

    def __init__(self, columns: Iterable[KeyColumn], words: Sequence[U64], uids: U64, *, few: int = FEW) -> None:
        self._size = len(uids)
        orders = np.asarray(words, dtype=np.uint64).reshape(len(words), len(uids))
        self._rows = _widened(Rows(_NOBODY, _NOBODY, orders, uids), len(uids))
        self._shelves = []
        for column in columns:
            self._shelves.append(Shelf(once(_sorted(_packed([column], 0))), few))
            self._note(column, 0)

    @classmethod
    def of(cls, table: Table) -> Index:
        """The index of all rows of a table. One column of keys after the other stands in memory."""
        return cls((make() for make in key_columns(table)), order_words(table), table.uid)

    @classmethod
    def laid(cls, table: Table, shelves: Sequence[U64]) -> Index:
        """The index of a table whose `shelves` were kept."""
        made = cls((), order_words(table), table.uid)
        made._shelves = [Shelf(shelf, FEW) for shelf in shelves]
        made._rows.near[: len(made)], made._rows.who[: len(made)] = table.district, who(PARTS["surname"](table))
        return made

    def shelves(self) -> list[U64]:
        """Every column's keys with their rows, sorted: what takes longest to make."""
        return [shelf.whole() for shelf in self._shelves]

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that stand in memory."""
        return sum(shelf.nbytes for shelf in self._shelves) + sum(column.nbytes for column in self._rows)

    def rows_of(self, column: int, keys: U64) -> I32:
        """All rows that have one of these keys in a column, sorted, each once."""
        blocks = once(np.sort(block_of(keys[keys > 0])))
        return each(self._shelves[column].rows_of(blocks))

    def add(self, columns: Sequence[KeyColumn], words: Sequence[U64], uids: U64) -> Change:
        """Take new rows in, and say what becomes of the candidates. The columns are those the index was made of."""
        old = self._size
        if old + len(uids) > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} rows in one index")
        self._grow(words, uids)
        for column in columns:
            self._note(column, old)
        ends = np.cumsum([len(column.keys) for column in columns])
        lots = zip(self._shelves, columns, np.split(_packed(columns, old), ends[:-1]), strict=True)
        some = [lot for lot in lots if len(lot[2])]
        if len(uids) < _SEVERAL:
            return self._added(some, old, map)
        some.sort(key=lambda lot: -len(lot[2]))
        return self._added(some, old, threads.over)

    def _added(self, some: list[_Lot], old: int, over: Callable[..., Iterable[Any]]) -> Change:
        """The work of `add`, column by column. Both rows of a pair and a sign have room in one number."""
        signed = np.concatenate([_EMPTY, *over(lambda lot: self._put(lot, old), some)])
        if len(signed) < _MANY:
            return Change(*summed(signed, old))
        low = signed < middle_of(old)
        lots = over(lambda lot: summed(lot, old), (signed[low], signed[~low]))
        return Change(*(np.concatenate(column) for column in zip(*lots, strict=True)))

    def _put(self, lot: _Lot, old: int) -> U64:
        """Put the new keys of a column in, and say what changes."""
        shelf, column, packed = lot
        touched = shelf.add(once(_sorted(packed)))
        if not len(touched.sizes):
            return _EMPTY
        return changes(touched, self._rows, column, old)

    def _note(self, column: KeyColumn, start: int) -> None:
        """Keep where rows are and who speaks; every column that says it says the same."""
        for mine, theirs in ((self._rows.near, column.near), (self._rows.who, column.who)):
            if theirs is not None:
                mine[start : start + len(theirs)] = theirs

    def _grow(self, words: Sequence[U64], uids: U64) -> None:
        after = self._size + len(uids)
        if after > len(self._rows.uids):
            self._rows = _widened(self._rows, after)
        self._rows.uids[self._size : after] = uids
        for order, theirs in enumerate(words):
            self._rows.words[order, self._size : after] = theirs
        self._size = after


def _packed(columns: Sequence[KeyColumn], before: int) -> U64:
    """Blocks with rows, numbered on from those before, column after column."""
    found: U64 = np.concatenate([_EMPTY, *(column.keys for column in columns)]) & ~PLACE
    rows = np.concatenate([_NOBODY, *(column.rows for column in columns)])
    found |= (rows + np.int32(before)).astype(np.uint64)
    return found


def _sorted(packed: U64) -> U64:
    packed.sort()
    return packed


def _widened(rows: Rows, size: int) -> Rows:
    """The same with room for so many rows and some more, which costs no memory before it is written to."""
    room = size + size // _SHARE + _ROOM
    return Rows(_wide(rows.near, room), _wide(rows.who, room), _wide(rows.words, room), _wide(rows.uids, room))


def _wide(column: NDArray[_Kind], room: int) -> NDArray[_Kind]:
    found = np.zeros((*column.shape[:-1], room), dtype=column.dtype)
    found[..., : column.shape[-1]] = column
    return found
