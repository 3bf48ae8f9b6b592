"""Distinct values and their numbers: one list a kind of value, each filled while complaints are read.

A raw text is parsed once. Two texts that say the same have one number; the hash that a value is known by is made of
what was understood and is the same in every process.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from dedupe.employers import Employer
from dedupe.persons import IdNumber, Person, Phone, id_number, person, phone
from dedupe.regions import Place
from dedupe.sites import Site
from dedupe.table import I8, I32, I64, U8, U64, Crews, Firms, Numbers, Persons, Sites, Words
from dedupe.text import sound

NOBODY = -1
_APART = "\x1f"
_MOST = 32_767
_SPREAD = 0x9E3779B1
PHONE, IDENTITY = 12, 18
"""Columns of a phone and of an identity number."""


def hashed(kind: str, text: str) -> int:
    """The hash that a value of a kind is known by, never 0."""
    said = f"{kind}:{text}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "little") or 1


class Numbering(dict[str | None, int]):
    """The number of every raw text of a field, worked out when it is first met."""

    def __init__(self, read: Callable[[str], int]) -> None:
        super().__init__({None: NOBODY, "": NOBODY})
        self._read = read

    def __missing__(self, text: str | None) -> int:
        assert text is not None
        number = self[text] = self._read(text)
        return number


@lru_cache(maxsize=100_000)
def _facts(text: str) -> tuple[int, int, int, int]:
    """A piece's key, the hashes of its sound and of its characters in any order, and its marks."""
    marks = 0
    for character in text:
        marks |= 1 << (ord(character) * _SPREAD >> 26 & 63)
    return hashed("word", text), hashed("sound", sound(text)), hashed("bag", "".join(sorted(text))), marks


class WordList:
    """Pieces of employers' and sites' names. Never a person, a phone or an identity number."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        """The number of a piece, 0 for the empty one."""
        return self.known.setdefault(text, len(self.known))

    def built(self) -> Words:
        """All pieces as columns."""
        text = list(self.known)
        facts = np.zeros((len(text), 4), dtype=np.uint64)
        if len(text) > 1:
            facts[1:] = [_facts(one) for one in text[1:]]
        key, heard, bag, marks = np.ascontiguousarray(facts.T)
        length = np.fromiter((min(len(one), 255) for one in text), dtype=np.uint8, count=len(text))
        return Words(text, key, heard, bag, marks, length)


def _region(place: Place) -> tuple[int, int]:
    """A place as a number of six digits, and how many of them are known."""
    return int(place.code.ljust(6, "0")), len(place.code)


class FirmList:
    """Employers taken apart. Legal form and branch are left out: they tell no two firms apart."""

    def __init__(self, words: WordList) -> None:
        self.words = words
        self.known: dict[tuple[int, ...], int] = {}
        self.keys = array("Q")

    def number(self, firm: Employer) -> int:
        """The number of an employer."""
        word = self.words.number
        alias = firm.aliases[0] if firm.aliases else ""
        loose = firm.perhaps_person
        row = (word(firm.core), word(firm.trade), word(firm.key), word(alias), *_region(firm.place), int(loose))
        number = self.known.setdefault(row, len(self.known))
        if number == len(self.keys):
            said = _APART.join((firm.core, firm.trade, alias, firm.place.code, str(loose)))
            self.keys.append(hashed("firm", said))
        return number

    def built(self) -> Firms:
        """All employers as columns."""
        core, trade, name, alias, place, level, loose = _columns(self.known, 7)
        return Firms(_u64(self.keys), core, trade, name, alias, place, level.astype(np.int8), loose.astype(np.bool_))


class SiteList:
    """Sites and addresses taken apart. A phase too large to be one counts as the largest."""

    def __init__(self, words: WordList) -> None:
        self.words = words
        self.known: dict[tuple[int, ...], int] = {}
        self.keys = array("Q")

    def number(self, spot: Site) -> int:
        """The number of a site."""
        parts = (spot.core, spot.kind, spot.section or "", spot.house or "", spot.town)
        phase = -1 if spot.phase is None else min(spot.phase, _MOST)
        row = (*map(self.words.number, parts), phase, *_region(spot.place))
        number = self.known.setdefault(row, len(self.known))
        if number == len(self.keys):
            self.keys.append(hashed("site", _APART.join((*parts, str(phase), spot.place.code))))
        return number

    def built(self) -> Sites:
        """All sites as columns."""
        core, kind, section, house, town, phase, place, level = _columns(self.known, 8)
        numbers = phase.astype(np.int16)
        return Sites(_u64(self.keys), core, kind, section, house, town, numbers, place, level.astype(np.int8))


class PersonList:
    """Persons' names."""

    def __init__(self) -> None:
        self.known: dict[Person, int] = {}

    def number(self, who: Person) -> int:
        """The number of a person's name."""
        return self.known.setdefault(who, len(self.known))

    def built(self) -> Persons:
        """All names as columns."""
        size = len(self.known)
        chars = "".join(who.surname.ljust(2, "\0") + who.given.ljust(5, "\0") for who in self.known)
        found = np.frombuffer(chars.encode("utf-16-le"), dtype=np.uint16).reshape(size, 7).copy()
        keys: U64 = np.zeros((size, 3), dtype=np.uint64)
        for number, who in enumerate(self.known):
            surname = hashed("surname", who.surname)
            name = (hashed("name", who.key), hashed("name sound", sound(who.key))) if who.whole else (0, 0)
            keys[number] = (*name, surname)
        key, heard, surnames = np.ascontiguousarray(keys.T)
        given: I8 = (found[:, 2:] != 0).sum(axis=1).astype(np.int8)
        return Persons(found, given, key != 0, key, heard, surnames)


