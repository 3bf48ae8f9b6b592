"""How two words are written beside each other, for many pairs at once: one within the other, or one slip apart.

Words of usual length are read as rows of characters. The few longer ones, and what rows cannot settle, are read one by
one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein

from dedupe.naming import abbreviates
from dedupe.rows import once
from dedupe.table import I8, I64, U8, Mask, Words

Rows: TypeAlias = NDArray[np.uint32]

WIDE = 16
"""Characters of the longest word that is read as a row."""
AT_ONCE = 1 << 15
"""Pairs that are read together."""


def within_one(words: Words, left: I64, right: I64) -> I8:
    """1 where the shorter word stands in the longer one, or abbreviates it."""
    return _in_parts(words, left, right, _within, is_within)


def one_slip(words: Words, left: I64, right: I64) -> I8:
    """1 where one character is another, missing, or exchanged with its neighbour."""
    return _in_parts(words, left, right, _one_slip, is_one_slip)


def one_by_one(words: Words, left: I64, right: I64, answer: Callable[[str, str], int]) -> I8:
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


def _in_parts(
    words: Words,
    left: I64,
    right: I64,
    read: Callable[[Words, I64, I64], I8],
    answer: Callable[[str, str], int],
) -> I8:
    found = np.empty(len(left), dtype=np.int8)
    wide = np.maximum(words.length[left], words.length[right]) > WIDE
    rows = np.flatnonzero(wide)
    found[rows] = one_by_one(words, left[rows], right[rows], answer)
    rows = np.flatnonzero(~wide)
    turned = words.length[left] > words.length[right]
    short, long = np.where(turned, right, left), np.where(turned, left, right)
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        found[part] = read(words, short[part], long[part])
    return found


def _within(words: Words, short: I64, long: I64) -> I8:
    letters, short_at, long_at = _letters(words, short, long)
    one, other, size = letters[short_at], letters[long_at], words.length[short]
    rows = np.arange(len(short))
    met = np.zeros(len(short), dtype=np.int32)
    for place in range(WIDE):
        met += (one[rows, met] == other[:, place]) & (other[:, place] != 0)
    in_order = met == size
    abbreviated: Mask = in_order & (size >= 3) & (one[:, 0] == other[:, 0])
    unsure = np.flatnonzero(in_order & ~abbreviated)
    found: I8 = abbreviated.astype(np.int8)
    found[unsure] = _unbroken(one[unsure], size[unsure], other[unsure])
    return found


def _unbroken(one: Rows, size: U8, other: Rows) -> Mask:
    """Where the first so many characters of one row follow each other somewhere in the other row."""
    begins = np.ones(other.shape, dtype=bool)
    for place in range(int(size.max(initial=0))):
        begins[:, : WIDE + 1 - place] &= (other[:, place:] == one[:, place, None]) | (size <= place)[:, None]
        begins[:, WIDE + 1 - place :] &= (size <= place)[:, None]
    return np.asarray(begins.any(axis=1))


def _one_slip(words: Words, short: I64, long: I64) -> I8:
    letters, short_at, long_at = _letters(words, short, long)
    one, other = letters[short_at], letters[long_at]
    apart = one != other
    count = apart.sum(axis=1)
    first = apart.argmax(axis=1)
    second = np.minimum(first + 1, WIDE)
    rows = np.arange(len(short))
    crossed = (one[rows, first] == other[rows, second]) & (one[rows, second] == other[rows, first])
    equal = words.length[short] == words.length[long]
    found: Mask = equal & ((count == 1) | ((count == 2) & crossed & apart[rows, second]))
    missing = np.flatnonzero(words.length[short] + 1 == words.length[long])
    behind = one[missing, :-1] == other[missing, 1:]
    behind |= np.arange(WIDE) < first[missing, None]
    found[missing] = behind.all(axis=1)
    return found.astype(np.int8)


def _letters(words: Words, short: I64, long: I64) -> tuple[Rows, I64, I64]:
    """All words that stand in these pairs as rows of `WIDE` characters and a nought, and the row of each."""
    numbers = once(np.sort(np.concatenate([short, long])))
    told = "".join([words.text[number] for number in numbers.tolist()]).encode("utf-32-le", "surrogatepass")
    letters = np.zeros((len(numbers), WIDE + 1), dtype=np.uint32)
    # One is added to every character: a nought is the end of a word, even of one that holds noughts.
    letters[np.arange(WIDE + 1) < words.length[numbers][:, None]] = np.frombuffer(told, dtype="<u4") + np.uint32(1)
    return letters, np.searchsorted(numbers, short), np.searchsorted(numbers, long)
