"""Core first, then satellites: whoever says little joins one dispute and never bridges two.

The greatest damage is done by a complaint that names no site, no months or only a boss: it is like two disputes that
are nothing to each other, and joins them. So groups are grown among those that say much. Whoever says less is then put
to the best of these, each by itself; where a second dispute, which contradicts the first, is nearly as good, it stays
alone until a person says. What found no place groups among itself, and the next tier follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from dedupe.rounds import Edges, Partition, best_first, components, numbered
from dedupe.rows import starts_of
from dedupe.table import I8, I32, Mask, Table
from dedupe.vetoes import Vetoes, Why

CORE = 3
"""Who says so many of firm, place and months is part of the core. Who leaves one out may fit two disputes."""


def told_by(table: Table, label: I32) -> I8:
    """Per complaint how much its group says: one each for the firm, the place and the months."""
    rows = np.arange(len(table))
    firm = table.code != 0
    named = rows[table.firm >= 0]
    firm[named] |= (table.firms.core[table.firm[named]] != 0) & ~table.firms.loose[table.firm[named]]
    place = np.zeros(len(table), dtype=bool)
    for column in (table.site, table.address):
        named = rows[column >= 0]
        place[named] |= table.sites.core[column[named]] != 0
    found = np.zeros(len(table), dtype=np.int8)
    for said in (firm, place, table.first > 0):
        found += _whole(label, said)
    return found


def _whole(label: I32, rows: Mask) -> Mask:
    """All members of the groups that have one of these rows."""
    some = np.zeros(len(label), dtype=bool)
    some[label[rows]] = True
    return some[label]


def grow_by_tiers(partition: Partition, edges: Edges, vetoes: Vetoes, margin: float) -> None:
    """Grow the groups of a partition: the core, then each tier that says less."""
    edges = edges.at(partition.label[edges.left] != partition.label[edges.right])
    if not len(edges):
        return
    said = np.minimum(told_by(partition.table, partition.label), CORE)
    veto = partial(vetoes.now, strict=True)
    placed = np.zeros(len(said), dtype=bool)
    torn = np.zeros(len(said), dtype=bool)
    for tier in range(CORE, -1, -1):
        own = said == tier
        if tier < CORE:
            while (waiting := own & ~placed & ~torn).any():
                apart = waiting[edges.left] != waiting[edges.right]
                known = (placed | waiting)[edges.left] & (placed | waiting)[edges.right]
                torn |= _Satellites.of(partition, edges.at(apart & known), waiting, vetoes).attach(margin)
                before = placed
                placed = _whole(partition.label, placed)
                if (before == placed).all():
                    break
        free = own & ~placed & ~torn
        partition.grow(edges.at(free[edges.left] & free[edges.right]), vetoes, veto)
        placed |= free
        edges = edges.at(partition.label[edges.left] != partition.label[edges.right])


@dataclass(frozen=True, slots=True)
class _Satellites:
    """The best pair between each satellite and each group it may belong to, the best of each satellite first."""

    partition: Partition
    vetoes: Vetoes
    edges: Edges
    nodes: I32
    satellite: I32
    group: I32

    @classmethod
    def of(cls, partition: Partition, edges: Edges, own: Mask, vetoes: Vetoes) -> _Satellites:
        """`own` marks the satellites' rows; every pair has one on one side."""
        label = partition.label
        turned = own[edges.right]
        one = np.where(turned, label[edges.right], label[edges.left])
        other = np.where(turned, label[edges.left], label[edges.right])
        nodes, satellite, group = numbered(one, other, len(label))
        order = best_first(partition.table.uid, edges)
        order = order[np.lexsort((group[order], satellite[order]))]
        order = order[starts_of(satellite[order], group[order])]
        rank = best_first(partition.table.uid, edges.at(order))
        order = order[rank][np.argsort(satellite[order[rank]], kind="stable")]
        return cls(partition, vetoes, edges.at(order), nodes, satellite[order], group[order])

    def attach(self, margin: float) -> Mask:
        """Put every satellite to its best group, unless it is torn. Gives the rows of those that are."""
        found = np.zeros(len(self.partition.label), dtype=bool)
        if not len(self.edges):
            return found
        into = components(len(self.nodes), self.satellite, self.group)
        profiles, _ = self.partition.profiles(self.nodes, into, self.vetoes)
        why = self.vetoes.now(profiles, self.satellite, self.group, strict=True)
        self.partition.refuse(self.edges.at(why != Why.NOTHING), why[why != Why.NOTHING])
        fits = np.flatnonzero(why == Why.NOTHING)
        edges, satellite, group = self.edges.at(fits), self.satellite[fits], self.group[fits]
        first = starts_of(satellite)
        best = np.flatnonzero(first)[np.cumsum(first) - 1]
        near = np.flatnonzero(~first & (edges.bits >= edges.bits[best] - np.float32(margin)))
        rivals = self.vetoes.now(profiles, group[near], group[best[near]], strict=False) != Why.NOTHING
        torn = np.zeros(len(self.nodes), dtype=bool)
        torn[satellite[near[rivals]]] = True
        barred = first & torn[satellite]
        self.partition.refuse(edges.at(barred), np.full(int(barred.sum()), Why.TORN, dtype=np.int8))
        found[self.nodes[torn]] = True
        found = found[self.partition.label]
        self.partition.grow(edges.at(first & ~barred), self.vetoes, partial(self.vetoes.now, strict=True))
        return found
