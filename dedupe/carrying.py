"""Which pairs carry a result, and how sure each complaint's place is: what is shown and kept of millions of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.agglomeration import Words
from dedupe.asking import may_be_one
from dedupe.edges import Edges, Kind, unpacked
from dedupe.engine import Grouped
from dedupe.forest import strongest_trees
from dedupe.rounds import Edges as Bits
from dedupe.rounds import best_first
from dedupe.rows import starts_of
from dedupe.table import I32, I64, Mask, Table
from dedupe.value_sets import pair_numbers

F64 = NDArray[np.float64]
DECIDED = 0.999
"""How sure a place is that a person decided."""
_MOST_ALONE = 6.0
"""Bits: nobody is surer to be alone, because a twin may still be written past every key."""
_MOST = 40.0


@dataclass(frozen=True, slots=True)
class _Laid:
    """Pairs beside the groups that were made of them."""

    edges: Edges
    left: I32
    right: I32
    inside: Mask

    @classmethod
    def over(cls, edges: Edges, grouped: Grouped) -> _Laid:
        left, right = unpacked(edges.pairs)
        return cls(edges, left, right, grouped.case[left] == grouped.case[right])

    def are(self, kind: int) -> Mask:
        found: Mask = (self.edges.kind & kind) != 0
        return found


def carrying(table: Table, edges: Edges, grouped: Grouped, words: Words, lines: Mapping[str, float]) -> I64:
    """The places of the pairs that carry the result. All others repeat what these say.

    Within a case those on its strongest tree and those of one claim; between two cases the strongest that would join
    them or asks, unless the two contradict each other as wholes, and the strongest that a conflict bars.
    """
    laid = _Laid.over(edges, grouped)
    keep = laid.are(Kind.CLAIM) & (grouped.claim[laid.left] == grouped.claim[laid.right])
    joins = np.flatnonzero(laid.inside & laid.are(Kind.CASE))
    bits = Bits(laid.left[joins], laid.right[joins], edges.case[joins])
    rank = np.empty(len(joins), dtype=np.int64)
    rank[best_first(table.uid, bits)] = np.arange(len(joins))
    keep[joins[strongest_trees(len(table), bits.left, bits.right, rank)]] = True
    asks, barred = (
        _best_between(table, laid, grouped.case, np.flatnonzero(laid.are(kind) & ~laid.inside))
        for kind in (Kind.ASK | Kind.CASE, Kind.BARRED)
    )
    keep[barred] = True
    keep[asks[may_be_one(table, grouped.case, (laid.left[asks], laid.right[asks]), words.apart, lines)]] = True
    return np.flatnonzero(keep)


def _best_between(table: Table, laid: _Laid, case: I32, places: I64) -> I64:
    """Of these pairs the strongest between every two cases."""
    bits = Bits(laid.left[places], laid.right[places], laid.edges.case[places])
    order = best_first(table.uid, bits)
    sides = pair_numbers(case[bits.left[order]], case[bits.right[order]])
    ranked = np.argsort(sides, kind="stable")
    return places[order[ranked[starts_of(sides[ranked])]]]


def confidence(edges: Edges, grouped: Grouped, words: Words) -> F64:
    """How sure each place is: by the best pair inside its case; of who is alone, by the best pair it was kept from."""
    laid = _Laid.over(edges, grouped)
    best = np.full(len(grouped.case), -np.inf)
    rival = np.full(len(grouped.case), -np.inf)
    strength = np.where(laid.are(Kind.CLAIM), np.maximum(edges.case, edges.claim), edges.case).astype(np.float64)
    outside = ~laid.inside & laid.are(Kind.ASK | Kind.CASE)
    for rows in (laid.left, laid.right):
        np.maximum.at(best, rows[laid.inside], strength[laid.inside])
        np.maximum.at(rival, rows[outside], edges.case[outside].astype(np.float64))
    alone = np.bincount(grouped.case, minlength=len(grouped.case))[grouped.case] == 1
    found = certainty(np.where(alone, np.minimum(-rival, _MOST_ALONE), best))
    for rows in words.together:
        found[rows] = DECIDED
    return found


def certainty(bits: F64) -> F64:
    """Bits of evidence as chances between 0 and 1, never quite either."""
    chance: F64 = np.clip(1 / (1 + np.exp2(-np.clip(bits, -_MOST, _MOST))), 0.001, 0.999)
    return np.round(chance, 3)
