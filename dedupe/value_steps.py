"""How names of employers, sites and addresses stand to each other, for whole arrays of value numbers at once.

The readable definition is `naming`; this gives the same steps. What numbers can decide is decided for all pairs
together. Only pairs of *words* that may contain, abbreviate or misspell each other are read, each distinct pair once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeAlias

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming

from dedupe.naming import Alike, Sites
from dedupe.rows import starts_of
from dedupe.spelling import one_by_one, one_slip, within_one
from dedupe.table import I8, I16, I32, I64, Firms, Mask, Table, Words
from dedupe.trades import same_trade

Values: TypeAlias = I32 | I64
"""Numbers of values, one a pair."""
AT_ONCE = 1 << 18
"""Pairs that are worked on together: their columns fit into the processor's own memory."""
_UNRELATED, _RELATED, _INSIDE, _EQUAL = range(4)
_FAR, _SLIP, _NEAR, _SAME = range(4)


def firm_steps(table: Table, left: Values, right: Values) -> I8:
    """`naming.alike` of every pair of firm numbers."""
    return _in_parts(_firms, table, left, right)


def site_steps(table: Table, left: Values, right: Values) -> I8:
    """`naming.sites` of every pair of site numbers."""
    return _in_parts(_sites, table, left, right)


def address_steps(table: Table, left: Values, right: Values) -> I8:
    """`naming.address_step` of every pair of site numbers."""
    return _in_parts(_addresses, table, left, right)


