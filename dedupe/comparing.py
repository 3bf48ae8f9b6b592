"""From candidate pairs to levels: for every field of every pair one small number, -1 where somebody did not say.

All fields are compared as arrays of value numbers. A pair's levels follow from its two rows and from which phones are
shared by many, and from nothing else: compared alone or among millions they are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from dedupe import patterns, plain_steps
from dedupe.levels import FEATURES, POSITION, SIZES
from dedupe.person_steps import boss_phone_steps, boss_steps, id_steps, name_steps, phone_steps
from dedupe.roster_steps import crew_steps
from dedupe.site_steps import address_steps, site_steps
from dedupe.table import I8, I32, I64, Mask, Table
from dedupe.threads import over
from dedupe.value_steps import Values, as_numbers, firm_steps

AT_ONCE = 1 << 16
"""Pairs that are compared together: their values fit into the processor's own memory."""


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
    left: I32
    right: I32
    shared: Mask


def compare(table: Table, left: Values, right: Values, shared: Mask) -> Compared:
    """Compare every candidate pair in every field. `shared` marks the phones of `sharing.shared_phones`."""
    one, other = as_numbers(left), as_numbers(right)
    columns = np.empty((len(FEATURES), len(one)), dtype=np.int8)
    for start in range(0, len(one), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        pairs = _Pairs(table, one[part], other[part], shared)
        for position, feature in enumerate(FEATURES):
            STEPS[feature.name](pairs, columns[position, part])
    return Compared(one, other, columns.T)


def compare_packed(table: Table, left: Values, right: Values, shared: Mask) -> I64:
    """The levels of every pair as one integer each, as `pack` makes them; for more pairs than levels should be kept."""
    found = np.empty(len(left), dtype=np.int64)

    def fill(start: int) -> None:
        part = slice(start, start + AT_ONCE)
        found[part] = pack(compare(table, left[part], right[part], shared).levels)

    for _ in over(fill, range(0, len(left), AT_ONCE)):
        pass
    return found


def pack(levels: I8) -> I64:
    """The levels of each pair as one integer: pairs with the same pattern have the same weight."""
    return patterns.pack(levels, SIZES)


def unpack(packed: I64) -> I8:
    """The levels of packed patterns."""
    return patterns.unpack(packed, SIZES)


Step: TypeAlias = Callable[[_Pairs, I8], None]
"""Writes the level of every pair."""


def _of_numbers(column: str, steps: Callable[[_Pairs, I32, I32], I8]) -> Step:
    """A field of value numbers."""

    def of(pairs: _Pairs, found: I8) -> None:
        numbers = getattr(pairs.table, column)
        found[:] = steps(pairs, numbers[pairs.left], numbers[pairs.right])

    return of


def _of_amounts(column: str, steps: Callable[[Any, I32, I32, I8], None]) -> Step:
    """A field that is itself a number, 0 where nothing was said."""

    def of(pairs: _Pairs, found: I8) -> None:
        steps(getattr(pairs.table, column), pairs.left, pairs.right, found)

    return of


def _months(pairs: _Pairs, found: I8) -> None:
    plain_steps.months(pairs.table.first, pairs.table.last, pairs.left, pairs.right, found)


def _crews(pairs: _Pairs, found: I8) -> None:
    found[:] = crew_steps(pairs.table, pairs.left, pairs.right, pairs.shared)


STEPS: Mapping[str, Step] = {
    "code": _of_amounts("code", plain_steps.equal),
    "employer": _of_numbers("firm", lambda pairs, one, other: firm_steps(pairs.table, one, other)),
    "boss": _of_numbers("boss", lambda pairs, one, other: boss_steps(pairs.table.persons, one, other)),
    "boss_phone": _of_numbers("boss_phone", lambda pairs, one, other: boss_phone_steps(pairs.table.phones, one, other)),
    "site": _of_numbers("site", lambda pairs, one, other: site_steps(pairs.table, one, other)),
    "address": _of_numbers("address", lambda pairs, one, other: address_steps(pairs.table, one, other)),
    "district": _of_amounts("district", plain_steps.equal),
    "name": _of_numbers("name", lambda pairs, one, other: name_steps(pairs.table.persons, one, other)),
    "phone": _of_numbers("phone", lambda pairs, one, other: phone_steps(pairs.table.phones, one, other, pairs.shared)),
    "id_no": _of_numbers("id_no", lambda pairs, one, other: id_steps(pairs.table.ids, one, other)),
    "crew": _crews,
    "heads": _of_amounts("heads", plain_steps.heads),
    "amount": _of_amounts("amount", plain_steps.amounts),
    "period": _months,
    "told": _of_amounts("day", plain_steps.days),
    "text": _of_amounts("sketch", plain_steps.texts),
}
"""How the level of each field is found."""
