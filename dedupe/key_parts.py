"""What keys are made of: for every complaint a hash of one thing that it says, 0 where it does not say it.

Parts are worked out from the table's values and are the same in every process, so that keys can be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from typing import TypeAlias

import numpy as np

from dedupe.compiled import compiled
from dedupe.spelling import distinct
from dedupe.table import I8, I16, I32, I64, U8, U16, U64, Firms, Numbers, Table
from dedupe.text import sound
from dedupe.values import hashed

Part: TypeAlias = Callable[[Table], U64]

_NOTHING = np.uint64(0)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(29)
_HIDDEN = ord("*")
_BAND = 8
"""Sketch columns that two texts must share at once."""


def mixed(*parts: U64) -> U64:
    """One key of several parts, 0 where one of them is missing."""
    joined = np.empty(len(parts[0]), dtype=np.uint64)
    _mix(parts, joined)
    return joined


@compiled
def _mix(parts: tuple[U64, ...], joined: U64) -> None:
    for row in range(len(joined)):
        key = _NOTHING
        missing = False
        for part in parts:
            missing |= part[row] == 0
            key = (key ^ part[row]) * _SPREAD
            key ^= key >> _FOLD
        joined[row] = _NOTHING if missing else key


def said(values: U64, numbers: I32) -> U64:
    """The value's hash for every row, 0 where nothing was said."""
    found = np.empty(len(numbers), dtype=np.uint64)
    _said(values, numbers, found)
    return found


@compiled
def _said(values: U64, numbers: I32, found: U64) -> None:
    for row in range(len(numbers)):
        found[row] = values[numbers[row]] if numbers[row] >= 0 else _NOTHING


def _counted(numbers: I16 | I32 | I64) -> U64:
    """Plain numbers as parts; 0 stays nothing."""
    return numbers.astype(np.uint64) * _SPREAD


def _core(table: Table) -> U64:
    return said(table.words.key[table.firms.core], table.firm)


def _core_sound(table: Table) -> U64:
    return said(table.words.sound[table.firms.core], table.firm)


