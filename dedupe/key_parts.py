"""What keys are made of: for every complaint a hash of one thing that it says, 0 where it does not say it.

Parts are worked out from the table's values and are the same in every process, so that keys can be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TypeAlias

import numpy as np

from dedupe.table import I16, I32, I64, U8, U64, Mask, Numbers, Table, Words
from dedupe.text import sound
from dedupe.values import hashed

Part: TypeAlias = Callable[[Table], U64]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(29)
_HIDDEN = ord("*")
_BAND = 8
"""Sketch columns that two texts must share at once."""


def mixed(*parts: U64) -> U64:
    """One key of several parts, 0 where one of them is missing."""
    joined = np.zeros(len(parts[0]), dtype=np.uint64)
    missing: Mask = np.zeros(len(parts[0]), dtype=np.bool_)
    for part in parts:
        missing |= part == 0
        joined ^= part
        joined *= _SPREAD
        joined ^= joined >> _FOLD
    joined[missing] = 0
    return joined


def said(values: U64, numbers: I32) -> U64:
    """The value's hash for every row, 0 where nothing was said."""
    found: U64 = np.append(values, np.uint64(0))[numbers]
    return found


def _counted(numbers: I16 | I32 | I64) -> U64:
    """Plain numbers as parts; 0 stays nothing."""
    return numbers.astype(np.uint64) * _SPREAD


def _core(table: Table) -> U64:
    return said(table.words.key[table.firms.core], table.firm)


def _core_sound(table: Table) -> U64:
    return said(table.words.sound[table.firms.core], table.firm)


def _characters(words: Words, places: tuple[int, ...], least: int = 2) -> I64:
    """The characters of every piece at these places, from its end below 0; zeros where it has fewer than `least`."""
    cut = slice(places[0], places[-1] + 1 or None)
    pieces = np.asarray([text[cut] if len(text) >= least else "" for text in words.text], dtype=f"<U{len(places)}")
    return pieces.view(np.uint32).reshape(-1, len(places)).astype(np.int64)


def _piece(table: Table, piece: I32, *places: int) -> U64:
    """Some characters of a piece of every employer's name."""
    characters = _characters(table.words, places)
    return mixed(*(_counted(column) for column in characters.T))[piece]


def _pair_heard(table: Table, *places: int) -> U64:
    """How two characters of every employer's core sound, whichever comes first."""
    characters = _characters(table.words, places)
    every = np.unique(characters)
    heard = np.asarray([_heard(chr(point)) if point else 0 for point in every.tolist()], dtype=np.uint64)
    one, other = heard[np.searchsorted(every, characters)].T
    return mixed(np.minimum(one, other), np.maximum(one, other))[table.firms.core]


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
    chars: U8 = np.append(numbers.chars, np.zeros((len(numbers.chars), 1), dtype=np.uint8), axis=1)
    joined = np.zeros(len(chars), dtype=np.uint64)
    hidden: Mask = np.zeros(len(chars), dtype=np.bool_)
    every = np.arange(len(chars))
    for column in columns:
        place = np.full(len(chars), column) if column >= 0 else numbers.length.astype(np.int64) + column
        digit = chars[every, place]
        hidden |= (digit == _HIDDEN) | (digit == 0)
        joined = (joined ^ digit) * _SPREAD
        joined ^= joined >> _FOLD
    joined[hidden] = 0
    return joined


def _phone_digits(columns: Sequence[int], table: Table) -> U64:
    return said(_digits(table.phones, columns), table.phone)


def _id_digits(columns: Sequence[int], table: Table) -> U64:
    return said(_digits(table.ids, columns), table.id_no)


def _text(band: int, table: Table) -> U64:
    """One band of the sketch: only texts told in nearly the same words meet."""
    columns = table.sketch[:, band * _BAND : (band + 1) * _BAND].astype(np.uint64)
    joined = np.full(len(table), band + 1, dtype=np.uint64)
    for column in columns.T:
        joined = (joined ^ column) * _SPREAD
        joined ^= joined >> _FOLD
    joined[table.sketch[:, 0] == 0] = 0
    return joined


def rounded(table: Table) -> I64:
    """The sum in thousands of yuan, as people round it."""
    thousands: I64 = np.rint(table.amount / 100_000).astype(np.int64)
    return thousands


def _whole(numbers: Numbers) -> U64:
    return np.where(numbers.full, numbers.key, np.uint64(0))


OF_FIRMS: dict[str, Part] = {
    "core head": lambda table: _pair_heard(table, 0, 1),
    "core tail": lambda table: _pair_heard(table, -2, -1),
    "core first": lambda table: _piece(table, table.firms.core, 0),
    "core last": lambda table: _piece(table, table.firms.core, -1),
    "trade": lambda table: _piece(table, table.firms.trade, 0, 1),
}
"""Parts that are read from employers' names character by character: a hash an employer."""
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
    known: dict[str, U64] = {}

    def part(name: str) -> U64:
        if name not in OF_FIRMS:
            return PARTS[name](table)
        if name not in known:
            known[name] = OF_FIRMS[name](table)
        return said(known[name], table.firm)

    return part
