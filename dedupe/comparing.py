"""From candidate pairs to levels: for every field of every pair one small number, -1 where somebody did not say.

All fields are compared as arrays of value numbers. A pair's levels follow from its two rows and from which phones are
shared by many, and from nothing else: compared alone or among millions they are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe import patterns
from dedupe.levels import FEATURES, POSITION, SIZES
from dedupe.person_steps import boss_phone_steps, boss_steps, holds, id_steps, name_steps, phone_steps, roster_steps
from dedupe.table import I8, I32, I64, SKETCH, Mask, Table
from dedupe.value_steps import Values, address_steps, firm_steps, site_steps

AT_ONCE = 1 << 17
"""Pairs that are compared together: their values fit into the processor's own memory."""
WEEKS, HALF_A_YEAR = 31, 183
"""Days within which two complaints were told together."""
SAME_TEXT, ALIKE_TEXT = 0.8, 0.45
"""Shares of equal sketch columns."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidate pairs (rows of the table) and what every field says about them, one column a field of `FEATURES`."""

    left: I32
    right: I32
    levels: I8

    def __len__(self) -> int:
        return len(self.left)

    def level(self, feature: str) -> I8:
        """What one field says about every pair."""
        column: I8 = self.levels[:, POSITION[feature]]
        return column


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Some pairs of a table, and the phones that many share."""

    table: Table
    left: Values
    right: Values
    shared: Mask


def compare(table: Table, left: Values, right: Values, shared: Mask) -> Compared:
    """Compare every candidate pair in every field. `shared` marks the phones of `sharing.shared_phones`."""
    columns = np.empty((len(FEATURES), len(left)), dtype=np.int8)
    for start in range(0, len(left), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        pairs = _Pairs(table, left[part], right[part], shared)
        for position, feature in enumerate(FEATURES):
            columns[position, part] = STEPS[feature.name](pairs)
    return Compared(left.astype(np.int32, copy=False), right.astype(np.int32, copy=False), columns.T)


def compare_packed(table: Table, left: Values, right: Values, shared: Mask, *, threads: int = 2) -> I64:
    """The levels of every pair as one integer each, as `pack` makes them; for more pairs than levels should be kept."""
    found = np.empty(len(left), dtype=np.int64)

    def fill(start: int) -> None:
        part = slice(start, start + AT_ONCE)
        found[part] = pack(compare(table, left[part], right[part], shared).levels)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(0, len(left), AT_ONCE)))
    return found


def pack(levels: I8) -> I64:
    """The levels of each pair as one integer: pairs with the same pattern have the same weight."""
    return patterns.pack(levels, SIZES)


def unpack(packed: I64) -> I8:
    """The levels of packed patterns."""
    return patterns.unpack(packed, SIZES)


Step: TypeAlias = Callable[[_Pairs], I8]


def _of_numbers(column: str, steps: Callable[[_Pairs, Values, Values], I8]) -> Step:
    """A field of value numbers: compared where both sides have one."""

    def of(pairs: _Pairs) -> I8:
        numbers = getattr(pairs.table, column)
        one, other = numbers[pairs.left], numbers[pairs.right]
        found = np.full(len(one), -1, dtype=np.int8)
        rows = np.flatnonzero((one >= 0) & (other >= 0))
        found[rows] = steps(pairs, one[rows], other[rows])
        return found

    return of


def _of_amounts(column: str, steps: Callable[[I64, I64], I8]) -> Step:
    """A field that is itself a number, 0 where nothing was said."""

    def of(pairs: _Pairs) -> I8:
        said = getattr(pairs.table, column)
        one, other = said[pairs.left], said[pairs.right]
        found = steps(one, other)
        found[(one == 0) | (other == 0)] = -1
        return found

    return of


def _level(*missed: Mask) -> I8:
    """How many of the bounds a pair missed, the closest first: the number of its level."""
    found = missed[0].astype(np.int8)
    for one in missed[1:]:
        found += one
    return found


def _one_or_other(left: I64, right: I64) -> I8:
    return _level(left != right)


def _heads(left: I64, right: I64) -> I8:
    apart, most = np.abs(left - right), np.maximum(left, right)
    return _level(apart > 0, apart > most // 4)


def _amounts(left: I64, right: I64) -> I8:
    apart, most = np.abs(left - right), np.maximum(left, right)
    return _level(apart > 0, apart > most // 20, apart > most // 4)


def _days(left: I64, right: I64) -> I8:
    apart = np.abs(left - right)
    return _level(apart > WEEKS, apart > HALF_A_YEAR)


def _months(pairs: _Pairs) -> I8:
    """The unpaid months: the same, overlapping, close together (a month between them at most), apart."""
    first, last = pairs.table.first, pairs.table.last
    since, until = (first[pairs.left], first[pairs.right]), (last[pairs.left], last[pairs.right])
    start, end = np.maximum(*since), np.minimum(*until)
    other = (since[0] != since[1]) | (until[0] != until[1])
    found = _level(other, start > end, start > end + 2)
    found[(since[0] == 0) | (since[1] == 0)] = -1
    return found


def _texts(pairs: _Pairs) -> I8:
    one, other = pairs.table.sketch[pairs.left], pairs.table.sketch[pairs.right]
    eights = np.bitwise_count((one == other).view(np.uint64))
    equal = eights[:, 0] + eights[:, 1]
    found = _level(equal < SAME_TEXT * SKETCH, equal < ALIKE_TEXT * SKETCH)
    found[(one[:, 0] == 0) | (other[:, 0] == 0)] = -1
    return found


_SHARE, _NAMES_OTHER, _HOLDS_NAME, _TOUCH, _DIFFER = range(5)


def _crews(pairs: _Pairs) -> I8:
    """Two rosters by whom they share; a roster and a single complainant by whether he is named in it."""
    one, other = pairs.table.crew[pairs.left], pairs.table.crew[pairs.right]
    found = np.full(len(one), -1, dtype=np.int8)
    both = np.flatnonzero((one >= 0) & (other >= 0))
    common = roster_steps(pairs.table.crews, one[both], other[both])
    found[both] = np.asarray([_DIFFER, _TOUCH, _SHARE], dtype=np.int8)[common]
    for rosters, alone, rows in (
        (one, pairs.right, np.flatnonzero((one >= 0) & (other < 0))),
        (other, pairs.left, np.flatnonzero((other >= 0) & (one < 0))),
    ):
        found[rows] = _named(pairs, rosters[rows], alone[rows])
    return found


def _named(pairs: _Pairs, rosters: I32, alone: Values) -> I8:
    """Whether a roster names a complainant. A phone that many share does so only together with the name."""
    table, crews = pairs.table, pairs.table.crews
    by_name = holds(crews, rosters, _taken(table.persons.key, table.name[alone]))
    by_phone = holds(crews, rosters, _taken(table.phones.key, table.phone[alone]))
    by_number = holds(crews, rosters, _taken(table.ids.key, table.id_no[alone]))
    of_many = _taken(pairs.shared, table.phone[alone])
    found = np.where(by_name, _HOLDS_NAME, -1).astype(np.int8)
    found[by_number | (by_phone & (by_name | ~of_many))] = _NAMES_OTHER
    return found


def _taken(values: NDArray[Any], numbers: I32) -> NDArray[Any]:
    """The values of these numbers, nought for -1."""
    found = np.zeros(len(numbers), dtype=values.dtype)
    said = numbers >= 0
    found[said] = values[numbers[said]]
    return found


STEPS: Mapping[str, Step] = {
    "code": _of_amounts("code", _one_or_other),
    "employer": _of_numbers("firm", lambda pairs, one, other: firm_steps(pairs.table, one, other)),
    "boss": _of_numbers("boss", lambda pairs, one, other: boss_steps(pairs.table.persons, one, other)),
    "boss_phone": _of_numbers("boss_phone", lambda pairs, one, other: boss_phone_steps(pairs.table.phones, one, other)),
    "site": _of_numbers("site", lambda pairs, one, other: site_steps(pairs.table, one, other)),
    "address": _of_numbers("address", lambda pairs, one, other: address_steps(pairs.table, one, other)),
    "district": _of_amounts("district", _one_or_other),
    "name": _of_numbers("name", lambda pairs, one, other: name_steps(pairs.table.persons, one, other)),
    "phone": _of_numbers("phone", lambda pairs, one, other: phone_steps(pairs.table.phones, one, other, pairs.shared)),
    "id_no": _of_numbers("id_no", lambda pairs, one, other: id_steps(pairs.table.ids, one, other)),
    "crew": _crews,
    "heads": _of_amounts("heads", _heads),
    "amount": _of_amounts("amount", _amounts),
    "period": _months,
    "told": _of_amounts("day", _days),
    "text": _texts,
}
"""How the level of each field is found."""
