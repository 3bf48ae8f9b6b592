"""The inner loops that look pairs up: one by one, beside some rows, and along all that hangs together."""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled
from dedupe.edges import JOINS, left_of, right_of
from dedupe.pair_loops import MATTERS, STANDS, Linked, Ranked
from dedupe.rows import first_from
from dedupe.table import I32, I64, U8, U64, Mask

_AT_ONCE = 64
"""Rows of a walk that are looked up together."""


@compiled
def places_of(ranked: Ranked, linked: Linked, pairs: U64) -> I64:
    """The place of each pair: among the sorted ones, or behind their end among the linked. -1 where it is not."""
    found = np.empty(len(pairs), dtype=np.int64)
    known, begins, kind = ranked.pairs, ranked.begins, ranked.kind
    late, late_kind, before, last = linked.pairs, linked.kind, linked.before, linked.last
    for number in range(len(pairs)):
        pair = pairs[number]
        left, right = left_of(pair), right_of(pair)
        place = np.int64(-1)
        if left < len(begins) - 1:
            place = _in_ranked(known, kind, pair, begins[left], begins[left + 1])
        if place < 0 and right < len(last):
            place = _in_linked(late, late_kind, before, pair, last[right, 1])
            place += len(known) if place >= 0 else 0
        found[number] = place
    return found


@compiled
def _in_ranked(pairs: U64, kind: U8, pair: np.uint64, begin: np.int32, end: np.int32) -> np.int64:
    place = first_from(pairs, pair, begin, end)
    return np.int64(place if place < end and pairs[place] == pair and kind[place] else -1)


@compiled
def _in_linked(pairs: U64, kind: U8, before: I32, pair: np.uint64, last: np.int32) -> np.int64:
    place = np.int64(last)
    while place >= 0 and (pairs[place] != pair or kind[place] == 0):
        place = np.int64(before[place, 1])
    return place


@compiled
def most_beside(ranked: Ranked, size: int, rows: I32) -> int:
    """How many pairs these rows may have at most, if `size` are linked."""
    for row in rows:
        if row < len(ranked.begins) - 1:
            size += ranked.begins[row + 1] - ranked.begins[row]
            size += ranked.place_begins[row + 1] - ranked.place_begins[row]
    return size


@compiled
def all_beside(ranked: Ranked, linked: Linked, rows: I32, own: Mask, found: I64) -> int:
    """Write the places of all pairs that have one of these rows, which `own` marks, each once; how many there are."""
    return _beside(ranked, ranked.places, ranked.place_begins, linked, rows, own, STANDS, found)


@compiled
def mattering(ranked: Ranked, linked: Linked, rows: I32, own: Mask, found: I64) -> int:
    """The same for the pairs that matter. A pair that joins one of the rows to another one joins it to one of them."""
    return _beside(ranked, ranked.asked, ranked.asked_begins, linked, rows, own, MATTERS, found)


@compiled
def _beside(
    ranked: Ranked, by_right: I32, right_begins: I32, linked: Linked, rows: I32, own: Mask, kinds: int, found: I64
) -> int:
    count = 0
    pairs, kind, begins = ranked.pairs, ranked.kind, ranked.begins
    for row in rows:
        if row < len(begins) - 1:
            for place in range(begins[row], begins[row + 1]):
                found[count] = place
                count += (kind[place] & kinds) != 0
            begin, end = right_begins[row], right_begins[row + 1]
            if begin < end:
                count = _of_right(pairs, kind, by_right, begin, end, own, kinds, found, count)
        if row < len(linked.last):
            for side in range(2):
                if linked.last[row, side] >= 0:
                    count = _of_chain(linked, side, row, own, kinds, found, count, len(pairs))
    return count


@compiled
def _of_right(
    pairs: U64, kind: U8, places: I32, begin: int, end: int, own: Mask, kinds: int, found: I64, count: int
) -> int:
    for number in range(begin, end):
        place = places[number]
        if kind[place] & kinds and not own[left_of(pairs[place])]:
            found[count] = place
            count += 1
    return count


@compiled
def _of_chain(linked: Linked, side: int, row: int, own: Mask, kinds: int, found: I64, count: int, shift: int) -> int:
    place = linked.last[row, side]
    while place >= 0:
        left = left_of(linked.pairs[place])
        if linked.kind[place] & kinds and (left == row or not own[left]):
            found[count] = shift + place
            count += 1
        place = linked.before[place, side]
    return count


@compiled
def walk(ranked: Ranked, linked: Linked, seen: Mask, reached: I32, size: int) -> int:
    """Write all rows behind the first `size` of `reached` that pairs join to those. Gives how many there are.

    `seen` marks those that are reached; `reached` has room for one more than all. Two threads may walk at once with one
    `seen`: a row that both reach in the same moment is written by both, and no row by none.
    """
    near, last = ranked.near, linked.last
    ways = np.empty((4, _AT_ONCE), dtype=np.int64)
    done = 0
    while done < size:
        start, done = done, min(size, done + _AT_ONCE)
        _look_up(ranked.near_begins, last, reached[start:done], ways)
        for number in range(done - start):
            for place in range(ways[0, number], ways[1, number]):
                row = near[place]
                reached[size] = row  # who is there already is written over: the processor need not foresee who is
                size += not seen[row]
                seen[row] = True
            for side in range(2):
                if ways[2 + side, number] >= 0:
                    size = _walk_chain(linked, side, reached[start + number], seen, reached, size)
    return size


@compiled
def _look_up(begins: I32, last: I32, rows: I32, ways: I64) -> None:
    """Where the ways from several rows begin: looked up in one go, so that the processor waits for all of them once."""
    for number in range(len(rows)):
        row = rows[number]
        ways[0, number] = begins[row] if row < len(begins) - 1 else 0
        ways[1, number] = begins[row + 1] if row < len(begins) - 1 else 0
        ways[2, number] = last[row, 0] if row < len(last) else -1
        ways[3, number] = last[row, 1] if row < len(last) else -1


@compiled
def _walk_chain(linked: Linked, side: int, row: int, seen: Mask, reached: I32, size: int) -> int:
    place = linked.last[row, side]
    while place >= 0:
        other = left_of(linked.pairs[place]) + right_of(linked.pairs[place]) - row
        if not seen[other] and linked.kind[place] & JOINS:
            seen[other] = True
            reached[size] = other
            size += 1
        place = linked.before[place, side]
    return size


@compiled
def over_words(one: I32, other: I32, seen: Mask) -> I32:
    """Who is reached by these pairs and by no walk before; `seen` marks them."""
    found = np.empty(len(one), dtype=np.int32)
    count = 0
    for number in range(len(one)):
        if seen[one[number]] != seen[other[number]]:
            row = other[number] if seen[one[number]] else one[number]
            seen[row] = True
            found[count] = row
            count += 1
    return found[:count]