def _in_parts(steps: Callable[[Table, Values, Values], I8], table: Table, left: Values, right: Values) -> I8:
    found = np.empty(len(left), dtype=np.int8)
    for start in range(0, len(left), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        found[part] = steps(table, left[part], right[part])
    return found


def _firms(table: Table, left: Values, right: Values) -> I8:
    firms = table.firms
    one, other = firms.core[left], firms.core[right]
    said = (one != 0) & (other != 0)
    same = said & ((one == other) | (firms.name[left] == firms.name[right]))
    found = np.full(len(left), Alike.VAGUE, dtype=np.int8)
    rows = np.flatnonzero(same)
    found[rows] = _same_core(table, left[rows], right[rows])
    rows = np.flatnonzero(said & ~same)
    found[rows] = _other_core(table, left[rows], right[rows])
    return found


def _same_core(table: Table, left: Values, right: Values) -> I8:
    firms = table.firms
    trades = _trades(table.words, firms.trade[left], firms.trade[right])
    steps = np.asarray([Alike.TRADE, Alike.RELATED, Alike.SHORT, Alike.ONE], dtype=np.int8)
    unsaid = (trades == _EQUAL) & (firms.trade[left] != firms.trade[right])
    found = steps[trades]
    found[unsaid] = Alike.SHORT
    found[firms.name[left] == firms.name[right]] = Alike.ONE
    found[(found != Alike.TRADE) & _apart(firms, left, right)] = Alike.ELSEWHERE
    return found


def _other_core(table: Table, left: Values, right: Values) -> I8:
    firms, words = table.firms, table.words
    one, other = firms.core[left], firms.core[right]
    long_one, long_other = firms.name[left], firms.name[right]
    loose = firms.loose[left] | firms.loose[right]
    within = _may_be_within(words, long_one, long_other)
    swapped = (words.bag[long_one] == words.bag[long_other]) & (words.length[long_one] >= 4)
    heard = (words.sound[one] == words.sound[other]) | (words.sound[long_one] == words.sound[long_other])
    slip = _may_be_slip(words, one, other)
    found = np.full(len(left), Alike.NONE, dtype=np.int8)
    rows = np.flatnonzero(loose | within | swapped | heard | slip)
    rows = rows[~_apart(firms, left[rows], right[rows])]
    rows = rows[_trades(words, firms.trade[left[rows]], firms.trade[right[rows]]) > _UNRELATED]
    steps = np.where(loose[rows], Alike.VAGUE, Alike.NONE).astype(np.int8)
    read = np.flatnonzero(slip[rows])
    steps[read[_read(words, one[rows[read]], other[rows[read]], one_slip) > 0]] = Alike.CHARACTER
    steps[heard[rows]] = Alike.SOUND
    steps[swapped[rows]] = Alike.SWAPPED
    read = np.flatnonzero(within[rows])
    steps[read[_read(words, long_one[rows[read]], long_other[rows[read]], within_one) > 0]] = Alike.WITHIN
    found[rows] = steps
    known = firms.alias[left], firms.alias[right]
    found[(one == known[1]) | (other == known[0]) | ((known[0] == known[1]) & (known[0] != 0))] = Alike.SHORT
    return found


def _apart(firms: Firms, left: Values, right: Values) -> Mask:
    """In different cities, or in different provinces where no more is known of one."""
    one, other = firms.place[left], firms.place[right]
    level = np.minimum(firms.level[left], firms.level[right])
    cities = (level >= 4) & (one // 100 != other // 100)
    apart: Mask = cities | ((level == 2) & (one // 10_000 != other // 10_000))
    return apart


def _trades(words: Words, left: I32, right: I32) -> I8:
    """How two trades stand to each other; a trade that is not said agrees with any."""
    found = np.full(len(left), _EQUAL, dtype=np.int8)
    rows = np.flatnonzero((left != right) & (left != 0) & (right != 0))
    found[rows] = _read(words, left[rows], right[rows], partial(one_by_one, answer=_trade))
    return found


def _may_be_within(words: Words, left: I32, right: I32) -> Mask:
    """Where every character of the shorter word may stand in the longer one."""
    one, other = words.marks[left], words.marks[right]
    size, length = words.length[left], words.length[right]
    short = (size < length) & (one & ~other == 0) & (size >= 2)
    within: Mask = short | ((length < size) & (other & ~one == 0) & (length >= 2))
    return within


def _may_be_slip(words: Words, left: I32, right: I32) -> Mask:
    """Where at most one character may be another, missing or exchanged with its neighbour."""
    size, length = words.length[left].astype(np.int16), words.length[right].astype(np.int16)
    slip: Mask = (np.bitwise_count(words.marks[left] ^ words.marks[right]) <= 2) & (np.abs(size - length) <= 1)
    return slip


def _read(words: Words, left: I32, right: I32, answer: Callable[[Words, I64, I64], I8]) -> I8:
    """The answer for every pair of words; each distinct pair is read once, in no particular order."""
    packed = (np.minimum(left, right).astype(np.int64) << 32) | np.maximum(left, right)
    order = np.argsort(packed)
    ranked = packed[order]
    fresh = starts_of(ranked)
    distinct = ranked[fresh]
    answers = answer(words, distinct >> 32, distinct & 0xFFFFFFFF)
    found = np.empty(len(packed), dtype=np.int8)
    found[order] = answers[np.cumsum(fresh) - 1]
    return found


@lru_cache(maxsize=100_000)
def _trade(left: str, right: str) -> int:
    if left in right or right in left:
        return _INSIDE
    return _RELATED if same_trade(left, right) else _UNRELATED


def _cores(words: Words, left: I32, right: I32) -> I8:
    """How the names of two sites stand to each other: the same, close, one slip, far. Both are said."""
    found = np.full(len(left), _FAR, dtype=np.int8)
    size, length = words.length[left].astype(np.int16), words.length[right].astype(np.int16)
    least = np.minimum(size, length)
    parted = np.bitwise_count(words.marks[left] ^ words.marks[right]).astype(np.int16)
    alike = (least >= 4) & (5 * np.maximum(parted, np.abs(size - length)) <= size + length)
    slip = (size == length) & (parted <= 2)
    rows = np.flatnonzero((left != right) & (alike | slip | _may_be_within(words, left, right)))
    found[rows] = _read(words, left[rows], right[rows], partial(one_by_one, answer=_core))
    found[(words.sound[left] == words.sound[right]) & (least >= 2)] = _NEAR
    found[left == right] = _SAME
    return found


def _core(left: str, right: str) -> int:
    short, long = (left, right) if len(left) < len(right) else (right, left)
    if len(short) >= 2 and short in long:
        return _NEAR
    if len(short) >= 4 and fuzz.ratio(left, right) >= 80:
        return _NEAR
    return _SLIP if len(left) == len(right) and Hamming.distance(left, right) == 1 else _FAR


def _sites(table: Table, left: Values, right: Values) -> I8:
    sites = table.sites
    one, other = sites.core[left], sites.core[right]
    phases = sites.phase[left], sites.phase[right]
    other_phase = (phases[0] > 0) & (phases[1] > 0) & (phases[0] != phases[1])
    found = np.where(other_phase, Sites.PHASE, Sites.VAGUE).astype(np.int8)
    rows = np.flatnonzero((one != 0) & (other != 0))
    left, right = left[rows], right[rows]
    cores = _cores(table.words, one[rows], other[rows])
    kinds = sites.kind[left], sites.kind[right]
    sections = sites.section[left], sites.section[right]
    exact = (cores == _SAME) & (phases[0][rows] == phases[1][rows]) & (sections[0] == sections[1])
    steps = np.where(exact, Sites.ONE, Sites.CLOSE).astype(np.int8)
    slip = cores == _SLIP
    steps[slip] = np.where(kinds[0][slip] == kinds[1][slip], Sites.CHARACTER, Sites.NONE)
    steps[_differ(sites.house[left], sites.house[right])] = Sites.NONE
    steps[_differ(*sections)] = Sites.SECTION
    steps[other_phase[rows]] = Sites.PHASE
    steps[(cores == _FAR) | _differ(*kinds)] = Sites.NONE
    found[rows] = steps
    return found


def _addresses(table: Table, left: Values, right: Values) -> I8:
    sites = table.sites
    one, other = sites.core[left], sites.core[right]
    houses = sites.house[left], sites.house[right]
    found = np.full(len(left), _VAGUE_ADDRESS, dtype=np.int8)
    rows = np.flatnonzero((one != 0) & (other != 0))
    cores = _cores(table.words, one[rows], other[rows])
    steps = np.where(cores >= _NEAR, _CLOSE_ADDRESS, _OTHER_ADDRESS).astype(np.int8)
    one_house = (houses[0][rows] == houses[1][rows]) & (houses[0][rows] != 0)
    steps[(cores == _SAME) & one_house] = _ONE_ADDRESS
    steps[_differ(houses[0][rows], houses[1][rows])] = _OTHER_ADDRESS
    found[rows] = steps
    found[_differ(sites.town[left], sites.town[right])] = _OTHER_ADDRESS
    return found


_ONE_ADDRESS, _CLOSE_ADDRESS, _VAGUE_ADDRESS, _OTHER_ADDRESS = range(4)


def _differ(left: I32 | I16, right: I32 | I16) -> Mask:
    """Both are said, and not the same."""
    found: Mask = (left != 0) & (right != 0) & (left != right)
    return found
