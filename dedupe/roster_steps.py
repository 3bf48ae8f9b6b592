"""How rosters stand to each other, and to a single complainant whom they may name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedupe.compiled import compiled
from dedupe.rows import first_from
from dedupe.table import I8, I32, I64, U64, Crews, Mask, Table
from dedupe.value_steps import Values, as_numbers

_SAID_NOTHING = -1
_SHARE, _NAMES_OTHER, _HOLDS_NAME, _TOUCH, _DIFFER = range(5)
_BY_COMMON = np.asarray([_DIFFER, _TOUCH, _SHARE], dtype=np.int8)
_ENOUGH = 2


class _Rosters(NamedTuple):
    """Their members, one roster behind the other, each sorted."""

    start: I64
    member: U64


class _People(NamedTuple):
    """Who complains in every row, by numbers of the values' hashes that follow."""

    name: I32
    phone: I32
    id_no: I32
    names: U64
    phones: U64
    ids: U64


def crew_steps(table: Table, left: Values, right: Values, shared: Mask) -> I8:
    """For rows of a table: two rosters by whom they share; a roster and a single complainant by whether he is named in
    it."""
    one, other = table.crew[left], table.crew[right]
    found = np.full(len(one), _SAID_NOTHING, dtype=np.int8)
    both = np.flatnonzero((one >= 0) & (other >= 0))
    if len(both):
        found[both] = _BY_COMMON[roster_steps(table.crews, one[both], other[both])]
    single = np.flatnonzero((one >= 0) != (other >= 0))
    if len(single):
        one, other = one[single], other[single]
        alone = np.where(one >= 0, right[single], left[single])
        people = _People(table.name, table.phone, table.id_no, table.persons.key, table.phones.key, table.ids.key)
        steps = np.empty(len(single), dtype=np.int8)
        rosters = _Rosters(table.crews.start, table.crews.member)
        _named(rosters, people, np.maximum(one, other), as_numbers(alone), shared, steps)
        found[single] = steps
    return found


def roster_steps(crews: Crews, left: Values, right: Values) -> I8:
    """How many names and numbers two rosters have in common, two and more counted as two."""
    found = np.empty(len(left), dtype=np.int8)
    _common(_Rosters(crews.start, crews.member), as_numbers(left), as_numbers(right), found)
    return found


@compiled
def _common(rosters: _Rosters, left: I32, right: I32, found: I8) -> None:
    """Every member of the shorter roster is looked up in the longer one, no further than need be."""
    start, member = rosters.start, rosters.member
    for pair in range(len(left)):
        short, long = left[pair], right[pair]
        if start[short + 1] - start[short] > start[long + 1] - start[long]:
            short, long = long, short
        low, end = start[long], start[long + 1]
        count = 0
        for place in range(start[short], start[short + 1]):
            low = first_from(member, member[place], low, end)
            if low == end or count == _ENOUGH:
                break
            count += member[low] == member[place]
        found[pair] = count


@compiled
def _named(rosters: _Rosters, people: _People, crew: I32, alone: I32, shared: Mask, found: I8) -> None:
    """Whether a roster names a complainant. A phone that many share does so only together with the name."""
    start, member = rosters.start, rosters.member
    for pair in range(len(crew)):
        low, end, row = start[crew[pair]], start[crew[pair] + 1], alone[pair]
        name, phone, number = people.name[row], people.phone[row], people.id_no[row]
        by_name = name >= 0 and _holds(member, people.names[name], low, end)
        by_phone = phone >= 0 and _holds(member, people.phones[phone], low, end)
        by_number = number >= 0 and _holds(member, people.ids[number], low, end)
        if by_number or (by_phone and (by_name or not shared[phone])):
            found[pair] = _NAMES_OTHER
        else:
            found[pair] = _HOLDS_NAME if by_name else _SAID_NOTHING


@compiled
def _holds(member: U64, wanted: int, low: int, end: int) -> bool:
    """Whether a roster holds a name or number; 0 is nobody."""
    place = first_from(member, wanted, low, end)
    return bool(wanted != 0 and place < end and member[place] == wanted)