def _ends(table: Table) -> I64:
    """The two first and the two last characters of every word; noughts where it has fewer than two."""
    text = table.words.text[: len(table.words.key)]
    start = np.zeros(len(text) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, text), dtype=np.int64, count=len(text)), out=start[1:])
    point = np.frombuffer("".join(text).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    found = np.zeros((len(text), 4), dtype=np.int64)
    _take_ends(point, start, found)
    return found


@compiled
def _take_ends(point: I64, start: I64, found: I64) -> None:
    for word in range(len(found)):
        begin, end = start[word], start[word + 1]
        if end - begin >= 2:
            found[word, 0], found[word, 1] = point[begin], point[begin + 1]
            found[word, 2], found[word, 3] = point[end - 2], point[end - 1]


def _piece(characters: I64) -> U64:
    """Some characters of a piece of every employer's name, one a column."""
    return mixed(*(_counted(column) for column in characters.T))


def _pair_heard(characters: I64) -> U64:
    """How two characters of every employer's core sound, whichever comes first."""
    every, place = distinct(characters.ravel())
    heard = np.asarray([_heard(chr(point)) if point else 0 for point in every.tolist()], dtype=np.uint64)
    one, other = heard[place].reshape(-1, 2).T
    return mixed(np.minimum(one, other), np.maximum(one, other))


@lru_cache(maxsize=30_000)
def _heard(character: str) -> int:
    """A hash of how one character sounds."""
    return hashed("heard", sound(character))


def _site(table: Table) -> U64:
    return said(table.words.key[table.sites.core], table.site)


def _site_sound(table: Table) -> U64:
    return said(table.words.sound[table.sites.core], table.site)


def _address(table: Table) -> U64:
    words = table.words.key
    return said(mixed(words[table.sites.core], words[table.sites.house]), table.address)


def _digits(numbers: Numbers, columns: Sequence[int]) -> U64:
    """Some digits of every number; 0 where one of them is hidden or missing. Columns below 0 count from its end."""
    joined = np.empty(len(numbers.chars), dtype=np.uint64)
    _join_digits(numbers.chars, numbers.length, np.asarray(columns, dtype=np.int64), joined)
    return joined


@compiled
def _join_digits(chars: U8, length: I8, columns: I64, joined: U64) -> None:
    width = chars.shape[1]
    for number in range(len(joined)):
        key = _NOTHING
        missing = False
        for column in columns:
            place = column if column >= 0 else length[number] + column
            digit = chars[number, place] if 0 <= place < width else 0
            missing |= digit == _HIDDEN or digit == 0
            key = (key ^ np.uint64(digit)) * _SPREAD
            key ^= key >> _FOLD
        joined[number] = _NOTHING if missing else key


def _phone_digits(columns: Sequence[int], table: Table) -> U64:
    return said(_digits(table.phones, columns), table.phone)


def _id_digits(columns: Sequence[int], table: Table) -> U64:
    return said(_digits(table.ids, columns), table.id_no)


def _text(band: int, table: Table) -> U64:
    """One band of the sketch: only texts told in nearly the same words meet."""
    joined = np.empty(len(table), dtype=np.uint64)
    _join_sketch(table.sketch, band, joined)
    return joined


@compiled
def _join_sketch(sketch: U16, band: int, joined: U64) -> None:
    for row in range(len(joined)):
        key = np.uint64(band + 1)
        for column in range(band * _BAND, (band + 1) * _BAND):
            key = (key ^ np.uint64(sketch[row, column])) * _SPREAD
            key ^= key >> _FOLD
        joined[row] = _NOTHING if sketch[row, 0] == 0 else key


def rounded(table: Table) -> I64:
    """The sum in thousands of yuan, as people round it."""
    thousands: I64 = np.rint(table.amount / 100_000).astype(np.int64)
    return thousands


def _whole(numbers: Numbers) -> U64:
    return np.where(numbers.full, numbers.key, np.uint64(0))


OF_FIRMS: dict[str, Callable[[Firms, I64], U64]] = {
    "core head": lambda firms, ends: _pair_heard(ends[firms.core, :2]),
    "core tail": lambda firms, ends: _pair_heard(ends[firms.core, 2:]),
    "core first": lambda firms, ends: _piece(ends[firms.core, :1]),
    "core last": lambda firms, ends: _piece(ends[firms.core, 3:]),
    "trade": lambda firms, ends: _piece(ends[firms.trade, :2]),
}
"""Parts that are read from employers' names character by character, given the ends of all words: a hash an employer."""
PARTS: dict[str, Part] = {
    "core": _core,
    "alias": lambda table: said(table.words.key[table.firms.alias], table.firm),
    "core sound": _core_sound,
    "code": lambda table: table.code,
    "site": _site,
    "site sound": _site_sound,
    "phase": lambda table: said(_counted(table.sites.phase.astype(np.int32) + 2), table.site),
    "address": _address,
    "district": lambda table: _counted(table.district),
    "name": lambda table: said(table.persons.key, table.name),
    "name sound": lambda table: said(table.persons.sound, table.name),
    "surname": lambda table: said(table.persons.surname, table.name),
    "phone": lambda table: said(_whole(table.phones), table.phone),
    "phone ends": partial(_phone_digits, (0, 1, 2, -4, -3, -2, -1)),
    "phone head": partial(_phone_digits, range(7)),
    "id_no": lambda table: said(_whole(table.ids), table.id_no),
    "id ends": partial(_id_digits, (0, 1, 2, 3, 4, 5, -4, -3, -2, -1)),
    "id head": partial(_id_digits, range(14)),
    "id birth": partial(_id_digits, range(6, 14)),
    "boss": lambda table: said(table.persons.key, table.boss),
    "boss surname": lambda table: said(table.persons.surname, table.boss),
    "boss phone": lambda table: said(_whole(table.phones), table.boss_phone),
    "firm": lambda table: said(table.words.key[table.firms.name], table.firm),
    "rough": lambda table: _counted(rounded(table)),
    "amount": lambda table: _counted(table.amount),
    "month": lambda table: _counted(table.first),
    "last": lambda table: _counted(table.last),
    **{f"text {band}": partial(_text, band) for band in range(2)},
}
"""All parts by name."""


def parts_of(table: Table) -> Callable[[str], U64]:
    """Every part by its name. What takes long is worked out once an employer and kept as long as this is."""
    ends = cache(partial(_ends, table))
    of_firms = cache(lambda name: OF_FIRMS[name](table.firms, ends()))

    def part(name: str) -> U64:
        return said(of_firms(name), table.firm) if name in OF_FIRMS else PARTS[name](table)

    return part
