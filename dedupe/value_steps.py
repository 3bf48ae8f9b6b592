"""How names of employers stand to each other, for whole arrays of value numbers at once.

The readable definition is `naming`; this gives the same steps. What numbers can decide is decided in one pass over the
pairs. Only pairs of *words* that may contain, abbreviate or misspell each other are read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from dedupe.compiled import compiled
from dedupe.naming import Alike
from dedupe.spelling import distinct_pairs, one_slip, within_one
from dedupe.table import I8, I32, I64, U8, U64, Mask, Table
from dedupe.trades import same_trade

Values: TypeAlias = I32 | I64
"""Numbers of values, one a pair, -1 for none."""
_UNRELATED, _RELATED, _INSIDE = range(3)
_TRADES, _WITHIN, _SLIP, _ONE_CORE = 1, 2, 4, 8
"""What words of a pair are still to be read, and whether the two have one core."""
_SAID_NOTHING = -1
_ONE, _SHORT, _SWAPPED, _SOUND = int(Alike.ONE), int(Alike.SHORT), int(Alike.SWAPPED), int(Alike.SOUND)
_SISTER, _OTHER_TRADE, _ELSEWHERE = int(Alike.RELATED), int(Alike.TRADE), int(Alike.ELSEWHERE)
_VAGUE, _NONE = int(Alike.VAGUE), int(Alike.NONE)


class _Firms(NamedTuple):
    """The columns of employers and of their words that the loops look at."""

    core: I32
    trade: I32
    name: I32
    alias: I32
    place: I32
    level: I8
    loose: Mask
    sound: U64
    bag: U64
    marks: U64
    length: U8


def as_numbers(values: Values) -> I32:
    """Numbers of values as the loops take them."""
    return np.ascontiguousarray(values, dtype=np.int32)


def firm_steps(table: Table, left: Values, right: Values) -> I8:
    """`naming.alike` of every pair of firm numbers, -1 where one is none."""
    firms, words = table.firms, table.words
    one, other = as_numbers(left), as_numbers(right)
    found, open_ = np.empty(len(one), dtype=np.int8), np.empty(len(one), dtype=np.uint8)
    columns = (firms.core, firms.trade, firms.name, firms.alias, firms.place, firms.level, firms.loose)
    if not _decided(_Firms(*columns, words.sound, words.bag, words.marks, words.length), one, other, found, open_):
        return found
    asked = np.flatnonzero(open_ & _TRADES)
    if len(asked):
        trades = distinct_pairs(words, firms.trade[one[asked]], firms.trade[other[asked]], _trade)
        _take_trades(asked, trades, found, open_)
    for still, column, read, step in (
        (_WITHIN, firms.name, within_one, Alike.WITHIN),
        (_SLIP, firms.core, one_slip, Alike.CHARACTER),
    ):
        asked = np.flatnonzero(open_ & still)
        if len(asked):
            asked = asked[read(words, column[one[asked]], column[other[asked]]) > 0]
            found[asked], open_[asked] = step, 0
    return found


@lru_cache(maxsize=100_000)
def _trade(left: str, right: str) -> int:
    if left in right or right in left:
        return _INSIDE
    return _RELATED if same_trade(left, right) else _UNRELATED


@compiled
def _decided(firms: _Firms, left: I32, right: I32, found: I8, open_: U8) -> bool:
    """Every pair's step, or what it is where the words that are `open_` say nothing. Whether any are open."""
    others = np.empty(len(left), dtype=np.int32)
    count = _by_core(firms, left, right, found, open_, others)
    _by_words(firms, left, right, others[:count], found, open_)
    return bool(np.any(open_))


