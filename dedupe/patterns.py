"""Patterns of levels: what all fields say about a pair as one integer, and the weight of each pair by table look-up.

Made for any fields: a row of level counts (`sizes`) is all that is known of them. Weights are whole numbers, 1024 to
the bit: their sum is the same in every order, on every machine and wherever a pair stands, so a pair compared alone
scores to the last digit what it scores among five million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.table import I8, I32, I64

UNIT = 1024
"""Whole numbers to one bit of evidence."""
_LARGEST = 4096
"""Rows of one look-up table: three columns of it fit the processor's nearest memory."""
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
    packed = np.zeros(len(levels), dtype=np.int64)
    for position, width in enumerate(widths(sizes)):
        packed <<= width
        packed |= levels[:, position].astype(np.int64) + 1
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
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    return Patterns(unpack(ranked[starts], sizes), np.diff(np.append(starts, len(ranked))).astype(np.int64))


def whole(bits: np.typing.NDArray[np.float64]) -> I32:
    """Bits as whole numbers of `UNIT`."""
    rounded: I32 = np.rint(bits * UNIT).astype(np.int32)
    return rounded


@dataclass(frozen=True, slots=True)
class Weights:
    """What every level of every field weighs, one class beside the other, made ready to be looked up.

    `start` is the weight of each class before anything was said. `groups` are neighbouring fields with, per class, the
    weight of every combination of their levels.
    """

    start: I32
    groups: tuple[tuple[tuple[int, ...], tuple[int, ...], tuple[I32, ...]], ...]

    @classmethod
    def of(cls, start: I32, tables: Sequence[I32]) -> Weights:
        """From one table a field, levels x classes."""
        groups = []
        for fields in _together([len(table) + 1 for table in tables]):
            bases = tuple(len(tables[one]) + 1 for one in fields)
            groups.append((fields, bases, _combined([tables[one] for one in fields])))
        return cls(start, tuple(groups))

    def of_pairs(self, levels: I8) -> I32:
        """The weight of every pair's levels, classes x pairs. Silence weighs nothing."""
        found = np.empty((len(self.start), len(levels)), dtype=np.int32)
        for begin in range(0, len(levels), AT_ONCE):
            part, sums = levels[begin : begin + AT_ONCE], found[:, begin : begin + AT_ONCE]
            sums[:] = self.start[:, None]
            for fields, bases, columns in self.groups:
                place = np.zeros(len(part), dtype=np.int32)
                for one, base in zip(fields, bases, strict=True):
                    place *= base
                    place += part[:, one]
                    place += 1
                for kind, column in enumerate(columns):
                    sums[kind] += column[place]
        return found


def _together(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Neighbouring fields whose combinations fit one look-up table."""
    groups: list[tuple[int, ...]] = []
    room = 0
    for field, size in enumerate(sizes):
        if groups and room * size <= _LARGEST:
            groups[-1] += (field,)
            room *= size
        else:
            groups.append((field,))
            room = size
    return groups


def _combined(tables: Sequence[I32]) -> tuple[I32, ...]:
    """Per class the weight of every combination of some fields' levels, silence first."""
    classes = tables[0].shape[1]
    columns = []
    for kind in range(classes):
        column = np.zeros(1, dtype=np.int32)
        for table in tables:
            silent = np.concatenate((np.zeros(1, dtype=np.int32), table[:, kind]))
            column = (column[:, None] + silent[None, :]).ravel()
        columns.append(column)
    return tuple(columns)


def either(one: I32, other: I32) -> I32:
    """The weight of "one or the other": log2 of the sum of two chances given as weights."""
    apart = np.abs(one - other)
    np.minimum(apart, _FAR, out=apart)
    found: I32 = np.maximum(one, other) + _GAIN[apart]
    return found
