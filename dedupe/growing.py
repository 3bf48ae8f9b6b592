"""A table that more complaints can be added to without touching those that stand in it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.edges import ranges
from dedupe.table import I32, I64, U64, VALUES, VALUES_OF, WORDS_IN, Crews, Table, Values, Words, known_by

LATE = 50_000
"""So many new keys wait in a small index before the large one takes them in."""
_SHARE = 8
_LEAST = 1024
ROWS = tuple(one.name for one in fields(Table) if one.name not in VALUES)
"""The columns of a table that have one entry a complaint."""


class Column:
    """An array with as much room behind it; room that nobody wrote to costs no memory.

    What was looked at stays as it is when more is written.
    """

    def __init__(self, start: NDArray[Any]) -> None:
        self.size = 0
        self.space = _room(start, len(start))
        self.extend(start)

    def extend(self, more: NDArray[Any]) -> None:
        """Write more behind the end."""
        end = self.size + len(more)
        if end > len(self.space):
            larger = _room(self.space, end)
            larger[: self.size] = self.space[: self.size]
            self.space = larger
        self.space[self.size : end] = more
        self.size = end

    def seen(self) -> NDArray[Any]:
        """What is written so far."""
        return self.space[: self.size]


def _room(like: NDArray[Any], size: int) -> NDArray[Any]:
    return np.empty((2 * size + _LEAST, *like.shape[1:]), dtype=like.dtype)


class KeyIndex:
    """Values' numbers by key: a large sorted part, and a small one for what came late."""

    def __init__(self, keys: U64) -> None:
        self.size = len(keys)
        self.keys, self.numbers = _sorted(keys, np.arange(len(keys), dtype=np.int32))
        self.late_keys, self.late_numbers = self.keys[:0], self.numbers[:0]

    def find(self, keys: U64) -> I32:
        """The number of each key, -1 where it is not known."""
        keys, back = _sorted(keys, np.arange(len(keys), dtype=np.int32))
        found = np.maximum(_found(self.keys, self.numbers, keys), _found(self.late_keys, self.late_numbers, keys))
        numbers = np.empty_like(found)
        numbers[back] = found
        return numbers

    def place(self, keys: U64) -> tuple[I32, I64]:
        """The number of each key, and where those stand that were not known and have a number from now on."""
        keys, back = _sorted(keys, np.arange(len(keys), dtype=np.int32))
        found = _found(self.keys, self.numbers, keys)
        unknown = np.flatnonzero(found < 0)
        if len(unknown) and len(self.late_keys):
            found[unknown] = _found(self.late_keys, self.late_numbers, keys[unknown])
            unknown = unknown[found[unknown] < 0]
        numbers = np.empty_like(found)
        numbers[back] = found
        if not len(unknown):
            return numbers, unknown
        fresh = np.sort(back[unknown]).astype(np.int64)
        numbers[fresh] = np.arange(self.size, self.size + len(fresh), dtype=np.int32)
        self._add(keys[unknown], numbers[back[unknown]])
        return numbers, fresh

    def _add(self, keys: U64, numbers: I32) -> None:
        """Take in sorted keys that are new."""
        self.size += len(keys)
        self.late_keys, self.late_numbers = _merged(self.late_keys, self.late_numbers, keys, numbers)
        if len(self.late_keys) > max(LATE, len(self.keys) // _SHARE):
            self.keys, self.numbers = _merged(self.keys, self.numbers, self.late_keys, self.late_numbers)
            self.late_keys, self.late_numbers = self.keys[:0], self.numbers[:0]


def _sorted(keys: U64, numbers: I32) -> tuple[U64, I32]:
    order = np.argsort(keys, kind="stable")
    return keys[order], numbers[order]


def _found(known: U64, numbers: I32, keys: U64) -> I32:
    """The numbers of sorted keys, -1 for those that are not known."""
    if not len(known):
        return np.full(len(keys), -1, dtype=np.int32)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, numbers[at], np.int32(-1))


def _merged(keys: U64, numbers: I32, more: U64, their: I32) -> tuple[U64, I32]:
    at = np.searchsorted(keys, more)
    return np.insert(keys, at, more), np.insert(numbers, at, their)


class _Kind:
    """All values of one kind."""

    def __init__(self, values: Values, words: tuple[str, ...] = ()) -> None:
        self.kind = type(values)
        self.words = words
        self.text = list(values.text) if isinstance(values, Words) else []
        self.columns = {one.name: Column(getattr(values, one.name)) for one in fields(values) if one.name != "text"}
        self.index = KeyIndex(known_by(values))

    def take_in(self, small: Values, words: I32) -> I32:
        """The number here of each value of a small table; what is new is written behind the others."""
        numbers, fresh = self.index.place(known_by(small))
        if not len(fresh):
            return numbers
        if isinstance(small, Words):
            self.text += [small.text[number] for number in fresh.tolist()]
        if isinstance(small, Crews):
            self._rosters(small, fresh)
            return numbers
        for name, column in self.columns.items():
            more = getattr(small, name)[fresh]
            column.extend(words[more] if name in self.words else more)
        return numbers

    def _rosters(self, small: Crews, fresh: I64) -> None:
        sizes = np.diff(small.start)[fresh]
        members, start = self.columns["member"], self.columns["start"]
        start.extend(members.size + np.cumsum(sizes))
        members.extend(small.member[ranges(small.start[fresh], small.start[fresh + 1])])
        self.columns["key"].extend(small.key[fresh])

    def seen(self) -> Any:
        """All values so far."""
        found: dict[str, Any] = {name: column.seen() for name, column in self.columns.items()}
        return self.kind(text=self.text, **found) if self.kind is Words else self.kind(**found)


class Growing:
    """A table with room. Adding costs what is added, not what is there, but for the rare time the room is used up."""

    def __init__(self, table: Table) -> None:
        self.kinds = {name: _Kind(getattr(table, name), WORDS_IN.get(name, ())) for name in VALUES}
        self.rows = {name: Column(getattr(table, name)) for name in ROWS}

    def __len__(self) -> int:
        return self.rows["uid"].size

    def append(self, small: Table) -> I32:
        """Add complaints behind the others; the numbers of their rows. Values that are known keep their numbers."""
        words = self.kinds["words"].take_in(small.words, np.zeros(0, dtype=np.int32))
        numbers = {"words": words}
        for name in VALUES[1:]:
            numbers[name] = self.kinds[name].take_in(getattr(small, name), words)
        before = len(self)
        for name, column in self.rows.items():
            said = getattr(small, name)
            column.extend(renumbered(numbers[VALUES_OF[name]], said) if name in VALUES_OF else said)
        return np.arange(before, len(self), dtype=np.int32)

    @property
    def table(self) -> Table:
        """All complaints so far. No column changes when more are added, only the list of words grows longer."""
        found: dict[str, Any] = {name: kind.seen() for name, kind in self.kinds.items()}
        found |= {name: column.seen() for name, column in self.rows.items()}
        return Table(**found)


def renumbered(numbers: I32, said: I32) -> I32:
    """A column of values with other numbers; who said nothing still says nothing."""
    found: I32 = np.append(numbers, np.int32(-1))[said]
    return found
