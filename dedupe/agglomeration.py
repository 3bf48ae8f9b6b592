"""From judged pairs to claims and cases: people's word first, then the best pair first, and nothing that contradicts.

Transitive closure is what fails: a chain of good pairs joins strangers, and the more complaints there are the longer
the chains. So a pair joins two *groups*, and only if the groups as wholes do not contradict each other.

The answer is a function of the complaints, the pairs and the decisions: no order, no row number enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from casework.linkage import Decision, Verdict
from dedupe.lots import grow_in_lots
from dedupe.rounds import Edges, Partition, best_first
from dedupe.rows import among, starts_of
from dedupe.table import I8, I32, Mask, Table
from dedupe.value_sets import pair_numbers
from dedupe.vetoes import Vetoes

_SURE = np.float32(4096)
"""Bits of a pair that a person joined."""


@dataclass(frozen=True, slots=True)
class Words:
    """People's decisions as pairs of rows: what must be together and what must not. Each pair stands once."""

    together: tuple[I32, I32]
    apart: tuple[I32, I32]

    @classmethod
    def of(cls, decisions: Iterable[Decision], rows: Mapping[str, int]) -> Words:
        """Decisions on complaints that are here; a pair that was judged both ways stays apart. "Unsure" says nothing:
        it waits for a second person, and until then the machine's word stands."""
        together: set[tuple[int, int]] = set()
        apart: set[tuple[int, int]] = set()
        for decision in decisions:
            if decision.verdict is Verdict.UNSURE or decision.left == decision.right:
                continue
            if decision.left in rows and decision.right in rows:
                one, other = sorted((rows[decision.left], rows[decision.right]))
                (together if decision.verdict is Verdict.SAME else apart).add((one, other))
        return cls(_columns(together - apart), _columns(apart))


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[I32, I32]:
    found = np.asarray(sorted(pairs), dtype=np.int32).reshape(-1, 2)
    return np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1])


@dataclass(frozen=True, slots=True)
class Groups:
    """A partition: each row's group by the row of its oldest member, and what was refused.

    Of the pairs that would have joined two groups only the strongest is kept, with the reason (a number of `Why`).
    """

    label: I32
    left: I32
    right: I32
    why: I8

    @classmethod
    def of(cls, partition: Partition) -> Groups:
        """Name the groups, and keep the refusals that still stand between two of them."""
        label = named(partition.table, partition.label)
        if not partition.refused:
            none = np.zeros(0, dtype=np.int32)
            return cls(label, none, none, np.zeros(0, dtype=np.int8))
        edges = Edges.together([edges for edges, _ in partition.refused])
        why = np.concatenate([why for _, why in partition.refused])
        stands = np.flatnonzero(label[edges.left] != label[edges.right])
        order = stands[best_first(partition.table.uid, edges.at(stands))]
        sides = pair_numbers(label[edges.left[order]], label[edges.right[order]])
        order = order[np.argsort(sides, kind="stable")]
        order = order[starts_of(np.sort(sides))]
        return cls(label, edges.left[order], edges.right[order], why[order])


def named(table: Table, label: I32) -> I32:
    """Groups that are known by some member's row, by the row of their oldest member: the first told, ties by uid."""
    at = np.full(len(label), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(at, label, table.at)
    first = np.flatnonzero(at[label] == table.at)
    uid = np.full(len(label), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(uid, label[first], table.uid[first])
    first = first[uid[label[first]] == table.uid[first]]
    oldest = np.empty(len(label), dtype=np.int32)
    oldest[label[first]] = first
    return oldest[label]


def claims(table: Table, lines: Mapping[str, float], words: Words, edges: Edges) -> Groups:
    """Complaints into claims: person against person, strictly.

    A person's "same" is on the dispute; it makes one claim only of two that look like one.
    """
    partition = Partition.alone(table, words.apart)
    known = np.sort(pair_numbers(edges.left, edges.right))
    _must(partition, words, among(pair_numbers(*words.together), known))
    vetoes = Vetoes(table, lines, persons=True)
    partition.grow(edges, vetoes, partial(vetoes.now, strict=False))
    return Groups.of(partition)


def cases(table: Table, lines: Mapping[str, float], words: Words, edges: Edges, claimed: Groups) -> Groups:
    """Claims into cases: who the employer is, where, and which months. The pairs are those of claims and more."""
    partition = Partition.alone(table, words.apart)
    _must(partition, words, np.ones(len(words.together[0]), dtype=bool))
    _surely(partition, edges.at(claimed.label[edges.left] == claimed.label[edges.right]))
    grow_in_lots(partition, edges, lines)
    return Groups.of(partition)


def within(table: Table, claimed: Groups, cased: Groups) -> I32:
    """Claims named by their oldest member, cut where people's word put two members into different cases."""
    packed = (cased.label.astype(np.int64) << 32) | claimed.label
    cut = np.flatnonzero(claimed.label != np.arange(len(table)))
    cut = cut[cased.label[cut] != cased.label[claimed.label[cut]]]
    if not len(cut):
        return claimed.label
    label = claimed.label.copy()
    order = cut[np.argsort(packed[cut], kind="stable")]
    first = starts_of(packed[order])
    label[order] = order[np.flatnonzero(first)][np.cumsum(first) - 1]
    return named(table, label)


def _must(partition: Partition, words: Words, chosen: Mask) -> None:
    """Join what people said is one, whatever it looks like. Where they contradict each other the "no" stands."""
    left, right = words.together[0][chosen], words.together[1][chosen]
    _surely(partition, Edges(left, right, np.full(len(left), _SURE)))


def _surely(partition: Partition, edges: Edges) -> None:
    """Join where nothing but a person's "no" is against it."""
    vetoes = Vetoes(partition.table, None)
    partition.grow(edges, vetoes, vetoes.never)
