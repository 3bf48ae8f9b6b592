"""The order in which pairs are taken: best first, and which of two equal ones comes first is no accident of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe.compiled import compiled
from dedupe.laid import LEFT, PAIRED, PLACE, RIGHT, WORTH
from dedupe.table import I32, I64, U64, Mask

F32 = NDArray[np.float32]
UNIT = 1024
"""Bits are compared in parts of this."""
_MOST = 1 << 22
_ODD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_SHORT, _SHIFT, _FORTY = np.uint64(24), np.uint64(29), np.uint64(40)
_FEW = 1 << 12
"""So many keys are sorted as fast by comparing them."""
_DIGIT = 11
_DIGITS = 6
"""So many digits of so many binary places each hold a whole key."""
_LAST = np.uint64((1 << _DIGIT) - 1)


class Scored(Protocol):
    """Pairs of rows with their bits."""

    @property
    def left(self) -> I32:
        """One row of each."""

    @property
    def right(self) -> I32:
        """The other."""

    @property
    def bits(self) -> F32:
        """The score of each."""


@dataclass(frozen=True, slots=True)
class Bits:
    """Pairs of rows that may join, with their scores in bits."""

    left: I32
    right: I32
    bits: F32

    def __len__(self) -> int:
        return len(self.left)

    def at(self, places: NDArray[np.integer] | Mask) -> Bits:
        """Some of them."""
        return Bits(self.left[places], self.right[places], self.bits[places])


def best_first(uid: U64, edges: Scored) -> I64:
    """The pairs in order of their bits. Ties are broken by a mix of the two complaints' own numbers, so that of many
    equal pairs not all want the same neighbour."""
    return _ranked(uid, edges, keys_of(uid, edges))


def _ranked(uid: U64, edges: Scored, keys: U64) -> I64:
    order, ranked = _compared(keys) if len(keys) < _FEW else _by_digits(keys)
    if not (ranked[1:] == ranked[:-1]).any():
        return order
    low, high = np.minimum(uid[edges.left], uid[edges.right]), np.maximum(uid[edges.left], uid[edges.right])
    return np.lexsort((high, low, keys))


def pairs_of(uid: U64, edges: Scored) -> I32:
    """Pairs in that order, as `laid.Lot` has them."""
    keys = keys_of(uid, edges)
    return _laid(edges.left, edges.right, keys, _ranked(uid, edges, keys))


@compiled
def _laid(left: I32, right: I32, keys: U64, order: I64) -> I32:
    found = np.zeros((len(order), PAIRED), dtype=np.int32)
    for number in range(len(order)):
        place = order[number]
        found[number, LEFT], found[number, RIGHT], found[number, PLACE] = left[place], right[place], place
        found[number, WORTH] = _MOST - np.int64(keys[place] >> _FORTY)
    return found


def ranks_of(uid: U64, edges: Scored) -> U64:
    """Where each pair stands in that order, counted from 0."""
    ranks = np.empty(len(edges.left), dtype=np.uint64)
    ranks[best_first(uid, edges)] = np.arange(len(ranks), dtype=np.uint64)
    return ranks


def keys_of(uid: U64, edges: Scored) -> U64:
    """One number a pair: the lower, the earlier. Two pairs may have one number; then their complaints' numbers say."""
    return _keys(uid, edges.left, edges.right, edges.bits)


@compiled
def _keys(uid: U64, left: I32, right: I32, bits: F32) -> U64:
    keys = np.empty(len(left), dtype=np.uint64)
    for place in range(len(left)):
        low, high = uid[left[place]], uid[right[place]]
        if high < low:
            low, high = high, low
        mixed = ((low * _ODD + high) ^ (high >> _SHIFT)) * _MIX
        whole = min(max(np.rint(np.float64(bits[place]) * UNIT), -_MOST), _MOST)
        keys[place] = (np.uint64(_MOST - np.int64(whole)) << _FORTY) | (mixed >> _SHORT)
    return keys


def _compared(keys: U64) -> tuple[I64, U64]:
    order = np.argsort(keys, kind="stable")
    return order, keys[order]


@compiled
def _by_digits(keys: U64) -> tuple[I64, U64]:
    """The order of the keys, and they in it: by their last digits, then by those before them, and so on."""
    counts = np.zeros((_DIGITS, (1 << _DIGIT) + 1), dtype=np.int64)
    for key in keys:
        for digit in range(_DIGITS):
            counts[digit, np.int64(key >> np.uint64(digit * _DIGIT) & _LAST) + 1] += 1
    order, other = np.arange(len(keys)), np.empty(len(keys), dtype=np.int64)
    ranked, spare = keys.copy(), np.empty_like(keys)
    for digit in range(_DIGITS):
        if counts[digit].max() < len(keys):
            _deal(ranked, order, np.cumsum(counts[digit]), digit, spare, other)
            ranked, spare, order, other = spare, ranked, other, order
    return order, ranked


@compiled
def _deal(keys: U64, order: I64, begins: I64, digit: int, into: U64, place: I64) -> None:
    """Lay keys and their places out by one digit, those that are equal as they stand."""
    shift = np.uint64(digit * _DIGIT)
    for one in range(len(keys)):
        value = np.int64(keys[one] >> shift & _LAST)
        into[begins[value]] = keys[one]
        place[begins[value]] = order[one]
        begins[value] += 1
