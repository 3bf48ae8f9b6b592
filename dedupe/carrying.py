"""Which pairs carry a result, and how sure each complaint's place is: what is shown and kept of millions of pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.agglomeration import Words
from dedupe.compiled import compiled
from dedupe.edges import Edges, Kind, unpacked
from dedupe.engine import Grouped
from dedupe.forest import strongest_between
from dedupe.order import Bits
from dedupe.table import I32, I64, U8, U64, Mask

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Ask: TypeAlias = Callable[[I32, I32], Mask]
"""From pairs of cases to those of them that may be one."""
DECIDED = 0.999
"""How sure a place is that a person decided."""
_MOST_ALONE = 6.0
"""Bits: nobody is surer to be alone, because a twin may still be written past every key."""
_MOST = 40.0
_CLAIM, _CASE, _ASK, _BARRED = int(Kind.CLAIM), int(Kind.CASE), int(Kind.ASK), int(Kind.BARRED)
_IN_CLAIM, _BETWEEN, _BARS = 1, 2, 4
"""Where a pair stands: in one claim, in one case, between two that it would join or asks about, or is barred from."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Pairs beside the groups that were made of them.

    `stands` says where each pair does. `best` is each row's best pair inside its case, `rival` its best pair with
    another case that might be one with it, in bits.
    """

    left: I32
    right: I32
    bits: F32
    uid: U64
    case: I32
    stands: U8
    best: F32
    rival: F32

    @classmethod
    def over(cls, uid: U64, edges: Edges, grouped: Grouped) -> Laid:
        """All pairs of the rows that were grouped, whose own numbers are `uid`."""
        return cls.of(uid, unpacked(edges.pairs), edges, grouped.claim, grouped.case)

    @classmethod
    def of(cls, uid: U64, rows: tuple[I32, I32], edges: Edges, claim: I32, case: I32) -> Laid:
        """`rows` are those of the pairs, by which the claims, the cases and the complaints' own numbers go."""
        stands, best, rival = _looked(*rows, edges.kind, edges.claim, edges.case, claim, case)
        return cls(*rows, edges.case, uid, case, stands, best, rival)

    def strongest(self, standing: int) -> I64:
        """The strongest pair between every two cases, of those that stand so."""
        places = np.flatnonzero(self.stands & standing)
        pairs = Bits(self.left[places], self.right[places], self.bits[places])
        return places[strongest_between(self.uid, self.case, pairs)]


@compiled
def _looked(
    left: I32, right: I32, kind: U8, for_claim: F32, for_case: F32, claim: I32, case: I32
) -> tuple[U8, F32, F32]:
    """Where every pair stands, and the best bits of every row inside its case and with others."""
    stands = np.zeros(len(left), dtype=np.uint8)
    best, rival = np.full(len(case), -np.inf, dtype=np.float32), np.full(len(case), -np.inf, dtype=np.float32)
    for pair in range(len(left)):
        one, other, bits = left[pair], right[pair], for_case[pair]
        where = _stands(kind[pair], case[one] == case[other], claim[one] == claim[other])
        stands[pair] = where
        if case[one] == case[other]:
            if kind[pair] & _CLAIM:
                bits = max(bits, for_claim[pair])
            best[one], best[other] = max(best[one], bits), max(best[other], bits)
        elif where & _BETWEEN:
            rival[one], rival[other] = max(rival[one], bits), max(rival[other], bits)
    return stands, best, rival


@compiled
def _stands(kind: int, in_case: bool, in_claim: bool) -> int:
    """Where a pair of one kind stands."""
    where = _IN_CLAIM if in_claim and kind & _CLAIM else 0
    if in_case:
        return where
    return where | (_BETWEEN if kind & (_ASK | _CASE) else 0) | (_BARS if kind & _BARRED else 0)


def carrying(laid: Laid, tree: I64, may_be_one: Ask) -> I64:
    """The places of the pairs that carry the result. All others repeat what these say. `tree` are those of the pairs
    that make the cases' strongest trees.

    Within a case those on its strongest tree and those of one claim; between two cases the strongest that would join
    them or asks, unless the two contradict each other as wholes, and the strongest that a conflict bars.
    """
    keep = (laid.stands & _IN_CLAIM) != 0
    keep[tree] = True
    keep[laid.strongest(_BARS)] = True
    asks = laid.strongest(_BETWEEN)
    keep[asks[may_be_one(laid.case[laid.left[asks]], laid.case[laid.right[asks]])]] = True
    return np.flatnonzero(keep)


def confidence(laid: Laid, words: Words) -> F64:
    """How sure each place is: by the best pair inside its case; of who is alone, by the best pair it was kept from."""
    alone = np.bincount(laid.case, minlength=len(laid.case))[laid.case] == 1
    best, rival = laid.best.astype(np.float64), laid.rival.astype(np.float64)
    found = certainty(np.where(alone, np.minimum(-rival, _MOST_ALONE), best))
    for rows in words.together:
        found[rows] = DECIDED
    return found


def certainty(bits: F64) -> F64:
    """Bits of evidence as chances between 0 and 1, never quite either."""
    chance: F64 = np.clip(1 / (1 + np.exp2(-np.clip(bits, -_MOST, _MOST))), 0.001, 0.999)
    return np.round(chance, 3)
