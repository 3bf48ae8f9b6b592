"""The pairs that matter, kept between runs: those that join, those a person is asked about, those a conflict bars.

A pair is one number, its smaller row in the upper half. The store is a large sorted part and a small part of what
changed lately, so that a few new pairs among millions cost no sorting of the millions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from dedupe.table import I32, I64, U8, U64, Mask

F32 = NDArray[np.float32]
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_SHARE = 16
"""What changed may grow to this part of the whole, and `few` more, before the two are brought together."""


class Kind(IntFlag):
    """What a pair is good for. `BARRED`: it would join if no conflict barred it."""

    CLAIM = 1
    CASE = 2
    ASK = 4
    BARRED = 8


JOINS = int(Kind.CLAIM | Kind.CASE)


def packed(left: I32, right: I32) -> U64:
    """Each pair as one number, whichever way round it was given."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    return (low.astype(np.uint64) << _HALF) | high.astype(np.uint64)


def unpacked(pairs: U64) -> tuple[I32, I32]:
    """The two rows of every pair."""
    return (pairs >> _HALF).astype(np.int32), (pairs & _LOW).astype(np.int32)


def ranges(starts: I64, ends: I64) -> I64:
    """All places of all ranges, one after the other."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs with what they are good for and their bits for one claim and for one case."""

    pairs: U64
    kind: U8
    claim: F32
    case: F32

    def __len__(self) -> int:
        return len(self.pairs)

    def at(self, places: NDArray[np.integer] | Mask) -> Edges:
        """Some of them."""
        return Edges(self.pairs[places], self.kind[places], self.claim[places], self.case[places])

    def of(self, kind: int) -> Edges:
        """Those that are good for any of these."""
        return self.at((self.kind & kind) != 0)

    @classmethod
    def none(cls) -> Edges:
        """No pair at all."""
        return cls(*(np.zeros(0, kind) for kind in (np.uint64, np.uint8, np.float32, np.float32)))  # type: ignore[arg-type]  # each by its own type

    @classmethod
    def together(cls, parts: list[Edges]) -> Edges:
        """Several lots as one, in the order given."""
        if not parts:
            return cls.none()
        return cls(
            np.concatenate([part.pairs for part in parts]),
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.claim for part in parts]),
            np.concatenate([part.case for part in parts]),
        )


@dataclass(slots=True)
class EdgeStore:
    """Edges that can be looked up by row and by pair, changed a few at a time."""

    base: Edges
    few: int = 65_536
    late: Edges = field(default_factory=Edges.none)
    gone: Mask = field(init=False)
    by_right: I32 = field(init=False)
    rights: I32 = field(init=False)

    def __post_init__(self) -> None:
        self._settle(self.base)

    def _settle(self, edges: Edges) -> None:
        order = np.argsort(edges.pairs, kind="stable")
        self.base = edges if _sorted(edges.pairs) else edges.at(order)
        self.late = Edges.none()
        self.gone = np.zeros(len(self.base), dtype=bool)
        rights = (self.base.pairs & _LOW).astype(np.int32)
        self.by_right = np.argsort(rights, kind="stable").astype(np.int32)
        self.rights = rights[self.by_right]

    def __len__(self) -> int:
        return len(self.base) - int(self.gone.sum()) + len(self.late)

    def all(self) -> Edges:
        """Every pair, sorted."""
        self._settle(Edges.together([self.base.at(~self.gone), self.late]))
        return self.base

    def of_rows(self, rows: I32) -> Edges:
        """Every pair that has one of these rows, each once."""
        wide = rows.astype(np.uint64)
        first = np.searchsorted(self.base.pairs, wide << _HALF)
        last = np.searchsorted(self.base.pairs, (wide + np.uint64(1)) << _HALF)
        left = ranges(first, last)
        right = self.by_right[
            ranges(np.searchsorted(self.rights, rows, "left"), np.searchsorted(self.rights, rows, "right"))
        ].astype(np.int64)
        places = np.sort(np.concatenate([left, right]))
        if len(places):
            places = places[np.concatenate(([True], places[1:] != places[:-1]))]
        places = places[~self.gone[places]]
        found = self.base.at(places)
        if not len(self.late):
            return found
        one, other = unpacked(self.late.pairs)
        ranked = np.sort(rows)
        return Edges.together([found, self.late.at(_among(one, ranked) | _among(other, ranked))])

    def holds(self, pairs: U64) -> Mask:
        """Which of these pairs are kept."""
        places = self._places(pairs)
        here = places >= 0
        here[here] = ~self.gone[places[here]]
        return here | _among(pairs, np.sort(self.late.pairs)) if len(self.late) else here

    def replace(self, old: U64, new: Edges) -> None:
        """Forget some pairs and keep others; a pair that is in both is changed."""
        dropped = np.sort(np.concatenate([old, new.pairs]))
        places = self._places(dropped)
        self.gone[places[places >= 0]] = True
        stay = self.late.at(~_among(self.late.pairs, dropped)) if len(self.late) else self.late
        self.late = Edges.together([stay, new])
        if (len(self.late) + int(self.gone.sum())) * _SHARE > len(self.base) + self.few:
            self._settle(Edges.together([self.base.at(~self.gone), self.late]))

    def _places(self, pairs: U64) -> I64:
        """Where each pair stands in the large part, -1 where it does not."""
        places: I64 = np.searchsorted(self.base.pairs, pairs).astype(np.int64)
        inside = places < len(self.base)
        inside[inside] = self.base.pairs[places[inside]] == pairs[inside]
        places[~inside] = -1
        return places


def _sorted(pairs: U64) -> bool:
    return bool((pairs[1:] >= pairs[:-1]).all())


def _among(values: NDArray[np.integer], ranked: NDArray[np.integer]) -> Mask:
    """Which values stand in a sorted array."""
    if not len(ranked):
        return np.zeros(len(values), dtype=bool)
    places = np.minimum(np.searchsorted(ranked, values), len(ranked) - 1)
    found: Mask = ranked[places] == values
    return found
