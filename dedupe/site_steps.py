"""How sites and addresses stand to each other, for whole arrays of value numbers at once.

The readable definition is `naming`; this gives the same steps. Only names that may be close are read.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming

from dedupe.compiled import compiled
from dedupe.naming import Sites
from dedupe.spelling import distinct_pairs
from dedupe.table import I8, I16, I32, U8, U64, Table
from dedupe.value_steps import Values, as_numbers

_FAR, _SLIP, _NEAR, _SAME, _UNREAD = range(5)
"""How the names of two sites stand to each other; unread: only their characters can say."""
_SAID_NOTHING = -1
_ONE, _CLOSE, _CHARACTER, _VAGUE = int(Sites.ONE), int(Sites.CLOSE), int(Sites.CHARACTER), int(Sites.VAGUE)
_PHASE, _SECTION, _NONE = int(Sites.PHASE), int(Sites.SECTION), int(Sites.NONE)
_ONE_ADDRESS, _CLOSE_ADDRESS, _VAGUE_ADDRESS, _OTHER_ADDRESS = range(4)
_Two: TypeAlias = tuple[int, int]


class _Sites(NamedTuple):
    """The columns of sites that the loops look at."""

    core: I32
    kind: I32
    section: I32
    house: I32
    town: I32
    phase: I16


class _Words(NamedTuple):
    """Those of words."""

    sound: U64
    marks: U64
    length: U8


def site_steps(table: Table, left: Values, right: Values) -> I8:
    """`naming.sites` of every pair of site numbers, -1 where one is none."""
    return _steps(table, as_numbers(left), as_numbers(right), addresses=False)


def address_steps(table: Table, left: Values, right: Values) -> I8:
    """`naming.address_step` of every pair of site numbers, -1 where one is none."""
    return _steps(table, as_numbers(left), as_numbers(right), addresses=True)


def _steps(table: Table, left: I32, right: I32, *, addresses: bool) -> I8:
    spots, words = table.sites, table.words
    sites = _Sites(spots.core, spots.kind, spots.section, spots.house, spots.town, spots.phase)
    found, cores = np.empty(len(left), dtype=np.int8), np.empty(len(left), dtype=np.int8)
    if _compared(sites, _Words(words.sound, words.marks, words.length), left, right, addresses, found, cores):
        rows = np.flatnonzero(cores == _UNREAD)
        one, other = left[rows], right[rows]
        read = distinct_pairs(words, spots.core[one], spots.core[other], _core)
        steps = np.empty(len(rows), dtype=np.int8)
        _settled(sites, one, other, addresses, read, steps)
        found[rows] = steps
    return found


def _core(left: str, right: str) -> int:
    short, long = (left, right) if len(left) < len(right) else (right, left)
    if len(short) >= 2 and short in long:
        return _NEAR
    if len(short) >= 4 and fuzz.ratio(left, right) >= 80:
        return _NEAR
    return _SLIP if len(left) == len(right) and Hamming.distance(left, right) == 1 else _FAR


@compiled
def _compared(sites: _Sites, words: _Words, left: I32, right: I32, addresses: bool, found: I8, cores: I8) -> bool:
    """The step of every pair whose names need not be read. Whether there are others."""
    _cores(sites.core, words, left, right, cores)
    _settled(sites, left, right, addresses, cores, found)
    return bool(np.any(cores == _UNREAD))


@compiled
def _cores(names: I32, words: _Words, left: I32, right: I32, cores: I8) -> None:
    """How the names of two sites stand to each other; far where one is not said."""
    sounds, marks, lengths = words.sound, words.marks, words.length
    for pair in range(len(left)):
        cores[pair] = _FAR
        if left[pair] < 0 or right[pair] < 0:
            continue
        one, other = names[left[pair]], names[right[pair]]
        if one == 0 or other == 0:
            continue
        size, length = np.int64(lengths[one]), np.int64(lengths[other])
        if one == other:
            cores[pair] = _SAME
        elif sounds[one] == sounds[other] and min(size, length) >= 2:
            cores[pair] = _NEAR
        elif _may_be_close(size, length, marks[one], marks[other]):
            cores[pair] = _UNREAD


@compiled
def _may_be_close(size: np.int64, length: np.int64, marks: np.uint64, marks_too: np.uint64) -> bool:
    """One may be within the other, one slip apart, or four fifths alike."""
    if size > length:
        size, length, marks, marks_too = length, size, marks_too, marks
    if size >= 2 and size < length and marks & ~marks_too == 0:
        return True
    parted = _bits(marks ^ marks_too)
    if size == length and parted <= 2:
        return True
    return bool(size >= 4 and 5 * parted <= size + length and 5 * (length - size) <= size + length)


@compiled
def _bits(marks: np.uint64) -> int:
    """How many bits are set."""
    count = 0
    while marks != 0:
        marks &= marks - np.uint64(1)
        count += 1
    return count


@compiled
def _settled(sites: _Sites, left: I32, right: I32, addresses: bool, cores: I8, found: I8) -> None:
    """The steps of all pairs whose names were looked at. What else is said can make the names' reading needless."""
    names, kinds, sections = sites.core, sites.kind, sites.section
    houses, towns, phases = sites.house, sites.town, sites.phase
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        found[pair] = _SAID_NOTHING
        if one < 0 or other < 0:
            continue
        said = names[one] != 0 and names[other] != 0
        house = houses[one], houses[other]
        if addresses:
            step = _address(said, cores[pair], house, (towns[one], towns[other]))
        else:
            section, kind = (sections[one], sections[other]), (kinds[one], kinds[other])
            step = _site(said, cores[pair], (phases[one], phases[other]), section, house, kind)
        found[pair] = step
        if cores[pair] == _UNREAD and step == (_OTHER_ADDRESS if addresses else _NONE):
            cores[pair] = _FAR


@compiled
def _site(said: bool, cores: int, phase: _Two, section: _Two, house: _Two, kind: _Two) -> int:
    other_phase = phase[0] > 0 and phase[1] > 0 and phase[0] != phase[1]
    if not said:
        return _PHASE if other_phase else _VAGUE
    if cores == _FAR or _differ(kind):
        return _NONE
    if other_phase:
        return _PHASE
    if _differ(section):
        return _SECTION
    if _differ(house):
        return _NONE
    if cores == _SLIP:
        return _CHARACTER if kind[0] == kind[1] else _NONE
    return _ONE if cores == _SAME and phase[0] == phase[1] and section[0] == section[1] else _CLOSE


@compiled
def _address(said: bool, cores: int, house: _Two, town: _Two) -> int:
    if _differ(town):
        return _OTHER_ADDRESS
    if not said:
        return _VAGUE_ADDRESS
    if _differ(house):
        return _OTHER_ADDRESS
    if cores == _SAME and house[0] == house[1] and house[0] != 0:
        return _ONE_ADDRESS
    return _CLOSE_ADDRESS if cores > _SLIP else _OTHER_ADDRESS


@compiled
def _differ(parts: _Two) -> bool:
    """Both are said, and not the same."""
    return parts[0] != 0 and parts[1] != 0 and parts[0] != parts[1]
