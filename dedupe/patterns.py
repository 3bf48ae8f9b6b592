"""Patterns of levels: what all fields say about a pair as one integer, and the weight of each pair by table look-up.

Made for any fields: a row of level counts (`sizes`) is all that is known of them. Weights are whole numbers, 1024 to
the bit: their sum is the same in every order, on every machine and wherever a pair stands, so a pair compared alone
scores to the last digit what it scores among five million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.compiled import compiled
from dedupe.rows import starts_of
from dedupe.table import I8, I32, I64

UNIT = 1024
"""Whole numbers to one bit of evidence."""
_LOOK_UP = 12
"""Bits of one look-up table: three columns of it fit the processor's own memory."""
AT_ONCE = 1 << 12
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
    _pack(np.ascontiguousarray(levels.T), np.asarray(widths(sizes), dtype=np.int64), packed)
    return packed


@compiled
def _pack(columns: I8, wide: I64, packed: I64) -> None:
    for begin in range(0, len(packed), AT_ONCE):
        part = packed[begin : begin + AT_ONCE]
        for position in range(len(wide)):
            width, column = wide[position], columns[position, begin : begin + AT_ONCE]
            for pair in range(len(part)):
                part[pair] = (part[pair] << width) + column[pair] + 1


def unpack(packed: I64, sizes: Sequence[int]) -> I8:
    """The levels of packed patterns."""
    return _unpacked(packed, np.asarray(widths(sizes), dtype=np.int64))


@compiled
def _unpacked(packed: I64, wide: I64) -> I8:
    levels = np.empty((len(packed), len(wide)), dtype=np.int8)
    for pair in range(len(packed)):
        rest = packed[pair]
        for position in range(len(wide) - 1, -1, -1):
            levels[pair, position] = (rest & ((1 << wide[position]) - 1)) - 1
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

    `start` is the weight of each class before anything was said. `groups` are neighbouring fields, one group a row:
    where their bits begin in a packed pattern, what is left of them below, and where the weights of their combinations
    begin in `bits`, classes x combinations.
    """

    start: I32
    groups: I64
    bits: I32

    @classmethod
    def of(cls, start: I32, tables: Sequence[I32]) -> Weights:
        """From one table a field, levels x classes."""
        wide = widths([len(table) for table in tables])
        groups, bits = [], []
        below, begin = sum(wide), 0
        for fields in _together(wide):
            width = sum(wide[one] for one in fields)
            below -= width
            groups.append((below, (1 << width) - 1, begin))
            bits.append(_combined([tables[one] for one in fields], [wide[one] for one in fields]))
            begin += len(bits[-1])
        return cls(start, np.asarray(groups, dtype=np.int64), np.ascontiguousarray(np.concatenate(bits).T))

    def of_pairs(self, packed: I64) -> I32:
        """The weight of every packed pair, classes x pairs. Silence weighs nothing."""
        found = np.empty((len(self.start), len(packed)), dtype=np.int32)
        _weigh(packed, self.start, self.groups, self.bits, found)
        return found


@compiled
def _weigh(packed: I64, start: I32, groups: I64, bits: I32, found: I32) -> None:
    for kind in range(len(start)):
        sums = found[kind]
        sums[:] = start[kind]
        for group in range(len(groups)):
            below, mask, begin = groups[group, 0], groups[group, 1], groups[group, 2]
            column = bits[kind, begin : begin + mask + 1]
            for pair in range(len(packed)):
                sums[pair] += column[(packed[pair] >> below) & mask]


def _together(wide: Sequence[int]) -> list[list[int]]:
    """Neighbouring fields whose combinations fit one look-up table."""
    groups: list[list[int]] = []
    for field, width in enumerate(wide):
        if groups and width + sum(wide[one] for one in groups[-1]) <= _LOOK_UP:
            groups[-1].append(field)
        else:
            groups.append([field])
    return groups


def _combined(tables: Sequence[I32], wide: Sequence[int]) -> I32:
    """The weight of every combination of some fields' levels, combinations x classes, silence first; unused
    combinations weigh nothing."""
    classes = tables[0].shape[1]
    found = np.zeros((1, classes), dtype=np.int32)
    for table, width in zip(tables, wide, strict=True):
        padded = np.zeros((1 << width, classes), dtype=np.int32)
        padded[1 : len(table) + 1] = table
        found = (found[:, None] + padded[None, :]).reshape(-1, classes)
    return found


def either(one: I32, other: I32) -> I32:
    """The weight of "one or the other": log2 of the sum of two chances given as weights."""
    found = np.empty(len(one), dtype=np.int32)
    _either(one, other, _GAIN, found)
    return found


@compiled
def _either(one: I32, other: I32, gain: I32, found: I32) -> None:
    for pair in range(len(found)):
        found[pair] = max(one[pair], other[pair]) + gain[min(abs(one[pair] - other[pair]), len(gain) - 1)]
