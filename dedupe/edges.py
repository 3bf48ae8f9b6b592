"""The pairs that matter: those that join, those a person is asked about, those a conflict bars.

A pair is one number, its smaller row in the upper half.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from dedupe.compiled import compiled
from dedupe.table import I32, I64, U8, U64, Mask

F32 = NDArray[np.float32]
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


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


@compiled
def left_of(pair: np.uint64) -> np.int64:
    """The lower row of one packed pair, for loops."""
    return np.int64(pair >> _HALF)


@compiled
def right_of(pair: np.uint64) -> np.int64:
    """The higher row of one packed pair, for loops."""
    return np.int64(pair & _LOW)


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

    def at(self, places: NDArray[np.integer] | Mask | slice) -> Edges:
        """Some of them."""
        return Edges(self.pairs[places], self.kind[places], self.claim[places], self.case[places])

    def of(self, kind: int) -> Edges:
        """Those that are good for any of these."""
        chosen = (self.kind & kind) != 0
        return self if chosen.all() else self.at(chosen)

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
