"""The distinct values of groups as arrays, and how the values of one component stand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.edges import ranges
from dedupe.table import I8, I32, I64, U64, Mask

U16 = NDArray[np.uint16]
Places: TypeAlias = I32 | I64
Steps: TypeAlias = Callable[[I32, I32], I8]
Number = TypeVar("Number", np.int64, np.uint64)
_CHUNK = 1 << 20
LARGEST_SET = 512
"""Values of one column up to which all pairs of a component are compared beforehand."""
_ODD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Sets:
    """Distinct values of every group: those of group i are `value[start[i]:start[i + 1]]`."""

    start: I64
    value: I32

    @classmethod
    def of(cls, group: I32, value: I32, groups: int) -> Sets:
        """From one value a row, -1 for none."""
        said = value >= 0
        packed = _distinct((group[said].astype(np.int64) << 32) | value[said])
        return cls(_starts(np.bincount(packed >> 32, minlength=groups)), (packed & 0xFFFFFFFF).astype(np.int32))

    def sizes(self) -> I64:
        """How many values each group has."""
        return np.diff(self.start)

    def owners(self) -> I32:
        """The group of every value."""
        return np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), self.sizes())

    def some(self, groups: I32) -> Sets:
        """Those of some groups, numbered as given."""
        start = _starts(self.sizes()[groups])
        return Sets(start, self.value[ranges(self.start[groups], self.start[groups + 1])])

    def merged(self, into: I32, groups: int) -> Sets:
        """The same values under other groups."""
        return Sets.of(into[self.owners()], self.value, groups)

    def within(self, left: I32, right: I32) -> Mask:
        """Where every value of one group is a value of the other as well."""
        sizes = self.sizes()[left]
        packed = (self.owners().astype(np.int64) << 32) | self.value
        edge = np.repeat(np.arange(len(left)), sizes)
        wanted = (right[edge].astype(np.int64) << 32) | self.value[ranges(self.start[left], self.start[left + 1])]
        places = np.minimum(np.searchsorted(packed, wanted), max(len(packed) - 1, 0))
        inside = np.ones(len(left), dtype=bool)
        if len(wanted):
            inside[edge[packed[places] != wanted]] = False
        return inside

    def crossed(self, left: I32, right: I32, steps: Steps) -> U16:
        """Per pair of groups one bit for every step that some value of one and some value of the other stand in."""
        wide = self.sizes()
        counts = wide[left] * wide[right]
        found = np.zeros(len(left), dtype=np.uint16)
        todo = np.flatnonzero(counts)
        for part in _parts(counts[todo]):
            found[todo[part]] = self._crossed(left[todo[part]], right[todo[part]], counts[todo[part]], steps)
        return found

    def _crossed(self, left: I32, right: I32, counts: I64, steps: Steps) -> U16:
        one, other = self._pairs(left, right, counts)
        flags = np.left_shift(np.uint16(1), steps(self.value[one], self.value[other]).astype(np.uint16))
        return np.bitwise_or.reduceat(flags, np.cumsum(counts) - counts)

    def _pairs(self, left: Places, right: Places, counts: I64) -> tuple[I64, I64]:
        """The places of the values of all pairs."""
        wide = np.repeat(self.sizes()[right], counts)
        inside = ranges(np.zeros_like(counts), counts)
        down = inside // wide
        return np.repeat(self.start[left], counts) + down, np.repeat(self.start[right], counts) + inside - down * wide


@dataclass(frozen=True, slots=True)
class Answers:
    """How the distinct values of each component stand to each other, worked out once for all rounds.

    A value of a component has a number of its own here. `row` is where its answers begin and `rank` its place in the
    answers of others; `row` is -1 in a component with too many values, whose pairs are compared when they are asked
    for. `packed` are component and value of every number.
    """

    packed: I64
    row: I64
    rank: I64
    table: I8
    steps: Steps

    @classmethod
    def of(cls, component: I32, value: I32, steps: Steps) -> Answers:
        """From one value a row, -1 for none."""
        said = value >= 0
        packed = _distinct((component[said].astype(np.int64) << 32) | value[said])
        owner = packed >> 32
        sizes = np.bincount(owner)
        sets = Sets(_starts(sizes), (packed & 0xFFFFFFFF).astype(np.int32))
        counts = np.where(sizes <= LARGEST_SET, sizes * sizes, 0)
        table = np.empty(int(counts.sum()), dtype=np.int8)
        todo = np.flatnonzero(counts)
        begins = _starts(counts)
        for part in _parts(counts[todo]):
            one, other = sets._pairs(todo[part], todo[part], counts[todo[part]])
            first = begins[todo[part][0]]
            table[first : first + len(one)] = steps(sets.value[one], sets.value[other])
        rank = np.arange(len(packed)) - sets.start[owner]
        row = np.where(counts[owner] > 0, begins[owner] + rank * sizes[owner], -1)
        return cls(packed, row, rank, table, steps)

    def numbers(self, component: I32, value: I32) -> I32:
        """The number of each row's value, -1 for none."""
        found = np.full(len(value), -1, dtype=np.int32)
        said = np.flatnonzero(value >= 0)
        found[said] = np.searchsorted(self.packed, (component[said].astype(np.int64) << 32) | value[said])
        return found

    def __call__(self, left: I32, right: I32) -> I8:
        """The steps of pairs of numbers of one component."""
        row = self.row[left]
        large = row < 0
        if not large.any():
            answers: I8 = self.table[row + self.rank[right]]
            return answers
        found = np.empty(len(left), dtype=np.int8)
        found[~large] = self.table[row[~large] + self.rank[right[~large]]]
        one, other = self.packed[left[large]] & 0xFFFFFFFF, self.packed[right[large]] & 0xFFFFFFFF
        found[large] = self.steps(one.astype(np.int32), other.astype(np.int32))
        return found

    def mixed(self, bad: int, components: int) -> Mask:
        """Components in which some two values stand in a bad step, or which have too many values to see."""
        found = np.zeros(components, dtype=bool)
        owner = self.packed >> 32
        found[owner[self.row < 0]] = True
        if len(self.table):
            seen = np.flatnonzero(self.row >= 0)
            flags = np.left_shift(np.uint16(1), self.table.astype(np.uint16))
            wrong = np.bitwise_or.reduceat(flags & np.uint16(bad), self.row[seen]) != 0
            found[owner[seen[wrong]]] = True
        return found

    def kinds(self, bad: int) -> I32:
        """One number for all values that stand in a bad step to the same others, -1 for those that do to none.

        In a component with too many values each value is a kind of its own.
        """
        mixed = (self.packed.astype(np.uint64) + np.uint64(1)) * _ODD
        mixed ^= mixed >> np.uint64(29)
        mixed *= _MIX
        found = mixed.copy()
        seen = np.flatnonzero(self.row >= 0)
        if len(seen):
            sizes = np.diff(np.append(self.row[seen], len(self.table)))
            others = np.repeat(seen - self.rank[seen], sizes) + ranges(np.zeros_like(sizes), sizes)
            wrong = (np.left_shift(np.uint16(1), self.table.astype(np.uint16)) & np.uint16(bad)) != 0
            found[seen] = np.add.reduceat(np.where(wrong, mixed[others], np.uint64(0)), self.row[seen])
        distinct = _distinct(found)
        kinds = np.searchsorted(distinct, found).astype(np.int32)
        kinds[found == 0] = -1
        return kinds


def _starts(sizes: NDArray[np.integer]) -> I64:
    start = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=start[1:])
    return start


def _distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    ranked = np.sort(numbers)
    return ranked[np.concatenate(([True], ranked[1:] != ranked[:-1]))] if len(ranked) else ranked


def _parts(counts: I64) -> list[slice]:
    """Neighbours that make no more than so many pairs together, or one alone that makes more."""
    if not len(counts):
        return []
    ends = np.cumsum(counts)
    if ends[-1] <= _CHUNK:
        return [slice(0, len(counts))]
    cuts = [0]
    while cuts[-1] < len(counts):
        done = int(ends[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(max(int(np.searchsorted(ends, done + _CHUNK, side="right")), cuts[-1] + 1))
    return [slice(begin, end) for begin, end in pairwise(cuts)]


def pair_numbers(left: NDArray[np.integer], right: NDArray[np.integer]) -> U64:
    """Pairs of groups as one number each, the smaller in the upper half."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    numbers: U64 = (low.astype(np.uint64) << np.uint64(32)) | high.astype(np.uint64)
    return numbers
