"""A table that more complaints can be added to without touching those that stand in it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.compiled import compiled
from dedupe.edges import ranges
from dedupe.table import I32, I64, U64, VALUES, VALUES_OF, WORDS_IN, Crews, Table, Values, Words, known_by

_LEAST = 1024
_FULL = 1.5
"""So many slots to a key are too few."""
_MIX = 0x9E3779B97F4A7C15
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
    """Values' numbers by key: each stands in the first free slot behind the one that its key falls on."""

    def __init__(self, keys: U64) -> None:
        self.keys = Column(keys)
        self.slots = _slots(self.keys.seen())

    def find(self, keys: U64) -> I32:
        """The number of each key, -1 where it is not known."""
        return _found(self.slots, self.keys.seen(), keys)

    def place(self, keys: U64) -> tuple[I32, I64]:
        """The number of each key, and where those stand that were not known and have a number from now on."""
        numbers = self.find(keys)
        fresh = np.flatnonzero(numbers < 0)
        if len(fresh):
            before = self.keys.size
            self.keys.extend(keys[fresh])
            numbers[fresh] = np.arange(before, self.keys.size, dtype=np.int32)
            if self.keys.size * _FULL > len(self.slots):
                self.slots = _slots(self.keys.seen())
            else:
                _fill(self.slots, self.keys.seen(), before)
        return numbers, fresh


def _slots(keys: U64) -> I32:
    """The slots of these keys, more than two for each."""
    slots = np.full(1 << int(2 * len(keys) + _LEAST).bit_length(), -1, dtype=np.int32)
    _fill(slots, keys, 0)
    return slots


@compiled
def _fill(slots: I32, keys: U64, start: int) -> None:
    """Write the numbers of the keys from one on into free slots."""
    for number in range(start, len(keys)):
        place = np.int64(keys[number] * np.uint64(_MIX) >> np.uint64(32)) & (len(slots) - 1)
        while slots[place] >= 0:
            place = (place + 1) & (len(slots) - 1)
        slots[place] = number


@compiled
def _found(slots: I32, known: U64, keys: U64) -> I32:
    """The numbers of keys, -1 for those that are not known."""
    found = np.empty(len(keys), dtype=np.int32)
    for number in range(len(keys)):
        place = np.int64(keys[number] * np.uint64(_MIX) >> np.uint64(32)) & (len(slots) - 1)
        while slots[place] >= 0 and known[slots[place]] != keys[number]:
            place = (place + 1) & (len(slots) - 1)
        found[number] = slots[place]
    return found


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
        padded = {name: _with_nothing(found) for name, found in numbers.items()}
        for name, column in self.rows.items():
            said = getattr(small, name)
            column.extend(padded[VALUES_OF[name]][said] if name in VALUES_OF else said)
        return np.arange(before, len(self), dtype=np.int32)

    @property
    def table(self) -> Table:
        """All complaints so far. No column changes when more are added, only the list of words grows longer."""
        found: dict[str, Any] = {name: kind.seen() for name, kind in self.kinds.items()}
        found |= {name: column.seen() for name, column in self.rows.items()}
        return Table(**found)


def renumbered(numbers: I32, said: I32) -> I32:
    """A column of values with other numbers; who said nothing still says nothing."""
    return _with_nothing(numbers)[said]


def _with_nothing(numbers: I32) -> I32:
    """With the number of nothing behind the last, where -1 leads."""
    found = np.empty(len(numbers) + 1, dtype=np.int32)
    found[:-1], found[-1] = numbers, -1
    return found
