"""The way of a whole table: keys, pairs, weights, claims, cases.

The same steps serve a run over everything and, on some rows alone, a run over what is new.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dedupe import keys
from dedupe.agglomeration import Grown, Words
from dedupe.compiled import compiled
from dedupe.edges import Edges, Kind, packed, unpacked
from dedupe.forest import strongest_trees
from dedupe.laid import LEFT, RIGHT, WHY, WORTH
from dedupe.lots import grown_in_lots
from dedupe.order import UNIT, Bits, best_first
from dedupe.pairs import Line
from dedupe.rows import starts_of
from dedupe.sharing import shared_phones
from dedupe.table import I8, I32, I64, U64, Mask, Table
from dedupe.weighing import weigh
from dedupe.weights import Model


@dataclass(frozen=True, slots=True)
class Grouped:
    """Each row's claim and case, by the row of their oldest members; and what was refused.

    Of the pairs that would have joined two cases only the strongest is kept, with the reason (a number of `Why`).
    `tree` are the places of the pairs that make the strongest tree of every case.
    """

    claim: I32
    case: I32
    refused: tuple[I32, I32, I8]
    tree: I64


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking a table came to. `edges` are all pairs that matter, `pairs` counts those that were looked at."""

    grouped: Grouped
    edges: Edges
    shared: Mask
    pairs: int
    ledger: tuple[Line, ...]


def link_table(table: Table, words: Words, model: Model) -> Linked:
    """Link all complaints of a table."""
    shared = shared_phones(table)
    found = keys.candidates(table)
    edges, pairs, ledger = weigh(table, found.left, found.right, shared, model), len(found), found.ledger
    del found  # the pairs that do not matter make room for grouping
    return Linked(group(table, words, edges, model), edges, shared, pairs, ledger)


def group(table: Table, words: Words, edges: Edges, model: Model) -> Grouped:
    """Claims first, then cases of claims; a claim is cut where people's word put two members into different cases."""
    grown = grown_in_lots(table, model.lines, words, edges)
    case, claim = (_named(table.at, table.uid, label) for label in (grown.case, grown.claim))
    return Grouped(_within(table, claim, case), case, _refused(table, grown, case), grown.tree)


@compiled
def _named(at: I64, uid: U64, label: I32) -> I32:
    """Groups that are known by some member's row, by the row of their oldest member: the first told, ties by uid."""
    oldest = np.full(len(label), -1, np.int32)
    for row in range(len(label)):
        first = oldest[label[row]]
        if first < 0 or at[row] < at[first] or (at[row] == at[first] and uid[row] < uid[first]):
            oldest[label[row]] = row
    found = np.empty(len(label), np.int32)
    for row in range(len(label)):
        found[row] = oldest[label[row]]
    return found


def _within(table: Table, claim: I32, case: I32) -> I32:
    """Claims named by their oldest member, cut where people's word put two members into different cases."""
    cut = np.flatnonzero(case != case[claim])
    if not len(cut):
        return claim
    label = claim.copy()
    sides = (case[cut].astype(np.int64) << 32) | claim[cut]
    order = np.argsort(sides, kind="stable")
    first = starts_of(sides[order])
    label[cut[order]] = cut[order][np.flatnonzero(first)][np.cumsum(first) - 1]
    return _named(table.at, table.uid, label)


def _refused(table: Table, grown: Grown, case: I32) -> tuple[I32, I32, I8]:
    """The refusals that still stand between two cases, of every two the strongest."""
    left, right = grown.refused[:, LEFT].copy(), grown.refused[:, RIGHT].copy()
    stands = np.flatnonzero(case[left] != case[right])
    worth = grown.refused[stands, WORTH] / UNIT
    order = stands[best_first(table.uid, Bits(left[stands], right[stands], worth.astype(np.float32)))]
    sides = packed(case[left[order]], case[right[order]])
    ranked = np.argsort(sides, kind="stable")
    order = order[ranked[starts_of(sides[ranked])]]
    return left[order], right[order], grown.refused[order, WHY].astype(np.int8)


def alone(table: Table, words: Words, edges: Edges, model: Model) -> Grouped:
    """The groups when nothing is merged but what people said; of these too the pairs that join make trees."""
    grouped = group(table, words, Edges.none(), model)
    places = np.flatnonzero(edges.kind & Kind.CASE)
    cases = edges.at(places)
    return replace(
        grouped, tree=places[strongest_trees(table.uid, Bits(*unpacked(cases.pairs), cases.case), grouped.case)]
    )
