"""Complaints that no chain of pairs joins have nothing to do with each other: they are grouped in lots, on two threads.

A lot is small enough for the processor's own memory. What comes of it follows from its complaints and pairs alone, so
it is the same however many lots there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from dedupe.rounds import Edges, Partition, components, numbered
from dedupe.rows import starts_of
from dedupe.table import I8, I16, I32, Table
from dedupe.tiers import grow_by_tiers
from dedupe.vetoes import Vetoes

THREADS = 2
ROWS = 1 << 17
"""Complaints of a lot; a lot of one component alone may have more."""
_Grown: TypeAlias = tuple[I32, I32, list[tuple[Edges, I8]]]
"""The rows of a lot, the label of each, and what was refused."""
_SAID = ("uid", "at", "code", "firm", "site", "address", "name", "id_no", "first", "last")
"""The columns that grouping looks at."""


@dataclass(frozen=True, slots=True)
class _Lots:
    """The component of each row and its lot, -1 where no pair waits."""

    component: I32
    lot: I16
    count: int

    @classmethod
    def of(cls, label: I32, edges: Edges, rows: int) -> _Lots:
        """Neighbouring components together, about so many rows a lot."""
        nodes, left, right = numbered(label[edges.left], label[edges.right], len(label))
        component = np.full(len(label), -1, dtype=np.int32)
        component[nodes] = components(len(nodes), left, right)
        component = component[label]
        sizes = np.bincount(component[component >= 0])
        lot = np.cumsum(starts_of((np.cumsum(sizes) - sizes) // rows), dtype=np.int16) - np.int16(1)
        return cls(component, np.where(component >= 0, lot[component], np.int16(-1)), int(lot[-1]) + 1)


def grow_in_lots(partition: Partition, edges: Edges, lines: Mapping[str, float], *, rows: int = ROWS) -> None:
    """Grow the groups of a partition by tiers."""
    edges = edges.at(partition.label[edges.left] != partition.label[edges.right])
    if not len(edges):
        return
    lots = _Lots.of(partition.label, edges, rows)
    among = lots.lot[edges.left]
    place = np.empty(len(partition.label), dtype=np.int32)

    def grown(lot: int) -> _Grown:
        here = np.flatnonzero(lots.lot == lot).astype(np.int32)
        place[here] = np.arange(len(here), dtype=np.int32)
        one, other = partition.apart
        known = (lots.lot[one] == lot) & (lots.lot[other] == lot)
        apart = place[one[known]], place[other[known]]
        found = Partition(_alone(partition.table, here), place[partition.label[here]], apart)
        own = edges.at(among == lot)
        component = lots.component[here]
        _grow(found, Edges(place[own.left], place[own.right], own.bits), component - component.min(), lines)
        refused = [(Edges(here[pair.left], here[pair.right], pair.bits), why) for pair, why in found.refused]
        return here, here[found.label], refused

    for here, label, refused in _on_threads(grown, lots.count):
        partition.label[here] = label
        partition.refused += refused


def _alone(table: Table, rows: I32) -> Table:
    """Some complaints by themselves."""
    return replace(table, **{name: getattr(table, name)[rows] for name in _SAID})


def _grow(partition: Partition, edges: Edges, component: I32, lines: Mapping[str, float]) -> None:
    """Where nothing in a component might contradict anything else, nothing is compared any more."""
    vetoes, doubtful = Vetoes(partition.table, lines).beforehand(component)
    open_ = doubtful[component[edges.left]]
    margin = lines["ambiguity_margin"]
    grow_by_tiers(partition, edges.at(~open_), Vetoes(partition.table, None), margin)
    grow_by_tiers(partition, edges.at(open_), vetoes, margin)


def _on_threads(grown: Callable[[int], _Grown], count: int) -> list[_Grown]:
    if count < THREADS:
        return [grown(lot) for lot in range(count)]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(grown, range(count)))
