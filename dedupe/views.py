"""Some rows of a large table as a small one, with the pairs and people's words among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dedupe.agglomeration import Words
from dedupe.compiled import compiled
from dedupe.edges import F32, JOINS, Edges, left_of, right_of
from dedupe.growing import ROWS
from dedupe.lots import SAID
from dedupe.rows import first_from
from dedupe.table import I32, U8, U64, Table

_SILENT = tuple(name for name in ROWS if name not in SAID)
_SPARSE = 256
"""Where there are fewer rows than this part of all, each is searched for; else all have a place in a list."""


@dataclass(frozen=True, slots=True)
class View:
    """Row `i` is `rows[i]` of the whole table; values keep their numbers. `edges` and `words` go by the view's rows,
    and `places` says where each of the edges stood among those given. `ends` are the rows of all those that were given,
    -1 for one that is not here."""

    rows: I32
    table: Table
    edges: Edges
    places: I32
    ends: tuple[I32, I32]
    words: Words

    @classmethod
    def over(cls, table: Table, rows: I32, edges: Edges, words: Words) -> View:
        """`rows` are sorted, each given once. Taken are the pairs that join two of them, each given once, and the words
        on two of them."""
        place = np.zeros(0 if len(rows) * _SPARSE < len(table) else len(table), dtype=np.int32)
        ends = _ends(rows, place, edges.pairs)
        found = _inside(*ends, edges.kind, edges.claim, edges.case)
        said = Words(_between(rows, place, *words.together), _between(rows, place, *words.apart))
        return cls(rows, cut(table, rows), Edges(*found[1:]), found[0], ends, said)


def cut(table: Table, rows: I32) -> Table:
    """Some rows with all values of the table, whose numbers they keep.

    They have the columns that grouping looks at. The others are empty: who looks at one of them finds no row.
    """
    places = rows.astype(np.int64)
    columns = {name: getattr(table, name)[places] for name in SAID}
    return replace(table, **columns, **{name: getattr(table, name)[:0] for name in _SILENT})


@compiled
def _ends(rows: I32, place: I32, pairs: U64) -> tuple[I32, I32]:
    """Where both rows of every pair are among these. `place` comes empty, or as a list of noughts for all rows of the
    table, and leaves with their places, counted from 1."""
    if len(place):
        for number in range(len(rows)):
            place[rows[number]] = number + 1
    left, right = np.empty(len(pairs), np.int32), np.empty(len(pairs), np.int32)
    for number in range(len(pairs)):
        one, other = left_of(pairs[number]), right_of(pairs[number])
        left[number] = place[one] - 1 if len(place) else _found(rows, one)
        right[number] = place[other] - 1 if len(place) else _found(rows, other)
    return left, right


@compiled
def _inside(left: I32, right: I32, kind: U8, claim: F32, case: F32) -> tuple[I32, U64, U8, F32, F32]:
    """The pairs that join and have both rows here, and where each stood."""
    places, found_pairs = np.empty(len(left), np.int32), np.empty(len(left), np.uint64)
    count, found_kind = 0, np.empty_like(kind)
    found_claim, found_case = np.empty_like(claim), np.empty_like(case)
    for number in range(len(left)):
        if left[number] >= 0 and right[number] >= 0 and kind[number] & JOINS:
            found_pairs[count] = np.uint64(left[number]) << np.uint64(32) | np.uint64(right[number])
            places[count] = number
            found_kind[count], found_claim[count], found_case[count] = kind[number], claim[number], case[number]
            count += 1
    return places[:count], found_pairs[:count], found_kind[:count], found_claim[:count], found_case[:count]


@compiled
def _between(rows: I32, place: I32, one: I32, other: I32) -> tuple[I32, I32]:
    """The pairs of rows that have both rows here, by their places here."""
    count, left, right = 0, np.empty_like(one), np.empty_like(other)
    for number in range(len(one)):
        left[count] = place[one[number]] - 1 if len(place) else _found(rows, one[number])
        right[count] = place[other[number]] - 1 if len(place) else _found(rows, other[number])
        count += left[count] >= 0 and right[count] >= 0
    return left[:count], right[:count]


@compiled
def _found(rows: I32, row: int | np.int64) -> np.int64:
    """Where a row of the table is among these, -1 where it is not."""
    place = first_from(rows, row, 0, len(rows))
    return np.int64(place if place < len(rows) and rows[place] == row else -1)
