"""How names of persons, phones, identity numbers and rosters stand to each other, for arrays of value numbers.

Every function gives one level a pair, as a number of its row in `levels`. Names and digits lie in rows of characters,
so a pair is compared in all places at once; a hidden character (`*`) agrees with any.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.rows import starts_of
from dedupe.table import I8, I64, U8, U16, U64, Crews, Mask, Numbers, Persons
from dedupe.value_steps import Values

Rows: TypeAlias = U8 | U16
HIDDEN = ord("*")
_AT_ONCE = 1 << 20
"""Members of rosters that are looked up together."""
_ONE, _SOUND, _FIT, _CHARACTER, _OTHER = range(5)
_MOBILE, _IDENTITY = 11, 18
"""Digits of a mobile number and of an identity number."""


def name_steps(persons: Persons, left: Values, right: Values) -> I8:
    """The same, sounds alike, fits where one is masked, one character differs or is missing, differs."""
    found = _fitting(persons, left, right, _OTHER)
    rows = np.flatnonzero(found == _OTHER)
    rows = rows[persons.whole[left[rows]] & persons.whole[right[rows]]]
    found[rows[_one_character(persons, left[rows], right[rows])]] = _CHARACTER
    return found


def boss_steps(persons: Persons, left: Values, right: Values) -> I8:
    """The same, may be the same by what shows or by sound, differs."""
    return np.minimum(_FITTING[_fitting(persons, left, right, _OTHER)], 2)


_FITTING = np.asarray([0, 1, 1, 2, 2], dtype=np.int8)


def _fitting(persons: Persons, left: Values, right: Values, otherwise: int) -> I8:
    """The same, sounds alike, fits where one is masked."""
    found = np.full(len(left), otherwise, dtype=np.int8)
    both = persons.whole[left] & persons.whole[right]
    found[both & (persons.sound[left] == persons.sound[right])] = _SOUND
    found[both & (left == right)] = _ONE
    rows = np.flatnonzero(~both)
    rows = rows[persons.surname[left[rows]] == persons.surname[right[rows]]]
    one, other = left[rows], right[rows]
    unsaid = (persons.given[one] == 0) | (persons.given[other] == 0)
    alike = _agree(persons.chars[one], persons.chars[other]) & (persons.given[one] == persons.given[other])
    found[rows[unsaid | alike]] = _FIT
    return found


def _one_character(persons: Persons, left: Values, right: Values) -> Mask:
    """Whole names, the longer one of three characters and more, that differ in one place or in one more character."""
    one, other = _close_up(persons.chars[left]), _close_up(persons.chars[right])
    size, length = _count(one != 0).astype(np.int8), _count(other != 0).astype(np.int8)
    found: Mask = (size == length) & (size >= 3) & (_count(one != other) == 1)
    rows = np.flatnonzero((np.abs(size - length) == 1) & (np.maximum(size, length) >= 3))
    turned = (size < length)[rows, None]
    found[rows] = _one_more(np.where(turned, other[rows], one[rows]), np.where(turned, one[rows], other[rows]))
    return found


def _one_more(long: U16, short: U16) -> Mask:
    """Where the long name without one of its characters is the short one: it goes on as the short one does until some
    place, and from there a place further on."""
    same, further = long[:, :-1] == short[:, :-1], long[:, 1:] == short[:, :-1]
    first = np.where(same.all(axis=1), same.shape[1], (~same).argmax(axis=1))
    last = np.where(further.all(axis=1), 0, further.shape[1] - (~further)[:, ::-1].argmax(axis=1))
    found: Mask = last <= first
    return found


def _close_up(chars: U16) -> U16:
    """The characters without the gap behind a surname of one."""
    closed = chars.copy()
    gap = chars[:, 1] == 0
    closed[gap, 1:-1] = chars[gap, 2:]
    closed[gap, -1] = 0
    return closed


def phone_steps(phones: Numbers, left: Values, right: Values, shared: Mask) -> I8:
    """The same, the same and given by many, fits where one is masked, one slip, differs.

    A number that no network has given out (12345678901) was typed to fill the field and says nothing.
    """
    found = _number_steps(phones, left, right, fits=2)
    found[(found == 0) & shared[left]] = 1
    found[_no_phone(phones, left) | _no_phone(phones, right)] = -1
    return found


def _no_phone(phones: Numbers, numbers: Values) -> Mask:
    """Of eleven digits, the first a 1 and the second less than 3: no such mobile number exists."""
    one, two = phones.chars[numbers, 0], phones.chars[numbers, 1]
    found: Mask = (phones.length[numbers] == _MOBILE) & (one == ord("1")) & (two >= ord("0")) & (two < ord("3"))
    return found


def boss_phone_steps(phones: Numbers, left: Values, right: Values) -> I8:
    """The same, may be the same, differs."""
    found = np.asarray([0, 1, 1, 2], dtype=np.int8)[_number_steps(phones, left, right, fits=1)]
    found[_no_phone(phones, left) | _no_phone(phones, right)] = -1
    return found


def id_steps(ids: Numbers, left: Values, right: Values) -> I8:
    """The same, fits where one is masked, one slip where one is not valid, differs.

    The same number twice with a birthday that cannot be, or of one digit, was typed to fill the field and says nothing.
    """
    found = _number_steps(ids, left, right, fits=1, masked=True)
    found[(found == 2) & ids.valid[left] & ids.valid[right]] = 3
    same = np.flatnonzero((left == right) & (ids.length[left] == _IDENTITY) & ids.full[left] & ~ids.valid[left])
    found[same[_nobody(ids.chars[left[same]])]] = -1
    return found


def _nobody(chars: U8) -> Mask:
    """Whole identity numbers whose month and day cannot be, or whose first seventeen digits are one."""
    digits = chars[:, :17].astype(np.int16) - ord("0")
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    found: Mask = (month < 1) | (month > 12) | (day < 1) | (day > 31) | (digits == digits[:, :1]).all(axis=1)
    return found


def _number_steps(numbers: Numbers, left: Values, right: Values, *, fits: int, masked: bool = False) -> I8:
    """0 the same, `fits`, then one slip, then different. A masked number slips only where `masked` says so."""
    same = left == right
    full = numbers.full[left] & numbers.full[right]
    found = np.where(same & full, 0, fits + 2).astype(np.int8)
    rows = np.flatnonzero(~same & (numbers.length[left] == numbers.length[right]))
    one, other = numbers.chars[left[rows]], numbers.chars[right[rows]]
    apart = one != other
    slip = _slipped(one, other, apart)
    found[rows[slip if masked else slip & full[rows]]] = fits + 1
    hidden = np.flatnonzero(~full[rows])
    found[rows[hidden[_agree(one[hidden], other[hidden])]]] = fits
    found[same & ~full] = fits
    return found


def _slipped(one: Rows, other: Rows, apart: Mask) -> Mask:
    """Where one place differs, or two neighbours changed places."""
    count = _count(apart)
    found: Mask = count == 1
    rows = np.flatnonzero(count == 2)
    first = apart[rows].argmax(axis=1)
    second = np.minimum(first + 1, one.shape[1] - 1)
    crossed = (one[rows, first] == other[rows, second]) & (one[rows, second] == other[rows, first])
    found[rows] = crossed & apart[rows, second]
    return found


def _agree(one: Rows, other: Rows) -> Mask:
    """Where all characters that both show are the same."""
    agree: Mask = _count((one != other) & (one != HIDDEN) & (other != HIDDEN)) == 0
    return agree


def _count(marked: Mask) -> NDArray[Any]:
    """How many places of each row are marked, eight at once."""
    words = -(-marked.shape[1] // 8)
    padded = np.zeros((len(marked), words * 8), dtype=np.bool_)
    padded[:, : marked.shape[1]] = marked
    counts = np.bitwise_count(padded.view(np.uint64))
    total = counts[:, 0].copy()
    for word in range(1, words):
        total += counts[:, word]
    return total


def roster_steps(crews: Crews, left: Values, right: Values) -> I8:
    """How many names and numbers two rosters have in common, two and more counted as two."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    packed = low << 32 | high
    order = np.argsort(packed)
    ranked = packed[order]
    fresh = starts_of(ranked)
    one, other = ranked[fresh] >> 32, ranked[fresh] & 0xFFFFFFFF
    size = np.diff(crews.start)
    short, long = np.where(size[one] <= size[other], one, other), np.where(size[one] <= size[other], other, one)
    common = np.zeros(len(short), dtype=np.int8)
    ends = np.cumsum(size[short])
    cuts = np.searchsorted(ends, np.arange(_AT_ONCE, ends[-1] if len(ends) else 0, _AT_ONCE))
    for part in np.split(np.arange(len(short)), cuts):
        common[part] = _common(crews, short[part], long[part])
    found = np.empty(len(packed), dtype=np.int8)
    found[order] = common[np.cumsum(fresh) - 1]
    return found


def _common(crews: Crews, short: I64, long: I64) -> I8:
    size = crews.start[short + 1] - crews.start[short]
    pair = np.repeat(np.arange(len(short)), size)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
    there = holds(crews, long[pair], crews.member[crews.start[short][pair] + place])
    return np.minimum(np.bincount(pair[there], minlength=len(short)), 2).astype(np.int8)


def holds(crews: Crews, rosters: Values, wanted: U64) -> Mask:
    """Whether each roster holds a name or number, given by its hash: looked up by halving, all at once; 0 is nobody."""
    low, end = crews.start[rosters], crews.start[np.asarray(rosters) + 1]
    high = end.copy()
    last = max(len(crews.member) - 1, 0)
    while (low < high).any():
        middle = (low + high) // 2
        less = (low < high) & (crews.member[np.minimum(middle, last)] < wanted)
        high = np.where(less, high, middle)
        low = np.where(less, middle + 1, low)
    inside = np.flatnonzero((low < end) & (wanted != 0))
    found = np.zeros(len(low), dtype=bool)
    found[inside] = crews.member[low[inside]] == wanted[inside]
    return found