@compiled
def _by_core(firms: _Firms, left: I32, right: I32, found: I8, open_: U8, others: I32) -> int:
    """The pairs that have no core or one; the `others` are listed. How many those are."""
    cores, names, trades, places, levels = firms.core, firms.name, firms.trade, firms.place, firms.level
    count = 0
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        found[pair], open_[pair] = _SAID_NOTHING, 0
        if one < 0 or other < 0:
            continue
        core, core_too, name, name_too = cores[one], cores[other], names[one], names[other]
        if core == 0 or core_too == 0:
            found[pair] = _VAGUE
        elif core == core_too or name == name_too:
            apart = _apart(places[one], places[other], min(levels[one], levels[other]))
            trade, trade_too = trades[one], trades[other]
            exact = name == name_too or trade == trade_too
            found[pair] = _ELSEWHERE if apart else (_ONE if exact else _SHORT)
            if not exact and trade != 0 and trade_too != 0:
                open_[pair] = _TRADES | _ONE_CORE
        else:
            others[count] = pair
            count += 1
    return count


@compiled
def _by_words(firms: _Firms, left: I32, right: I32, pairs: I32, found: I8, open_: U8) -> None:
    """The pairs that have two cores."""
    cores, names, trades, aliases, loose = firms.core, firms.name, firms.trade, firms.alias, firms.loose
    places, levels = firms.place, firms.level
    sounds, bags, marks, lengths = firms.sound, firms.bag, firms.marks, firms.length
    for pair in pairs:
        one, other = left[pair], right[pair]
        core, core_too, alias, alias_too = cores[one], cores[other], aliases[one], aliases[other]
        if core == alias_too or core_too == alias or (alias == alias_too and alias != 0):
            found[pair] = _SHORT
            continue
        name, name_too = names[one], names[other]
        size, size_too = np.int64(lengths[name]), np.int64(lengths[name_too])
        step = _VAGUE if loose[one] or loose[other] else _NONE
        still = _WITHIN if _may_be_within(size, size_too, marks[name], marks[name_too]) else 0
        if size >= 4 and bags[name] == bags[name_too]:
            step = _SWAPPED
        elif sounds[core] == sounds[core_too] or sounds[name] == sounds[name_too]:
            step = _SOUND
        elif _may_be_slip(np.int64(lengths[core]) - np.int64(lengths[core_too]), marks[core] ^ marks[core_too]):
            still |= _SLIP
        found[pair] = _NONE
        if still == 0 and step == _NONE:
            continue
        if not _apart(places[one], places[other], min(levels[one], levels[other])):
            trade, trade_too = trades[one], trades[other]
            found[pair] = step
            open_[pair] = still | (_TRADES if trade != trade_too and trade != 0 and trade_too != 0 else 0)


@compiled
def _apart(place: int, place_too: int, level: int) -> bool:
    """In different cities, or in different provinces where no more is known of one."""
    if level >= 4:
        return place // 100 != place_too // 100
    return level == 2 and place // 10_000 != place_too // 10_000


@compiled
def _may_be_within(size: np.int64, size_too: np.int64, marks: np.uint64, marks_too: np.uint64) -> bool:
    """Every character of the shorter word may stand in the longer one."""
    if size < size_too:
        return bool(size >= 2 and marks & ~marks_too == 0)
    return bool(2 <= size_too < size and marks_too & ~marks == 0)


@compiled
def _may_be_slip(longer: np.int64, parted: np.uint64) -> bool:
    """At most one character may be another, missing or exchanged with its neighbour."""
    parted &= parted - np.uint64(1)
    return bool(-1 <= longer <= 1 and parted & (parted - np.uint64(1)) == 0)


@compiled
def _take_trades(pairs: I64, trades: I8, found: I8, open_: U8) -> None:
    """Close the pairs whose trades say enough."""
    for place in range(len(pairs)):
        pair, trade = pairs[place], trades[place]
        if open_[pair] & _ONE_CORE:
            if trade == _UNRELATED:
                found[pair] = _OTHER_TRADE
            elif trade == _RELATED and found[pair] == _SHORT:
                found[pair] = _SISTER
            open_[pair] = 0
        elif trade == _UNRELATED:
            found[pair], open_[pair] = _NONE, 0
