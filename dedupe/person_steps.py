"""How names of persons, phones and identity numbers stand to each other, for arrays of value numbers.

Every function gives one level a pair, as a number of its row in `levels`, -1 where one value is none. Names and digits
lie in rows of characters; a hidden character (`*`) agrees with any.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from dedupe.compiled import compiled
from dedupe.table import I8, I32, U8, U16, U64, Mask, Numbers, Persons
from dedupe.value_steps import Values, as_numbers

Rows: TypeAlias = U8 | U16
HIDDEN = ord("*")
_SAID_NOTHING = -1
_ONE, _SOUND, _FIT, _CHARACTER, _OTHER = range(5)
_SAME, _FITS, _SLIP, _DIFFERS = range(4)
_AS_BOSS = np.asarray([0, 1, 1, 2, 2, -1], dtype=np.int8)
_MOBILE, _IDENTITY = 11, 18
"""Digits of a mobile number and of an identity number."""
_NOUGHT, _FIRST, _THIRD = ord("0"), ord("1"), ord("3")


class _Names(NamedTuple):
    """The columns of persons that the loop looks at."""

    chars: U16
    given: I8
    whole: Mask
    sound: U64
    surname: U64


class _Digits(NamedTuple):
    """Those of phones and identity numbers."""

    chars: U8
    length: I8
    full: Mask
    valid: Mask


def name_steps(persons: Persons, left: Values, right: Values) -> I8:
    """The same, sounds alike, fits where one is masked, one character differs or is missing, differs."""
    found = np.empty(len(left), dtype=np.int8)
    names = _Names(persons.chars, persons.given, persons.whole, persons.sound, persons.surname)
    _names(names, as_numbers(left), as_numbers(right), found)
    return found


def boss_steps(persons: Persons, left: Values, right: Values) -> I8:
    """The same, may be the same by what shows or by sound, differs."""
    found: I8 = _AS_BOSS[name_steps(persons, left, right)]
    return found


def phone_steps(phones: Numbers, left: Values, right: Values, shared: Mask) -> I8:
    """The same, the same and given by many, fits where one is masked, one slip, differs.

    A number that no network has given out (12345678901) was typed to fill the field and says nothing.
    """
    found = np.empty(len(left), dtype=np.int8)
    one = as_numbers(left)
    _phones(_digits(phones), one, as_numbers(right), found)
    _of_many(shared, one, found)
    return found


def boss_phone_steps(phones: Numbers, left: Values, right: Values) -> I8:
    """The same, may be the same, differs."""
    found = np.empty(len(left), dtype=np.int8)
    _phones(_digits(phones), as_numbers(left), as_numbers(right), found)
    found -= found > _FITS
    return found


def id_steps(ids: Numbers, left: Values, right: Values) -> I8:
    """The same, fits where one is masked, one slip where one is not valid, differs.

    The same number twice with a birthday that cannot be, or of one digit, was typed to fill the field and says nothing.
    """
    found = np.empty(len(left), dtype=np.int8)
    _identities(_digits(ids), as_numbers(left), as_numbers(right), found)
    return found


def _digits(numbers: Numbers) -> _Digits:
    return _Digits(numbers.chars, numbers.length, numbers.full, numbers.valid)


@compiled
def _names(names: _Names, left: I32, right: I32, found: I8) -> None:
    chars, given, whole, sounds, surnames = names.chars, names.given, names.whole, names.sound, names.surname
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        step = _OTHER
        if one < 0 or other < 0:
            step = _SAID_NOTHING
        elif whole[one] and whole[other]:
            if one == other:
                step = _ONE
            elif sounds[one] == sounds[other]:
                step = _SOUND
            elif _one_character(chars, one, _size(chars, given, one), other, _size(chars, given, other)):
                step = _CHARACTER
        elif surnames[one] == surnames[other]:
            unsaid = given[one] == 0 or given[other] == 0
            if unsaid or (given[one] == given[other] and _agree(chars, one, other)):
                step = _FIT
        found[pair] = step


@compiled
def _size(chars: U16, given: I8, name: int) -> int:
    """The characters of a whole name."""
    return int(given[name]) + (1 if chars[name, 1] == 0 else 2)


@compiled
def _one_character(chars: U16, one: int, size: int, other: int, length: int) -> bool:
    """Whole names of so many characters, the longer one of three and more, that differ in one place or in one more
    character."""
    if max(size, length) < 3 or abs(size - length) > 1:
        return False
    gap, gap_too = chars[one, 1] == 0, chars[other, 1] == 0
    start = 0
    while start < min(size, length) and _character(chars, one, start, gap) == _character(chars, other, start, gap_too):
        start += 1
    while min(size, length) > start and (
        _character(chars, one, size - 1, gap) == _character(chars, other, length - 1, gap_too)
    ):
        size, length = size - 1, length - 1
    return max(size, length) - start == 1


@compiled
def _character(chars: U16, name: int, place: int, gap: bool) -> int:
    """The character of a name at a place, without the gap behind a surname of one."""
    return int(chars[name, place + 1 if gap and place > 0 else place])


@compiled
def _agree(chars: Rows, one: int, other: int) -> bool:
    """All characters that both show are the same."""
    for place in range(chars.shape[1]):
        here, there = chars[one, place], chars[other, place]
        if here != there and here != HIDDEN and there != HIDDEN:
            return False
    return True


@compiled
def _phones(phones: _Digits, left: I32, right: I32, found: I8) -> None:
    """The same, fits, one slip, differs; nothing where one is no phone."""
    _compared(phones, left, right, False, found)
    chars, length = phones.chars, phones.length
    for pair in range(len(left)):
        if found[pair] == _SAID_NOTHING:
            continue
        for number in (left[pair], right[pair]):
            if length[number] == _MOBILE and chars[number, 0] == _FIRST and _NOUGHT <= chars[number, 1] < _THIRD:
                found[pair] = _SAID_NOTHING


@compiled
def _of_many(shared: Mask, phones: I32, found: I8) -> None:
    """Make room for what one phone given by many says."""
    for pair in range(len(found)):
        if found[pair] > _SAME or (found[pair] == _SAME and shared[phones[pair]]):
            found[pair] += 1


@compiled
def _identities(ids: _Digits, left: I32, right: I32, found: I8) -> None:
    _compared(ids, left, right, True, found)
    chars, length, full, valid = ids.chars, ids.length, ids.full, ids.valid
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        if found[pair] == _SLIP and valid[one] and valid[other]:
            found[pair] = _DIFFERS
        elif found[pair] == _SAME and length[one] == _IDENTITY and full[one] and not valid[one] and _nobody(chars[one]):
            found[pair] = _SAID_NOTHING


@compiled
def _nobody(digits: U8) -> bool:
    """A whole identity number whose month and day cannot be, or whose first seventeen digits are one."""
    month = (np.int64(digits[10]) - _NOUGHT) * 10 + np.int64(digits[11]) - _NOUGHT
    day = (np.int64(digits[12]) - _NOUGHT) * 10 + np.int64(digits[13]) - _NOUGHT
    if month < 1 or month > 12 or day < 1 or day > 31:
        return True
    return bool(np.all(digits[: _IDENTITY - 1] == digits[0]))


@compiled
def _compared(numbers: _Digits, left: I32, right: I32, masked: bool, found: I8) -> None:
    """The same, fits, one slip, differs. A masked number slips only where `masked` says so."""
    chars, length, full = numbers.chars, numbers.length, numbers.full
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        if one < 0 or other < 0:
            found[pair] = _SAID_NOTHING
            continue
        whole = full[one] and full[other]
        if one == other:
            found[pair] = _SAME if whole else _FITS
        elif length[one] != length[other]:
            found[pair] = _DIFFERS
        elif not whole and _agree(chars, one, other):
            found[pair] = _FITS
        else:
            found[pair] = _SLIP if (whole or masked) and _slipped(chars, one, other) else _DIFFERS


@compiled
def _slipped(chars: U8, one: int, other: int) -> bool:
    """One place differs, or two neighbours changed places."""
    first, last = 0, chars.shape[1] - 1
    while first < last and chars[one, first] == chars[other, first]:
        first += 1
    while last > first and chars[one, last] == chars[other, last]:
        last -= 1
    here, there, next_here, next_there = chars[one, first], chars[other, first], chars[one, last], chars[other, last]
    crossed = last == first + 1 and here == next_there and next_here == there
    return bool(here != there and (first == last or crossed))
