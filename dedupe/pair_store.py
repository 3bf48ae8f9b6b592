"""All candidate pairs, kept between runs, so that a few new ones among millions cost no sorting of the millions.

Pairs stand in sorted runs, each many times smaller than the one before it. New pairs make a run of their own; runs
that are not much larger than the next are brought together with it. So every pair is moved a few times in its life, and
a look-up asks a handful of runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dedupe.edges import JOINS, Edges, ranges, unpacked
from dedupe.rows import among, each
from dedupe.table import I32, I64, U16, U64, Mask

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ZERO = np.uint64(0)
_TIMES = 8
"""A run is brought together with the next when it is not so many times as long."""
_LONG = 1 << 16
"""A run of so many pairs keeps where every row begins in it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Candidate pairs with what they are good for, and how often rules and walks gave each (`Candidates.times`)."""

    edges: Edges
    times: U16

    def __len__(self) -> int:
        return len(self.edges)

    def at(self, places: NDArray[np.integer] | Mask) -> Kept:
        """Some of them."""
        return Kept(self.edges.at(places), self.times[places])

    @classmethod
    def together(cls, parts: Iterable[Kept]) -> Kept:
        """Several lots as one, in the order given."""
        lots = list(parts)
        return cls(
            Edges.together([part.edges for part in lots]),
            np.concatenate([np.zeros(0, dtype=np.uint16), *(part.times for part in lots)]),
        )

    def ranked(self) -> Kept:
        """The same in order of their pairs."""
        pairs = self.edges.pairs
        if bool((pairs[1:] >= pairs[:-1]).all()):
            return self
        return self.at(np.argsort(pairs, kind="stable"))


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Where the rows of a sorted column begin: looked up in the column, or in a table when it is long."""

    column: I32
    begins: I32 | None

    @classmethod
    def of(cls, column: I32) -> _Sorted:
        if len(column) < _LONG:
            return cls(column, None)
        return cls(column[:0], np.append(np.int32(0), np.cumsum(np.bincount(column), dtype=np.int32)))

    @property
    def nbytes(self) -> int:
        return self.column.nbytes + (0 if self.begins is None else self.begins.nbytes)

    def places(self, rows: I32) -> I64:
        """All places of these rows."""
        if self.begins is None:
            return ranges(np.searchsorted(self.column, rows, "left"), np.searchsorted(self.column, rows, "right"))
        known = len(self.begins) - 1
        starts = self.begins[np.minimum(rows, known)].astype(np.int64)
        return ranges(starts, self.begins[np.minimum(rows + 1, known)].astype(np.int64))


@dataclass(slots=True)
class _Run:
    """Sorted pairs. `by_right` leads to them in order of their right rows, `gone` marks those that are no more."""

    kept: Kept
    gone: Mask = field(init=False)
    by_right: I32 = field(init=False)
    lefts: _Sorted = field(init=False)
    rights: _Sorted = field(init=False)

    def __post_init__(self) -> None:
        left, right = unpacked(self.kept.edges.pairs)
        self.by_right = np.argsort(right, kind="stable").astype(np.int32)
        self.lefts, self.rights = _Sorted.of(left), _Sorted.of(right[self.by_right])
        self.gone = np.zeros(len(self.kept), dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.kept)

    @property
    def nbytes(self) -> int:
        edges = self.kept.edges
        pairs = sum(column.nbytes for column in (edges.pairs, edges.kind, edges.claim, edges.case, self.kept.times))
        return pairs + self.gone.nbytes + self.by_right.nbytes + self.lefts.nbytes + self.rights.nbytes

    def beside(self, rows: I32) -> tuple[I64, I64]:
        """The places of the pairs that have one of these rows on their left, and on their right."""
        left, right = self.lefts.places(rows), self.by_right[self.rights.places(rows)].astype(np.int64)
        return left[~self.gone[left]], right[~self.gone[right]]

    def places(self, pairs: U64) -> I64:
        """Where each of these pairs stands, -1 where it does not or is gone."""
        found = np.minimum(np.searchsorted(self.kept.edges.pairs, pairs), max(len(self) - 1, 0)).astype(np.int64)
        if not len(self):
            return np.full(len(pairs), -1, dtype=np.int64)
        found[(self.kept.edges.pairs[found] != pairs) | self.gone[found]] = -1
        return found

    def standing(self) -> Kept:
        """What is not gone."""
        return self.kept.at(~self.gone) if self.gone.any() else self.kept


class PairStore:
    """Candidate pairs that can be looked up by row and by pair, and changed a few at a time."""

    def __init__(self, kept: Kept) -> None:
        self._runs = [_Run(kept.ranked())]

    def __len__(self) -> int:
        return sum(len(run) - int(run.gone.sum()) for run in self._runs)

    @property
    def nbytes(self) -> int:
        """Bytes that stand in memory."""
        return sum(run.nbytes for run in self._runs)

    def all(self) -> Kept:
        """Every pair, sorted."""
        return Kept.together(run.standing() for run in self._runs).ranked()

    def of_rows(self, rows: I32) -> Kept:
        """Every pair that has one of these rows, each once. The rows are sorted, each given once."""
        found = []
        for run in self._runs:
            left, right = run.beside(rows)
            ends = (run.kept.edges.pairs[right] >> _HALF).astype(np.int32)
            found.append(run.kept.at(np.concatenate([left, right[~among(ends, rows)]])))
        return Kept.together(found)

    def hanging(self, rows: I32, together: tuple[I32, I32], size: int) -> tuple[I32, Edges]:
        """All rows below `size` that hang together with some, by pairs that join and by those given `together`.

        Beside them all pairs of theirs that matter, each once. The rows are sorted.
        """
        seen: Mask = np.zeros(size, dtype=np.bool_)
        seen[rows] = True
        by_left: list[Edges] = []
        by_right: list[Edges] = []
        one, other = together
        front = rows
        while len(front):
            reached = [one[seen[other]], other[seen[one]]]
            for run in self._runs:
                for lots, places, shift in zip((by_left, by_right), run.beside(front), (_ZERO, _HALF), strict=True):
                    edges = run.kept.edges.at(places[run.kept.edges.kind[places] != 0])
                    lots.append(edges)
                    reached.append((edges.of(JOINS).pairs >> shift & _LOW).astype(np.int32))
            new = np.concatenate(reached)
            front = each(new[~seen[new]])
            seen[front] = True
        outside = Edges.together(by_right)
        outside = outside.at(~seen[unpacked(outside.pairs)[0]])
        return np.flatnonzero(seen).astype(np.int32), Edges.together([*by_left, outside])

    def times(self, pairs: U64) -> I32:
        """How often each pair was given; 0 for one that is no candidate."""
        found = np.zeros(len(pairs), dtype=np.int32)
        for run in self._runs:
            places = run.places(pairs)
            here = places >= 0
            found[here] = run.kept.times[places[here]]
        return found

    def take(self, pairs: U64) -> Kept:
        """Take pairs out, those of them that are there, and give them with what they were good for."""
        out = []
        for run in self._runs:
            places = run.places(pairs)
            places = places[places >= 0]
            run.gone[places] = True
            out.append(run.kept.at(places))
        return Kept.together(out)

    def put(self, kept: Kept) -> None:
        """Put pairs in that are not there."""
        if not len(kept):
            return
        self._runs.append(_Run(kept.ranked()))
        while len(self._runs) > 1 and len(self._runs[-2]) < _TIMES * len(self._runs[-1]):
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(_Run(Kept.together([before.standing(), last.standing()]).ranked()))
