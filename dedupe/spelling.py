"""How two words are written beside each other, for many pairs at once: one within the other, or one slip apart.

Words of usual length are read by compiled loops, character by character. The few longer ones are read one by one, and
so are all where there are few.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein

from dedupe.compiled import compiled
from dedupe.naming import abbreviates
from dedupe.table import I8, I32, I64, Mask, Words

Points: TypeAlias = NDArray[np.uint32]
WIDE = 16
"""Characters of the longest word that is read by a loop."""
FEW = 48
"""Pairs that are sooner read one by one than laid out for a loop."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_NOBODY = np.int64(-1)


class Letters(NamedTuple):
    """Words beside each other: the characters of word `i` are `point[start[i]:start[i + 1]]`."""

    point: Points
    start: I64


def within_one(words: Words, left: I32, right: I32) -> I8:
    """1 where the shorter word stands in the longer one, or abbreviates it."""
    return _read(words, left, right, _within, is_within)


def one_slip(words: Words, left: I32, right: I32) -> I8:
    """1 where one character is another, missing, or exchanged with its neighbour."""
    return _read(words, left, right, _one_slip, is_one_slip)


def distinct_pairs(words: Words, left: I32, right: I32, answer: Callable[[str, str], int]) -> I8:
    """The answer for every pair of words, whichever of the two comes first; each distinct pair is read once."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right)
    each, number = distinct((low << 32) | high)
    return one_by_one(words, each >> 32, each & 0xFFFFFFFF, answer)[number]


def one_by_one(words: Words, left: I32 | I64, right: I32 | I64, answer: Callable[[str, str], int]) -> I8:
    """The answer for every pair of words."""
    text = words.text
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.fromiter((answer(text[one], text[other]) for one, other in pairs), dtype=np.int8, count=len(left))


def is_within(left: str, right: str) -> int:
    """The same for two words."""
    short, long = (left, right) if len(left) < len(right) else (right, left)
    return int(short in long or abbreviates(short, long))


def is_one_slip(left: str, right: str) -> int:
    """The same for two words."""
    return int(DamerauLevenshtein.distance(left, right, score_cutoff=1) == 1)


def _read(
    words: Words,
    left: I32,
    right: I32,
    loop: Callable[[Letters, I32, I32, I8], None],
    answer: Callable[[str, str], int],
) -> I8:
    if len(left) <= FEW:
        return one_by_one(words, left, right, answer)
    found = np.empty(len(left), dtype=np.int8)
    wide: Mask = np.maximum(words.length[left], words.length[right]) > WIDE
    rows = np.flatnonzero(wide)
    found[rows] = one_by_one(words, left[rows], right[rows], answer)
    rows = np.flatnonzero(~wide)
    numbers, place = distinct(np.concatenate([left[rows], right[rows]]).astype(np.int64))
    read = np.empty(len(rows), dtype=np.int8)
    loop(_letters(words, numbers), place[: len(rows)], place[len(rows) :], read)
    found[rows] = read
    return found


def _letters(words: Words, numbers: I64) -> Letters:
    """Some words of usual length."""
    told = "".join([words.text[number] for number in numbers.tolist()]).encode("utf-32-le", "surrogatepass")
    start = np.zeros(len(numbers) + 1, dtype=np.int64)
    np.cumsum(words.length[numbers], out=start[1:])
    return Letters(np.frombuffer(told, dtype="<u4").astype(np.uint32), start)


def distinct(values: I64) -> tuple[I64, I32]:
    """Every value once, as it was first met, and the place there of each. No value is below nought."""
    found, place = np.empty(len(values), dtype=np.int64), np.empty(len(values), dtype=np.int32)
    width = max(2 * len(values), 2).bit_length()
    count = _distinct(values, np.full(1 << width, _NOBODY), 64 - width, found, place)
    return found[:count], place


@compiled
def _distinct(values: I64, known: I64, shift: int, found: I64, place: I32) -> int:
    """`known` is a table of the places in `found`, each where the value's hash says or behind it."""
    last = np.int64(len(known) - 1)
    count = 0
    for row in range(len(values)):
        value = values[row]
        at = np.int64((np.uint64(value) * _SPREAD) >> np.uint64(shift))
        while known[at] >= 0 and found[known[at]] != value:
            at = (at + 1) & last
        if known[at] < 0:
            known[at] = count
            found[count] = value
            count += 1
        place[row] = known[at]
    return count


@compiled
def _within(letters: Letters, left: I32, right: I32, found: I8) -> None:
    point, start = letters.point, letters.start
    for row in range(len(left)):
        short, long = left[row], right[row]
        if start[short + 1] - start[short] > start[long + 1] - start[long]:
            short, long = long, short
        begin, size, other, end = start[short], start[short + 1] - start[short], start[long], start[long + 1]
        found[row] = _is_abbreviated(point, begin, size, other, end) or _is_inside(point, begin, size, other, end)


@compiled
def _is_abbreviated(point: Points, begin: int, size: int, other: int, end: int) -> bool:
    """Every character of the short word stands in the long one, in order, beginning with its first."""
    if size < 3 or point[begin] != point[other]:
        return False
    met = 0
    while met < size and other < end:
        met += point[other] == point[begin + met]
        other += 1
    return met == size


@compiled
def _is_inside(point: Points, begin: int, size: int, other: int, end: int) -> bool:
    """The characters of the short word follow each other in the long one."""
    while other + size <= end:
        same = 0
        while same < size and point[other + same] == point[begin + same]:
            same += 1
        if same == size:
            return True
        other += 1
    return False


@compiled
def _one_slip(letters: Letters, left: I32, right: I32, found: I8) -> None:
    point, start = letters.point, letters.start
    for row in range(len(left)):
        one, end = start[left[row]], start[left[row] + 1]
        other, last = start[right[row]], start[right[row] + 1]
        while one < end and other < last and point[one] == point[other]:
            one, other = one + 1, other + 1
        while one < end and other < last and point[end - 1] == point[last - 1]:
            end, last = end - 1, last - 1
        size, length = end - one, last - other
        crossed = size == 2 and length == 2 and point[one] == point[other + 1] and point[one + 1] == point[other]
        found[row] = (max(size, length) == 1) or crossed
