"""All complaints as columns of numbers: distinct values stand once, and every complaint holds their numbers.

Nothing here depends on the order in which complaints came: a value is known by its hash, a complaint by `uid`. Row and
value numbers are places in this table and mean nothing outside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

U64: TypeAlias = NDArray[np.uint64]
I64: TypeAlias = NDArray[np.int64]
I32: TypeAlias = NDArray[np.int32]
I16: TypeAlias = NDArray[np.int16]
I8: TypeAlias = NDArray[np.int8]
U16: TypeAlias = NDArray[np.uint16]
U8: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]

SKETCH = 16
"""Columns of a text's sketch."""


@dataclass(frozen=True, slots=True)
class Words:
    """Distinct pieces of names. Number 0 is the empty piece: nothing was said.

    `sound` is a hash of how it is pronounced, `bag` of its characters in sorted order; both 0 for the empty piece.
    `marks` has one of 64 bits set for every character in it.
    """

    text: list[str]
    key: U64
    sound: U64
    bag: U64
    marks: U64
    length: U8


@dataclass(frozen=True, slots=True)
class Firms:
    """Distinct employers taken apart. `core`, `trade`, `name` (core and trade) and `alias` are numbers of `Words`.

    `place` is a region code padded with zeros to six digits, of which `level` (0, 2, 4 or 6) are known. `loose`: may as
    well be a person's bare name.
    """

    key: U64
    core: I32
    trade: I32
    name: I32
    alias: I32
    place: I32
    level: I8
    loose: Mask


@dataclass(frozen=True, slots=True)
class Sites:
    """Distinct sites and addresses taken apart. `phase` is -1 where none is named; numbers of `Words` else."""

    key: U64
    core: I32
    kind: I32
    section: I32
    house: I32
    town: I32
    phase: I16
    place: I32
    level: I8


@dataclass(frozen=True, slots=True)
class Persons:
    """Distinct persons' names. `chars` is n x 7: two for the surname, five for the given name; 0 pads, `*` is hidden.

    `whole`: surname and given name are both known; `key` and `sound` are 0 where they are not. `surname` hashes the
    surname alone, `given` counts the characters of the given name.
    """

    chars: U16
    given: I8
    whole: Mask
    key: U64
    sound: U64
    surname: U64


@dataclass(frozen=True, slots=True)
class Numbers:
    """Distinct phones or identity numbers. `chars` is n x 12 or n x 18 of ASCII, 0 pads, `*` is hidden.

    `full`: nothing is hidden. `valid`: an identity number whose check digit is right; for phones the same as `full`.
    """

    chars: U8
    length: I8
    full: Mask
    valid: Mask
    key: U64


@dataclass(frozen=True, slots=True)
class Crews:
    """Distinct rosters: the members of number i are `member[start[i]:start[i + 1]]`, hashed and sorted."""

    key: U64
    start: I64
    member: U64


@dataclass(frozen=True, slots=True)
class Table:
    """One row a complaint. A column of value numbers holds -1 where nothing was said; others say what stands for that.

    `uid` hashes the complaint's id and breaks every tie; `at` is the second it was told. `code` is the hash of a valid
    credit code, 0 for none. `district` is a six-digit number, `heads` a count, `amount` fen, `first` and `last` months
    counted from year 0, each 0 for none; `day` is a proleptic ordinal. `sketch` is n x `SKETCH`, a row of zeros where
    too little text was said.
    """

    words: Words
    firms: Firms
    sites: Sites
    persons: Persons
    phones: Numbers
    ids: Numbers
    crews: Crews
    uid: U64
    at: I64
    firm: I32
    code: U64
    boss: I32
    boss_phone: I32
    site: I32
    address: I32
    district: I32
    name: I32
    phone: I32
    id_no: I32
    crew: I32
    heads: I32
    amount: I64
    first: I16
    last: I16
    day: I32
    sketch: U16

    def __len__(self) -> int:
        return len(self.uid)


Values: TypeAlias = Words | Firms | Sites | Persons | Numbers | Crews
VALUES_OF: Mapping[str, str] = {
    "firm": "firms",
    "boss": "persons",
    "boss_phone": "phones",
    "site": "sites",
    "address": "sites",
    "name": "persons",
    "phone": "phones",
    "id_no": "ids",
    "crew": "crews",
}
"""The columns that hold numbers of values, and of which."""
WORDS_IN: Mapping[str, tuple[str, ...]] = {
    "firms": ("core", "trade", "name", "alias"),
    "sites": ("core", "kind", "section", "house", "town"),
}
"""The columns of values that hold numbers of words."""
VALUES = ("words", "firms", "sites", "persons", "phones", "ids", "crews")


def known_by(values: Values) -> U64:
    """The hash that each value is known by; a person's name, of which only whole ones have a key, by its characters."""
    if not isinstance(values, Persons):
        return values.key
    mixed: U64 = np.zeros(len(values.chars), dtype=np.uint64)
    for column in values.chars.T:
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed
