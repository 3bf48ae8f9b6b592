"""The way of a whole table: keys, pairs, weights, claims, cases.

The same steps serve a run over everything and, on some rows alone, a run over what is new.
"""

from __future__ import annotations

from dataclasses import dataclass

from dedupe import agglomeration, keys
from dedupe.agglomeration import Groups, Words
from dedupe.edges import Edges, Kind, unpacked
from dedupe.pairs import Line
from dedupe.rounds import Edges as Joining
from dedupe.sharing import shared_phones
from dedupe.table import I32, Mask, Table
from dedupe.weighing import weigh
from dedupe.weights import Model


@dataclass(frozen=True, slots=True)
class Grouped:
    """Each row's claim and case, by the row of their oldest members; and the cases' refusals."""

    claim: I32
    case: I32
    cases: Groups


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
    claimed = agglomeration.claims(table, model.lines, words, _joining(edges, Kind.CLAIM))
    cased = agglomeration.cases(table, model.lines, words, _joining(edges, Kind.CASE), claimed)
    return Grouped(agglomeration.within(table, claimed, cased), cased.label, cased)


def _joining(edges: Edges, kind: Kind) -> Joining:
    chosen = (edges.kind & kind) != 0
    left, right = unpacked(edges.pairs[chosen])
    return Joining(left, right, (edges.claim if kind is Kind.CLAIM else edges.case)[chosen])


def alone(table: Table, words: Words, model: Model) -> Grouped:
    """The groups when nothing is merged but what people said."""
    return group(table, words, Edges.none(), model)
