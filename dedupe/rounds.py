"""Groups grown in rounds: what cannot go wrong is joined at once, of the rest what is the best pair of both its sides.

A round looks at all groups together. Pairs of groups that can never be one are struck out. Where nothing in a whole
component of the rest could contradict anything else, it becomes one group. In the others a pair is joined when it is
the best of both its sides, unless the two contradict each other as they are: then it is struck out too. A group also
joins its best neighbour when that one is barred from all that it is barred from itself: nothing is lost by not waiting.

That is "best pair first" without walking through the pairs: a pair that is the best of both sides comes before all
others that touch either. Every component goes its own way, whatever else is in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.covering import covered
from dedupe.group_profiles import Profiles
from dedupe.rows import starts_of
from dedupe.table import I8, I32, U64, Mask, Table
from dedupe.vetoes import Vetoes, Why

F32 = NDArray[np.float32]
Veto: TypeAlias = Callable[[Profiles, I32, I32], I8]
UNIT = 1024
"""Bits are compared in parts of this."""
_MOST = 1 << 22
_FORTY = np.uint64(40)
_ODD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of rows that may join, with their scores in bits."""

    left: I32
    right: I32
    bits: F32

    def __len__(self) -> int:
        return len(self.left)

    def at(self, places: NDArray[np.integer] | Mask) -> Edges:
        """Some of them."""
        return Edges(self.left[places], self.right[places], self.bits[places])

    @classmethod
    def together(cls, parts: Sequence[Edges]) -> Edges:
        """Several lots as one."""
        return cls(
            np.concatenate([part.left for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.bits for part in parts]),
        )


@dataclass(slots=True)
class Partition:
    """Which group every row is in, by some member's row; and what was refused, with the reason."""

    table: Table
    label: I32
    apart: tuple[I32, I32]
    refused: list[tuple[Edges, I8]] = field(default_factory=list)

    @classmethod
    def alone(cls, table: Table, apart: tuple[I32, I32]) -> Partition:
        """Every row by itself."""
        return cls(table, np.arange(len(table), dtype=np.int32), apart)

    def refuse(self, edges: Edges, why: I8) -> None:
        """Remember pairs that would have joined two groups."""
        if len(edges):
            self.refused.append((edges, why))

    def profiles(self, nodes: I32, into: I32, vetoes: Vetoes) -> tuple[Profiles, Mask]:
        """What the groups with these labels are known by, and which of their components are doubtful."""
        number = np.full(len(self.label), -1, dtype=np.int32)
        number[nodes] = np.arange(len(nodes), dtype=np.int32)
        number = number[self.label]
        rows = np.flatnonzero(number >= 0).astype(np.int32)
        one, other = number[self.apart[0]], number[self.apart[1]]
        known = (one >= 0) & (other >= 0)
        return vetoes.profiles(rows, number[rows], into, (one[known], other[known]))

    def grow(self, edges: Edges, vetoes: Vetoes, veto: Veto) -> None:
        """Join by the best pair first, unless the groups contradict each other."""
        left, right = self.label[edges.left], self.label[edges.right]
        outer = left != right
        if not outer.any():
            return
        edges, left, right = edges.at(outer), left[outer], right[outer]
        nodes, left, right = numbered(left, right, len(self.label))
        into = components(len(nodes), left, right)
        profiles, doubtful = self.profiles(nodes, into, vetoes)
        leader = _first_of(into, len(doubtful))[into]
        rest = np.flatnonzero(doubtful[into[left]])
        if len(rest):
            active, left, right = numbered(left[rest], right[rest], len(nodes))
            rounds = _Rounds(self, vetoes, veto, edges.at(rest), left, right)
            leader[active] = active[rounds.run(profiles.some(active))]
        into_row = np.arange(len(self.label), dtype=np.int32)
        into_row[nodes] = nodes[leader]
        self.label = into_row[self.label]


def numbered(left: I32, right: I32, size: int) -> tuple[I32, I32, I32]:
    """The distinct labels of pairs, in order, and the pairs by their places among them."""
    seen = np.zeros(size, dtype=bool)
    seen[left] = True
    seen[right] = True
    nodes = np.flatnonzero(seen).astype(np.int32)
    number = np.cumsum(seen, dtype=np.int32) - np.int32(1)
    return nodes, number[left], number[right]


