"""How the values of every component stand to each other: compared once for all that is asked while groups grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from dedupe.compiled import compiled
from dedupe.contradicting import EMPTY, slot_of
from dedupe.laid import COLUMNS, KEY, STEP
from dedupe.table import I8, I32, I64, Mask

Compare: TypeAlias = Callable[[I32, I32], I8]
LARGEST_SET = 512
"""Values of one column up to which all pairs of a component are compared beforehand."""
_CHUNK = 1 << 20
_ASKED = 1 << 20
"""Pairs of values that may be asked for at one time."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a lot says. Every value of a component has a number of its own here.

    `value` is each row's number, -1 for nothing, and `real` the table's number of each. The steps of a value to all
    of its component begin at `begin` of `step`, -1 where they are too many, and its own place in those of others is
    `rank`. In the components that are `doubtful` some two values stand in a bad step, or nobody knows.
    """

    value: I32
    real: I32
    begin: I64
    rank: I32
    step: I8
    doubtful: Mask
    compare: Compare

    @classmethod
    def of(cls, component: I32, said: I32, compare: Compare, bad: int) -> Column:
        """From one value a row, -1 for nothing said. `bad` has a bit for each bad step."""
        value, owner, real, sizes = _numbered(component, said, int(component.max()) + 1)
        doubtful = sizes > LARGEST_SET
        wide = np.where(doubtful, 0, sizes)
        first, squares = np.cumsum(sizes) - sizes, wide * wide
        rank = (np.arange(len(real)) - first[owner]).astype(np.int32)
        begin = (np.cumsum(squares) - squares)[owner] + rank * wide[owner]
        begin[doubtful[owner]] = -1
        step = np.empty(int(squares.sum()), dtype=np.int8)
        for start, end in _parts(wide * (wide + 1) // 2):
            one, other = _pairs(first, wide, start, end)
            _write(step, begin, rank, (one, other, compare(real[one], real[other])), (bad, owner, doubtful))
        return cls(value, real, begin, rank, step, doubtful, compare)


def silent(column: Column, rows: Mask) -> Column:
    """The same with nothing said in some rows."""
    return replace(column, value=np.where(rows, np.int32(-1), column.value))


class Answers:
    """The columns of a lot together, as `laid.Lot` has them: no two values of it share a number."""

    def __init__(self, columns: dict[int, Column], rows: int) -> None:
        self.columns = list(columns.values())
        self.starts = np.cumsum([0, *(len(one.real) for one in self.columns)])
        self.value = np.full((rows, COLUMNS), -1, dtype=np.int32)
        begins = []
        length = 0
        for (number, one), start in zip(columns.items(), self.starts.tolist(), strict=False):
            self.value[:, number] = np.where(one.value >= 0, one.value + np.int32(start), np.int32(-1))
            begins.append(np.where(one.begin >= 0, one.begin + length, -1))
            length += len(one.step)
        self.real = np.concatenate([one.real for one in self.columns])
        self.begin = np.concatenate(begins)
        self.rank = np.concatenate([one.rank for one in self.columns])
        self.step = np.concatenate([one.step for one in self.columns])
        self.known = _open_table(_ASKED if (self.begin < 0).any() else 1)

    def answer(self) -> bool:
        """Compare what was asked for since the last time. Gives whether anything was."""
        here = self.known[:-1]
        asked = here[(here[:, KEY] != EMPTY) & (here[:, STEP] < 0), KEY]
        if not len(asked):
            return False
        one, other = asked >> 32, asked & 0xFFFFFFFF
        column = np.searchsorted(self.starts, one, side="right") - 1
        found = np.empty(len(asked), dtype=np.int8)
        for number, compare in enumerate(each.compare for each in self.columns):
            mine = column == number
            found[mine] = compare(self.real[one[mine]], self.real[other[mine]])
        before = here[here[:, STEP] >= 0]
        self.known = _open_table(len(before) + len(asked) + _ASKED)
        _know(self.known, np.concatenate([before[:, KEY], asked]), np.concatenate([before[:, STEP], found]))
        return True


def _open_table(keys: int) -> I64:
    """Room for twice so many keys, and a last line that counts them."""
    found = np.full((2 * keys + 1, 2), -1, dtype=np.int64)
    found[-1, STEP] = 0
    return found


@compiled
def _numbered(component: I32, said: I32, parts: int) -> tuple[I32, I32, I32, I64]:
    """Number the distinct values of every component, one component after the other: each row's number, -1 for nothing,
    the component and the value of every number, and how many each component has."""
    mask = 1
    while mask < 2 * len(said):
        mask *= 2
    mask -= 1
    slots = np.full(mask + 1, -1, np.int32)
    one = np.full(len(said), -1, np.int32)
    sizes = np.zeros(parts + 1, np.int64)
    for row in range(len(said)):
        if said[row] >= 0:
            slot = (np.int64(component[row]) * 0x9E3779B1 + np.int64(said[row]) * 0x85EBCA6B) >> 7 & mask
            while slots[slot] >= 0 and not (
                said[slots[slot]] == said[row] and component[slots[slot]] == component[row]
            ):
                slot = (slot + 1) & mask
            if slots[slot] < 0:
                slots[slot] = row
                sizes[component[row] + 1] += 1
            one[row] = slots[slot]
    at = np.cumsum(sizes)
    owner, real = np.empty(at[parts], np.int32), np.empty(at[parts], np.int32)
    value = np.full(len(said), -1, np.int32)
    for row in range(len(said)):
        if one[row] == row:
            number = at[component[row]]
            at[component[row]] += 1
            owner[number], real[number], value[row] = component[row], said[row], number
        elif one[row] >= 0:
            value[row] = value[one[row]]
    return value, owner, real, sizes[1:].copy()


def _parts(counts: I64) -> Iterator[tuple[int, int]]:
    """Neighbours that make no more than so many pairs together, or one alone that makes more."""
    ends = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), start + 1)
        yield start, end
        start = end


@compiled
def _pairs(first: I64, sizes: I64, start: int, end: int) -> tuple[I32, I32]:
    """All pairs of values of each of some components, and each value with itself."""
    count = 0
    for part in range(start, end):
        count += sizes[part] * (sizes[part] + 1) // 2
    one, other = np.empty(count, np.int32), np.empty(count, np.int32)
    place = 0
    for part in range(start, end):
        for left in range(first[part], first[part] + sizes[part]):
            for right in range(left, first[part] + sizes[part]):
                one[place], other[place] = left, right
                place += 1
    return one, other


@compiled
def _write(step: I8, begin: I64, rank: I32, found: tuple[I32, I32, I8], doubt: tuple[int, I32, Mask]) -> None:
    """Write the steps of some pairs to their places, both ways round."""
    one, other, steps = found
    bad, owner, doubtful = doubt
    for place in range(len(one)):
        left, right = one[place], other[place]
        step[begin[left] + rank[right]] = step[begin[right] + rank[left]] = steps[place]
        if bad >> np.int64(steps[place]) & 1:
            doubtful[owner[left]] = True


@compiled
def _know(known: I64, keys: I64, steps: I64) -> None:
    """Write steps into an open table."""
    for place in range(len(keys)):
        slot = slot_of(known, keys[place])
        known[slot, KEY], known[slot, STEP] = keys[place], steps[place]
    known[-1, STEP] = len(keys)
