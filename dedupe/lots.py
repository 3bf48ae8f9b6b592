"""Complaints that no chain of pairs joins have nothing to do with each other: they are grouped in lots, on two threads.

A lot is small enough for the processor's own memory. What comes of it follows from its complaints and pairs alone, so
it is the same however many lots there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from dedupe.agglomeration import Grown, Words, grown
from dedupe.compiled import compiled
from dedupe.components import by_component, joined
from dedupe.edges import F32, JOINS, Edges, left_of, right_of
from dedupe.laid import LEFT, PAIRED, RIGHT
from dedupe.rows import starts_of
from dedupe.table import I16, I32, I64, U8, U64, Table
from dedupe.threads import THREADS, over

_HALF = np.uint64(32)
ROWS = 1 << 14
"""Complaints of a lot; a lot of one component alone may have more."""
FEW = 1 << 12
"""So many are not worth a second thread."""
SAID = ("uid", "at", "code", "firm", "site", "address", "name", "id_no", "first", "last")
"""The columns that grouping looks at."""


def grown_in_lots(table: Table, lines: Mapping[str, float], words: Words, edges: Edges, *, rows: int = ROWS) -> Grown:
    """The groups of a table. `edges` are pairs of its rows, each given once; at most `rows` complaints make a lot."""
    one, other = words.together
    if not len(one) and not (edges.kind & JOINS).any():
        return _together(len(table), [])
    component = joined(len(table), edges.pairs, edges.kind, JOINS, one, other)
    if len(table) <= min(FEW, rows):
        return grown(table, lines, words, edges, component)
    lots = _Lots.of(component, rows)
    begins, places, parted = lots.parted(edges)

    def one_lot(number: int) -> tuple[I32, Grown]:
        here, part = lots.rows(number), slice(begins[number], begins[number + 1])
        said = Words(*(lots.inside(pairs, number) for pairs in (words.together, words.apart)))
        component = lots.component[here] - lots.component[here[:1]]
        found = grown(some(table, here), lines, said, parted.at(part), component)
        return here, replace(found, tree=places[part][found.tree].astype(np.int64))

    return _together(len(table), over(one_lot, range(lots.count)))


@dataclass(frozen=True, slots=True)
class _Lots:
    """Components of two and more complaints, about so many complaints a lot.

    `component` numbers these one after the other, `number` has the lot of each row and `place` where it stands there;
    -1 for who is alone. `order` are the rows, those of lot `i` in `start[i]:start[i + 1]`.
    """

    component: I32
    number: I16
    place: I32
    order: I32
    start: I64

    @classmethod
    def of(cls, component: I32, rows: int) -> _Lots:
        sizes = np.bincount(component)
        several = np.cumsum(sizes > 1, dtype=np.int32) - np.int32(1)
        dense = np.where((sizes > 1)[component], several[component], np.int32(-1))
        members = np.flatnonzero(dense >= 0)
        order, begins = by_component(dense[members], int(several[-1]) + 1)
        size = min(rows, -(-len(members) // THREADS))
        first = np.flatnonzero(starts_of(begins[:-1] // max(size, 1)))
        number = np.full(len(component), -1, dtype=np.int16)
        start = np.append(begins[first], len(members))
        ranked: I32 = members[order].astype(np.int32)
        sizes = np.diff(start)
        number[ranked] = np.repeat(np.arange(len(first), dtype=np.int16), sizes)
        place = np.full(len(component), -1, dtype=np.int32)
        place[ranked] = np.arange(len(ranked)) - np.repeat(start[:-1], sizes)
        return cls(dense, number, place, ranked, start)

    @property
    def count(self) -> int:
        """How many lots there are."""
        return len(self.start) - 1

    def rows(self, number: int) -> I32:
        """The rows of a lot, one component after the other."""
        return self.order[self.start[number] : self.start[number + 1]]

    def parted(self, edges: Edges) -> tuple[I64, I32, Edges]:
        """Where each lot's pairs begin, where each stood, and the pairs that join, lot after lot, by rows' places."""
        found = _parted(self.number, self.place, self.count, edges.pairs, edges.kind, edges.claim, edges.case)
        return found[0], found[1], Edges(*found[2:])

    def inside(self, pairs: tuple[I32, I32], number: int) -> tuple[I32, I32]:
        """Those of these pairs that are in a lot, by their places there."""
        one, other = pairs
        known = (self.number[one] == number) & (self.number[other] == number)
        return self.place[one[known]], self.place[other[known]]


@compiled
def _parted(
    lot: I16, place: I32, lots: int, pairs: U64, kind: U8, claim: F32, case: F32
) -> tuple[I64, I32, U64, U8, F32, F32]:
    """The pairs that join and what is beside them, lot after lot, by the places of their rows."""
    begins = np.zeros(lots + 1, np.int64)
    for number in range(len(pairs)):
        if kind[number] & JOINS:
            begins[lot[left_of(pairs[number])] + 1] += 1
    begins = np.cumsum(begins)
    at, count = begins.copy(), begins[lots]
    found, kinds = np.empty(count, np.uint64), np.empty(count, np.uint8)
    claims, cases, places = np.empty(count, np.float32), np.empty(count, np.float32), np.empty(count, np.int32)
    for number in range(len(pairs)):
        if not kind[number] & JOINS:
            continue
        left, right = left_of(pairs[number]), right_of(pairs[number])
        to = at[lot[left]]
        at[lot[left]] += 1
        one, other = min(place[left], place[right]), max(place[left], place[right])
        found[to] = np.uint64(one) << _HALF | np.uint64(other)
        kinds[to], claims[to], cases[to], places[to] = kind[number], claim[number], case[number], number
    return begins, places, found, kinds, claims, cases


def some(table: Table, rows: I32) -> Table:
    """Some complaints by themselves, with the columns that grouping looks at; others are those of all."""
    return replace(table, **{name: getattr(table, name)[rows] for name in SAID})


def _together(rows: int, lots: Iterable[tuple[I32, Grown]]) -> Grown:
    """The groups of all lots; who is in none is alone."""
    claim, case = np.arange(rows, dtype=np.int32), np.arange(rows, dtype=np.int32)
    refused, tree = [np.zeros((0, PAIRED), dtype=np.int32)], [np.zeros(0, dtype=np.int64)]
    for here, found in lots:
        claim[here], case[here] = here[found.claim], here[found.case]
        found.refused[:, LEFT], found.refused[:, RIGHT] = here[found.refused[:, LEFT]], here[found.refused[:, RIGHT]]
        refused.append(found.refused)
        tree.append(found.tree)
    return Grown(claim, case, np.concatenate(refused), np.concatenate(tree))
