"""Patterns of levels: what all fields say about a pair as one integer, and the weight of each pair by table look-up.

Made for any fields: a row of level counts (`sizes`) is all that is known of them. Weights are whole numbers, 1024 to
the bit: their sum is the same in every order, on every machine and wherever a pair stands, so a pair compared alone
scores to the last digit what it scores among five million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.rows import starts_of
from dedupe.table import I8, I32, I64

UNIT = 1024
"""Whole numbers to one bit of evidence."""
_LOOK_UP = 12
"""Bits of one look-up table: three columns of it fit the processor's own memory."""
AT_ONCE = 1 << 16
"""Pairs that are worked on together."""
_FAR = 14 * UNIT
"""So far apart the smaller of two chances changes nothing."""
_GAIN = np.rint(np.log2(1 + np.exp2(-np.arange(_FAR + 1) / UNIT)) * UNIT).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct patterns of levels, one a row, in order of their packed form, and how many pairs have each."""

    levels: I8
    counts: I64


def widths(sizes: Sequence[int]) -> tuple[int, ...]:
    """Bits that each field needs in a packed pattern: its levels, and one more for silence.

    Raises `ValueError` when they do not fit 63 bits.
    """
    found = tuple(int(size).bit_length() for size in sizes)
    if sum(found) > 63:
        raise ValueError(f"{len(found)} fields need {sum(found)} bits; a pattern holds 63.")
    return found


def pack(levels: I8, sizes: Sequence[int]) -> I64:
    """The levels of every pair (one a row, -1 for silence) as one integer."""
    wide = widths(sizes)
    packed = np.zeros(len(levels), dtype=np.int64)
    for begin in range(0, len(levels), AT_ONCE):
        found, part = packed[begin : begin + AT_ONCE], levels[begin : begin + AT_ONCE]
        for position, width in enumerate(wide):
            found <<= width
            found += part[:, position]
            found += 1
    return packed


def unpack(packed: I64, sizes: Sequence[int]) -> I8:
    """The levels of packed patterns."""
    wide = widths(sizes)
    levels = np.empty((len(packed), len(wide)), dtype=np.int8)
    rest = packed.copy()
    for position in range(len(wide) - 1, -1, -1):
        levels[:, position] = (rest & ((1 << wide[position]) - 1)) - 1
        rest >>= wide[position]
    return levels


def tally(packed: I64, sizes: Sequence[int]) -> Patterns:
    """The distinct patterns among packed ones, and how often each stands there."""
    if not len(packed):
        return Patterns(np.zeros((0, len(sizes)), dtype=np.int8), np.zeros(0, dtype=np.int64))
    ranked = np.sort(packed)
    starts = np.flatnonzero(starts_of(ranked))
    return Patterns(unpack(ranked[starts], sizes), np.diff(np.append(starts, len(ranked))).astype(np.int64))


def whole(bits: np.typing.NDArray[np.float64]) -> I32:
    """Bits as whole numbers of `UNIT`."""
    rounded: I32 = np.rint(bits * UNIT).astype(np.int32)
    return rounded


@dataclass(frozen=True, slots=True)
class Weights:
    """What every level of every field weighs, one class beside the other, made ready to be looked up.

    `start` is the weight of each class before anything was said. `groups` are neighbouring fields: where their bits
    begin in a packed pattern, how many there are, and per class the weight of every combination.
    """

    start: I32
    groups: tuple[tuple[int, int, tuple[I32, ...]], ...]

    @classmethod
    def of(cls, start: I32, tables: Sequence[I32]) -> Weights:
        """From one table a field, levels x classes."""
        wide = widths([len(table) for table in tables])
        groups = []
        below = sum(wide)
        for fields in _together(wide):
            width = sum(wide[one] for one in fields)
            below -= width
            groups.append((below, width, _combined([tables[one] for one in fields], [wide[one] for one in fields])))
        return cls(start, tuple(groups))

    def of_pairs(self, packed: I64) -> I32:
        """The weight of every packed pair, classes x pairs. Silence weighs nothing."""
        found = np.empty((len(self.start), len(packed)), dtype=np.int32)
        for begin in range(0, len(packed), AT_ONCE):
            part, sums = packed[begin : begin + AT_ONCE], found[:, begin : begin + AT_ONCE]
            sums[:] = self.start[:, None]
            for below, width, columns in self.groups:
                place = (part >> below) & ((1 << width) - 1)
                for kind, column in enumerate(columns):
                    sums[kind] += column[place]
        return found


def _together(wide: Sequence[int]) -> list[list[int]]:
    """Neighbouring fields whose combinations fit one look-up table."""
    groups: list[list[int]] = []
    for field, width in enumerate(wide):
        if groups and width + sum(wide[one] for one in groups[-1]) <= _LOOK_UP:
            groups[-1].append(field)
        else:
            groups.append([field])
    return groups


def _combined(tables: Sequence[I32], wide: Sequence[int]) -> tuple[I32, ...]:
    """Per class the weight of every combination of some fields' levels, silence first; unused combinations weigh
    nothing."""
    columns = []
    for kind in range(tables[0].shape[1]):
        column = np.zeros(1, dtype=np.int32)
        for table, width in zip(tables, wide, strict=True):
            padded = np.zeros(1 << width, dtype=np.int32)
            padded[1 : len(table) + 1] = table[:, kind]
            column = (column[:, None] + padded[None, :]).ravel()
        columns.append(column)
    return tuple(columns)


def either(one: I32, other: I32) -> I32:
    """The weight of "one or the other": log2 of the sum of two chances given as weights."""
    apart = np.abs(one - other)
    np.minimum(apart, _FAR, out=apart)
    found: I32 = np.maximum(one, other) + _GAIN[apart]
    return found
