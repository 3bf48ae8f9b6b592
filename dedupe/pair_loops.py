"""How the store of pairs lays them, and the inner loops that lay them and change them."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.compiled import compiled
from dedupe.edges import JOINS, Kind, left_of, right_of
from dedupe.table import I32, I64, U8, U64

_Kind = TypeVar("_Kind", bound=np.generic)
STANDS = 64
"""The bit in the kind of every pair that stands; one that is gone is of no kind at all."""
ASKED = int(Kind.ASK | Kind.BARRED)
"""The kinds of pairs that matter without joining."""
MATTERS = JOINS | ASKED


class Ranked(NamedTuple):
    """Sorted pairs and their kinds, which begin for each left row where `begins` says.

    Other ways lead to them, each with where it begins for every row. `places` are those of all pairs by right row,
    `asked` those of the pairs that matter without joining. `near` are the rows that pairs join to each row; where such
    a pair is gone, the row itself stands. Rows behind the last that is known have no pairs here.
    """

    pairs: U64
    kind: U8
    begins: I32
    places: I32
    place_begins: I32
    asked: I32
    asked_begins: I32
    near: I32
    near_begins: I32


class Linked(NamedTuple):
    """Pairs as they came and their kinds: each leads to the one `before` it with the same left and the same right row.

    `last` are every row's last pair that has it on the left and the last that has it on the right, -1 for none.
    """

    pairs: U64
    kind: U8
    before: I32
    last: I32


@compiled
def begins_of(pairs: U64, kind: U8, kinds: int, rows: int, lefts: bool, rights: bool) -> I32:
    """Where each row begins when the pairs of some kinds are laid by their left rows, their right ones or both."""
    begins = np.zeros(rows + 1, dtype=np.int32)
    for place in range(len(pairs)):
        if kind[place] & kinds:
            begins[left_of(pairs[place]) + 1] += np.int32(lefts)
            begins[right_of(pairs[place]) + 1] += np.int32(rights)
    for row in range(rows):
        begins[row + 1] += begins[row]
    return begins


@compiled
def by_right(pairs: U64, kind: U8, kinds: int, begins: I32) -> I32:
    """The places of the pairs of some kinds by their right rows."""
    places, following = np.empty(begins[-1], dtype=np.int32), begins.copy()
    for place in range(len(pairs)):
        if kind[place] & kinds:
            right = right_of(pairs[place])
            places[following[right]] = place
            following[right] += np.int32(1)
    return places


@compiled
def neighbours(pairs: U64, kind: U8, kinds: int, begins: I32) -> I32:
    """For each row the other rows of its pairs of some kinds."""
    near, following = np.empty(begins[-1], dtype=np.int32), begins.copy()
    for place in range(len(pairs)):
        if kind[place] & kinds:
            left, right = left_of(pairs[place]), right_of(pairs[place])
            near[following[left]], near[following[right]] = right, left
            following[left] += np.int32(1)
            following[right] += np.int32(1)
    return near


@compiled
def part(ranked: Ranked, linked: Linked, places: I64) -> None:
    """Mark the pairs at these places as gone."""
    pairs, kind, near, begins = ranked.pairs, ranked.kind, ranked.near, ranked.near_begins
    for place in places:
        if place >= len(pairs):
            linked.kind[place - len(pairs)] = 0
            continue
        kind[place] = 0
        left, right = left_of(pairs[place]), right_of(pairs[place])
        _no_neighbour(near[begins[left] : begins[left + 1]], left, right)
        _no_neighbour(near[begins[right] : begins[right + 1]], right, left)


@compiled
def _no_neighbour(near: I32, row: np.int64, other: np.int64) -> None:
    for number in range(len(near)):
        if near[number] == other:
            near[number] = row


@compiled
def link(linked: Linked, start: int, end: int) -> None:
    """Link the pairs between two places to those before them."""
    for place in range(start, end):
        for side, row in enumerate((left_of(linked.pairs[place]), right_of(linked.pairs[place]))):
            linked.before[place, side], linked.last[row, side] = linked.last[row, side], place


@compiled
def in_order(ranked: Ranked, linked: Linked, late: I64) -> I64:
    """The places of all pairs that stand in order of the pairs; `late` are those of the linked in order of theirs."""
    found = np.empty(len(ranked.pairs) + len(late), dtype=np.int64)
    count, number = 0, 0
    for place in range(len(ranked.pairs) + 1):
        while number < len(late) and (place == len(ranked.pairs) or linked.pairs[late[number]] < ranked.pairs[place]):
            if linked.kind[late[number]]:
                found[count] = len(ranked.pairs) + late[number]
                count += 1
            number += 1
        if place < len(ranked.pairs) and ranked.kind[place]:
            found[count] = place
            count += 1
    return found[:count].copy()


@compiled
def gathered(ranked: NDArray[_Kind], linked: NDArray[_Kind], places: I64) -> NDArray[_Kind]:
    """What stands at these places in a column of the sorted pairs and one of the linked."""
    found = np.empty(len(places), dtype=ranked.dtype)
    for number in range(len(places)):
        place = places[number]
        found[number] = ranked[place] if place < len(ranked) else linked[place - len(ranked)]
    return found


@compiled
def scatter(ranked: NDArray[_Kind], linked: NDArray[_Kind], places: I64, values: NDArray[_Kind]) -> None:
    """Write values to these places."""
    for number in range(len(places)):
        place = places[number]
        if place < len(ranked):
            ranked[place] = values[number]
        else:
            linked[place - len(ranked)] = values[number]