class _Rounds:
    """The rounds over the components in which something might contradict."""

    def __init__(self, partition: Partition, vetoes: Vetoes, veto: Veto, edges: Edges, left: I32, right: I32) -> None:
        self.partition, self.vetoes, self.veto, self.edges = partition, vetoes, veto, edges
        self.left, self.right = left, right
        order = best_first(partition.table.uid, edges)
        self.rank = np.empty(len(order), dtype=np.int32)
        self.rank[order] = np.arange(len(order), dtype=np.int32)
        self.place = np.arange(len(edges), dtype=np.int32)

    def run(self, profiles: Profiles) -> I32:
        """Rounds until no pair is left. Gives every group's leader among the groups it started with.

        Groups that no pair is left for stay as they are, and the rounds go on without them.
        """
        leader = np.arange(len(profiles), dtype=np.int32)
        name = leader.copy()
        fresh = np.ones(len(profiles), dtype=bool)
        while True:
            self._contract(len(profiles))
            asked = np.flatnonzero(fresh[self.left] | fresh[self.right])
            why = np.zeros(len(self.left), dtype=np.int8)
            why[asked] = self.vetoes.never(profiles, self.left[asked], self.right[asked])
            self._strike(why)
            if not len(self.left):
                return _followed(leader)
            active, self.left, self.right = numbered(self.left, self.right, len(profiles))
            name, profiles = name[active], profiles.some(active)
            merged = self._round(profiles)
            groups = int(merged.max()) + 1
            first = name[_first_of(merged, groups)]
            leader[name] = first[merged]
            name = first
            self.left, self.right = merged[self.left], merged[self.right]
            fresh = np.bincount(merged, minlength=groups) > 1
            profiles = profiles.merged(merged, groups)

    def _round(self, profiles: Profiles) -> I32:
        """Join what one round may join. Gives every group's new number."""
        into = components(len(profiles), self.left, self.right)
        doubtful = self.vetoes.doubtful(profiles, into, int(into.max()) + 1)
        joined = ~doubtful[into[self.left]]
        places = np.flatnonzero(~joined)
        left, right, rank = self.left[places], self.right[places], self.rank[places]
        best = np.full(len(profiles), np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(best, left, rank)
        np.minimum.at(best, right, rank)
        first, second = best[left] == rank, best[right] == rank
        turn = np.zeros(len(self.left), dtype=np.int8)
        wanted = np.flatnonzero(first | second)
        early = ~(first & second)[wanted]
        turned = (
            np.where(first[wanted], left[wanted], right[wanted]),
            np.where(first[wanted], right[wanted], left[wanted]),
        )
        early[early] = covered(self.vetoes, profiles, into, turned[0][early], turned[1][early])
        wanted = wanted[early | (first & second)[wanted]]
        why = self.veto(profiles, left[wanted], right[wanted])
        joined[places[wanted]] = why == Why.NOTHING
        mutual = (first & second)[wanted]
        turn[places[wanted[mutual]]] = why[mutual]
        merged = self._within_cap(profiles, joined, places[first & second])
        self._strike(turn)
        return merged

    def _within_cap(self, profiles: Profiles, joined: Mask, mutual: NDArray[np.int64]) -> I32:
        """Groups of groups. What would grow over the largest size goes on pair by pair."""
        merged = components(len(profiles), self.left[joined], self.right[joined])
        large = np.bincount(merged, weights=profiles.size) > self.vetoes.cap
        if not large.any():
            return merged
        early = joined.copy()
        early[mutual] = False
        joined = joined & ~(early & large[merged[self.left]])
        return components(len(profiles), self.left[joined], self.right[joined])

    def _contract(self, groups: int) -> None:
        """Keep the best pair between any two groups, and none within one."""
        outer = np.flatnonzero(self.left != self.right)
        low = np.minimum(self.left[outer], self.right[outer]).astype(np.int64)
        packed = low * groups + np.maximum(self.left[outer], self.right[outer])
        order = np.lexsort((self.rank[outer], packed))
        packed = packed[order]
        self._keep(outer[order[starts_of(packed)]])

    def _keep(self, places: NDArray[np.integer] | Mask) -> None:
        self.left, self.right = self.left[places], self.right[places]
        self.rank, self.place = self.rank[places], self.place[places]

    def _strike(self, why: I8) -> None:
        """Strike out the pairs for which there is a reason."""
        out = why != Why.NOTHING
        if out.any():
            self.partition.refuse(self.edges.at(self.place[out]), why[out])
            self._keep(~out)


def _first_of(into: I32, groups: int) -> I32:
    """The lowest number that goes into each group."""
    first = np.empty(groups, dtype=np.int32)
    first[into[::-1]] = np.arange(len(into) - 1, -1, -1, dtype=np.int32)
    return first


def _followed(leader: I32) -> I32:
    """The leader at the end of every chain of leaders."""
    while True:
        further = leader[leader]
        if (further == leader).all():
            return leader
        leader = further


def components(size: int, left: I32, right: I32) -> I32:
    """The number of each node's component: what is joined by a chain of pairs. Numbered by their lowest nodes."""
    leader = np.arange(size, dtype=np.int32)
    one, other = left, right
    while len(one):
        low = np.minimum(one, other)
        np.minimum.at(leader, one, low)
        np.minimum.at(leader, other, low)
        leader = _followed(leader)
        one, other = leader[one], leader[other]
        open_ = one != other
        one, other = one[open_], other[open_]
    number = np.cumsum(leader == np.arange(size, dtype=np.int32), dtype=np.int32) - np.int32(1)
    return number[leader]


def best_first(uid: U64, edges: Edges) -> NDArray[np.int64]:
    """The pairs in order of their bits. Ties are broken by a mix of the two complaints' own numbers, so that of many
    equal pairs not all want the same neighbour."""
    low = np.minimum(uid[edges.left], uid[edges.right])
    high = np.maximum(uid[edges.left], uid[edges.right])
    mixed = (low * _ODD + high) ^ (high >> np.uint64(29))
    mixed *= _MIX
    mixed >>= np.uint64(24)
    whole = np.clip(np.rint(edges.bits.astype(np.float64) * UNIT), -_MOST, _MOST).astype(np.int64)
    key = ((_MOST - whole).astype(np.uint64) << _FORTY) | mixed
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    if len(ranked) and (ranked[1:] == ranked[:-1]).any():
        order = np.lexsort((high, low, key))
    return order