class NumberList:
    """Phones or identity numbers, by their digits. Digits of other scripts are no telephone's."""

    def __init__(self, kind: str, width: int) -> None:
        self.kind, self.width = kind, width
        self.known: dict[str, int] = {}
        self.valid = array("b")

    def number(self, said: Phone | IdNumber | None) -> int:
        """The number of a phone or an identity number, -1 for none."""
        if said is None or not said.digits.isascii():
            return NOBODY
        number = self.known.setdefault(said.digits, len(self.known))
        if number == len(self.valid):
            self.valid.append(said.full if isinstance(said, Phone) else said.valid)
        return number

    def built(self) -> Numbers:
        """All of them as columns."""
        size, width = len(self.known), self.width
        chars = "".join(digits.ljust(width, "\0") for digits in self.known).encode("ascii")
        found: U8 = np.frombuffer(chars, dtype=np.uint8).reshape(size, width).copy()
        keys = np.fromiter((hashed(self.kind, digits) for digits in self.known), dtype=np.uint64, count=size)
        length: I8 = (found != 0).sum(axis=1).astype(np.int8)
        full = ~(found == ord("*")).any(axis=1)
        return Numbers(found, length, full, np.frombuffer(self.valid, dtype=np.int8).astype(np.bool_), keys)


class CrewList:
    """Rosters: everybody they name, by the keys of their names, phones and identity numbers."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, ...], int] = {}

    def number(self, crew: Iterable[tuple[str | None, str | None, str | None]]) -> int:
        """The number of a roster, -1 when it names nobody."""
        found: set[int] = set()
        for name, line, id_no in crew:
            who, number, identity = person(name), phone(line), id_number(id_no)
            if who and who.key:
                found.add(hashed("name", who.key))
            if number and number.full:
                found.add(hashed("phone", number.digits))
            if identity and identity.valid:
                found.add(hashed("id", identity.digits))
        return self.known.setdefault(tuple(sorted(found)), len(self.known)) if found else NOBODY

    def built(self) -> Crews:
        """All rosters as columns."""
        start: I64 = np.zeros(len(self.known) + 1, dtype=np.int64)
        np.cumsum([len(members) for members in self.known], out=start[1:])
        member = np.fromiter((one for members in self.known for one in members), np.uint64, count=int(start[-1]))
        said = (_APART.join(map(str, members)) for members in self.known)
        keys = np.fromiter((hashed("crew", one) for one in said), dtype=np.uint64, count=len(self.known))
        return Crews(keys, start, member)


def _columns(rows: Iterable[tuple[int, ...]], width: int) -> I32:
    return np.ascontiguousarray(np.asarray(list(rows), dtype=np.int32).reshape(-1, width).T)


def _u64(keys: array[int]) -> U64:
    return np.frombuffer(keys, dtype=np.uint64).copy()
