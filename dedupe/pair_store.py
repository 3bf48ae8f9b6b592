"""All candidate pairs, kept between runs, so that a few new ones among millions cost no sorting of the millions.

Most pairs stand sorted. Those that came since are linked row by row, in the order in which they came, until they are a
good part of all: then all are sorted together. A pair that is taken out is marked as gone until then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe import pair_loops, pair_walks
from dedupe.comparing import Compared, unpack
from dedupe.edges import JOINS, Edges, unpacked
from dedupe.growing import Column
from dedupe.judging import Judged
from dedupe.pair_loops import ASKED, STANDS, Linked, Ranked
from dedupe.rows import each
from dedupe.scoring import Scores
from dedupe.table import I32, I64, U8, U16, U64, Mask
from dedupe.threads import halves, over

_LOW = np.uint64(0xFFFFFFFF)
_STANDS = np.uint8(STANDS)
Columns: TypeAlias = dict[str, NDArray[Any]]
_SHARE = 4
"""The linked pairs may grow to this part of the sorted ones, and `FEW` more."""
FEW = 1 << 12
_WALKED, _GATHERED = 1 << 8, 1 << 12
"""So many rows are walked from on one thread, and so many rows or pairs are gathered."""
_SPARSE = 32
"""Where fewer rows than this part of all are reached, they are sorted; else all are looked through."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Candidate pairs with what they are good for, and how often rules and walks gave each (`Candidates.times`).

    `levels` are what all fields say about a pair, as `comparing.pack` makes them.
    """

    edges: Edges
    levels: I64
    times: U16

    def __len__(self) -> int:
        return len(self.edges)

    def at(self, places: NDArray[np.integer] | Mask) -> Kept:
        """Some of them."""
        return Kept(self.edges.at(places), self.levels[places], self.times[places])

    def ranked(self) -> Kept:
        """The same in order of their pairs."""
        pairs = self.edges.pairs
        if bool((pairs[1:] >= pairs[:-1]).all()):
            return self
        return self.at(np.argsort(pairs, kind="stable"))


class PairStore:
    """Candidate pairs that can be looked up by row and by pair, and changed a few at a time."""

    def __init__(self, kept: Kept) -> None:
        ranked = kept.ranked()
        self._lay(replace(ranked, times=ranked.times.copy()))

    def _lay(self, kept: Kept) -> None:
        """Let sorted pairs stand and no others. How often they were given is changed in place from now on."""
        edges = kept.edges
        pairs, kind = edges.pairs, edges.kind | _STANDS
        rows = int((pairs & _LOW).max()) + 1 if len(pairs) else 0
        self._ranked = _ranked(pairs, kind, rows)
        self._columns = _columns(kept, kind)
        self._late = {name: Column(column[:0]) for name, column in self._columns.items()}
        self._before, self._last = Column(_nothing(0)), Column(_nothing(rows))

    @property
    def _linked(self) -> Linked:
        late = self._late
        return Linked(late["pairs"].seen(), late["kind"].seen(), self._before.seen(), self._last.seen())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._ranked.kind) + np.count_nonzero(self._late["kind"].seen()))

    def all(self) -> Kept:
        """Every pair, sorted."""
        late = np.argsort(self._late["pairs"].seen(), kind="stable")
        return self._at(pair_loops.in_order(self._ranked, self._linked, late))

    def tidy(self) -> None:
        """Bring the linked pairs among the sorted ones, where a walk is quicker."""
        if self._late["pairs"].size:
            self._lay(self.all())

    def of_rows(self, rows: I32) -> Kept:
        """Every pair that has one of these rows, each once. The rows are sorted, each given once."""
        own: Mask = np.zeros(max(self._last.size, int(rows.max(initial=0)) + 1), dtype=np.bool_)
        own[rows] = True
        found = self._room(rows)
        return self._at(found[: pair_walks.all_beside(self._ranked, self._linked, rows, own, found)])

    def hanging(self, rows: I32, together: tuple[I32, I32], size: int) -> tuple[I32, Edges, I64]:
        """All rows below `size` that hang together with some, by pairs that join and by those given `together`.

        Beside them all pairs of theirs that matter, each once, and where each stands. The rows are sorted.
        """
        seen: Mask = np.zeros(size, dtype=np.bool_)
        seen[rows] = True
        reached = self._walked(rows, seen)
        while len(more := pair_walks.over_words(*together, seen)):
            reached = np.concatenate([reached, self._walked(more, seen)])
        sparse = len(reached) * _SPARSE < size
        rows = each(reached) if sparse else np.flatnonzero(seen).astype(np.int32)
        places = self._mattering(rows, seen)
        return rows, self._edges(places), places

    def _walked(self, rows: I32, seen: Mask) -> I32:
        """These rows and all that pairs join to them and that are not `seen` yet. Some may stand there twice."""

        def part(here: slice) -> I32:
            reached = np.empty(len(seen) + 1, dtype=np.int32)
            size = here.stop - here.start
            reached[:size] = rows[here]
            return reached[: pair_walks.walk(self._ranked, self._linked, seen, reached, size)]

        return np.concatenate(list(over(part, halves(len(rows), _WALKED))))

    def _mattering(self, rows: I32, own: Mask) -> I64:
        """The places of the pairs that matter and have one of these rows, which `own` marks."""

        def part(here: slice) -> I64:
            found = self._room(rows[here])
            return found[: pair_walks.mattering(self._ranked, self._linked, rows[here], own, found)]

        return np.concatenate(list(over(part, halves(len(rows), _GATHERED))))

    def judged(self, edges: Edges, places: I64 | None = None) -> Judged:
        """Pairs of this store, just as they were given, with what their fields said when they were weighed last.

        `places` says where they stand, if that is known.
        """
        if places is None:
            places = pair_walks.places_of(self._ranked, self._linked, edges.pairs)
            assert (places >= 0).all()
        compared = Compared(*unpacked(edges.pairs), unpack(self._column("levels", places)))
        return Judged(compared, Scores(edges.claim, edges.case), edges.kind)

    def take(self, pairs: U64) -> None:
        """Take pairs out, all of which are there."""
        places = pair_walks.places_of(self._ranked, self._linked, pairs)
        pair_loops.part(self._ranked, self._linked, places)

    def given(self, pairs: U64, more: I32) -> Kept:
        """Count how often pairs are given, those of them that are there: so many times more, or less where negative.

        Takes those out that are given no longer, and gives them with what they were good for.
        """
        places = pair_walks.places_of(self._ranked, self._linked, pairs)
        here = places >= 0
        places = places[here]
        times = self._column("times", places) + more[here]
        now = np.maximum(times, 0).astype(np.uint16)
        pair_loops.scatter(self._columns["times"], self._late["times"].seen(), places, now)
        out = places[times <= 0]
        gone = self._at(out)
        pair_loops.part(self._ranked, self._linked, out)
        return gone

    def put(self, kept: Kept) -> None:
        """Put pairs in that are not there."""
        if not len(kept):
            return
        start = self._late["pairs"].size
        for name, column in _columns(kept, kept.edges.kind | _STANDS).items():
            self._late[name].extend(column)
        self._before.extend(_nothing(len(kept)))
        self._last.extend(_nothing(max(int((kept.edges.pairs & _LOW).max()) + 1 - self._last.size, 0)))
        end = self._late["pairs"].size
        pair_loops.link(self._linked, start, end)
        if end > FEW + len(self._ranked.pairs) // _SHARE:
            self._lay(self.all())

    def _room(self, rows: I32) -> I64:
        """Room for the places of all pairs of some rows, and one more."""
        return np.empty(1 + pair_walks.most_beside(self._ranked, self._late["pairs"].size, rows), dtype=np.int64)

    def _edges(self, places: I64) -> Edges:
        """The pairs at these places: some columns a thread, where they are many."""

        def some(names: tuple[str, ...]) -> list[NDArray[Any]]:
            return [self._column(name, places) for name in names]

        over_both = map if len(places) <= _GATHERED else over
        (pairs, kind), bits = over_both(some, (("pairs", "kind"), ("claim", "case")))
        return Edges(pairs, kind & ~_STANDS, *bits)

    def _at(self, places: I64) -> Kept:
        return Kept(self._edges(places), self._column("levels", places), self._column("times", places))

    def _column(self, name: str, places: I64) -> NDArray[Any]:
        return pair_loops.gathered(self._columns[name], self._late[name].seen(), places)


def _columns(kept: Kept, kind: U8) -> Columns:
    """What is kept of each pair, whose kinds say that it stands."""
    edges = kept.edges
    return {
        "pairs": edges.pairs,
        "kind": kind,
        "claim": edges.claim,
        "case": edges.case,
        "levels": kept.levels,
        "times": kept.times,
    }


def _nothing(size: int) -> I32:
    """That no pair has come yet, with the left row and with the right one."""
    return np.full((size, 2), -1, dtype=np.int32)


def _ranked(pairs: U64, kind: U8, rows: int) -> Ranked:
    """Sorted pairs with all ways to them."""

    def by_right(kinds: int) -> tuple[I32, I32]:
        begins = pair_loops.begins_of(pairs, kind, kinds, rows, False, True)
        return pair_loops.by_right(pairs, kind, kinds, begins), begins

    lefts = pair_loops.begins_of(pairs, kind, STANDS, rows, True, False)
    both = pair_loops.begins_of(pairs, kind, JOINS, rows, True, True)
    near = pair_loops.neighbours(pairs, kind, JOINS, both)
    return Ranked(pairs, kind, lefts, *by_right(STANDS), *by_right(ASKED), near, both)
