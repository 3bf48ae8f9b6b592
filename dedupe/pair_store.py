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

from dedupe.edges import Edges, ranges
from dedupe.table import I32, I64, U16, U64, Mask

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)
_TIMES = 8
"""A run is brought together with the next when it is not so many times as long."""


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


@dataclass(slots=True)
class _Run:
    """Sorted pairs. `by_right` leads to them in order of their right rows, `gone` marks those that are no more."""

    kept: Kept
    gone: Mask = field(init=False)
    by_right: I32 = field(init=False)
    rights: I32 = field(init=False)

    def __post_init__(self) -> None:
        rights = (self.kept.edges.pairs & _LOW).astype(np.int32)
        self.by_right = np.argsort(rights, kind="stable").astype(np.int32)
        self.rights = rights[self.by_right]
        self.gone = np.zeros(len(self.kept), dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.kept)

    def of_rows(self, rows: I32) -> Kept:
        """What has one of these rows, which are sorted and each given once."""
        pairs, wide = self.kept.edges.pairs, rows.astype(np.uint64)
        left = ranges(np.searchsorted(pairs, wide << _HALF), np.searchsorted(pairs, (wide + _ONE) << _HALF))
        starts, ends = np.searchsorted(self.rights, rows, "left"), np.searchsorted(self.rights, rows, "right")
        places = np.sort(np.concatenate([left, self.by_right[ranges(starts, ends)].astype(np.int64)]))
        fresh = np.ones(len(places), dtype=np.bool_)
        fresh[1:] = places[1:] != places[:-1]
        places = places[fresh]
        return self.kept.at(places[~self.gone[places]])

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
        found = 0
        for run in self._runs:
            edges = run.kept.edges
            columns = (edges.pairs, edges.kind, edges.claim, edges.case, run.kept.times, run.gone)
            found += sum(column.nbytes for column in (*columns, run.by_right, run.rights))
        return found

    def all(self) -> Kept:
        """Every pair, sorted."""
        return Kept.together(run.standing() for run in self._runs).ranked()

    def of_rows(self, rows: I32) -> Kept:
        """Every pair that has one of these rows, each once. The rows are sorted, each given once."""
        return Kept.together(run.of_rows(rows) for run in self._runs)

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
