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
from dedupe.answers import Answers, Column
from dedupe.compiled import compiled
from dedupe.components import components
from dedupe.contradicting import NAME
from dedupe.edges import F32, Edges, Kind, left_of, packed, right_of
from dedupe.forest import trees
from dedupe.growth import CORE, TIERS, grow, grow_by_tiers
from dedupe.laid import LABEL, LEFT, RIGHT, TOLD, WHY, Lot
from dedupe.laying import employers_and_places, in_tiers, lot_of, ruled, told_by
from dedupe.order import Bits, pairs_of
from dedupe.person_steps import name_steps
from dedupe.rows import among
from dedupe.table import I32, I64, U8, U64, Mask, Table

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
class Grown:
    """Groups by some member's row; as a lot has them the pairs that would have joined two cases; and the places of the
    pairs that make the strongest tree of every case."""

    claim: I32
    case: I32
    refused: I32
    tree: I64


def grown(table: Table, lines: Mapping[str, float], words: Words, edges: Edges, component: I32) -> Grown:
    """Claims first, then cases of claims. `component` is what each row hangs together with, by pairs and words."""
    return _Growing(table, lines, words, edges, component).grown()


class _Growing:
    """The claims and cases of some complaints, on arrays that the compiled loops share."""

    def __init__(self, table: Table, lines: Mapping[str, float], words: Words, edges: Edges, component: I32) -> None:
        self.table, self.lines, self.words, self.component = table, lines, words, component
        _, claim = _bits_for(edges, Kind.CLAIM, edges.claim)
        self.places, case = _bits_for(edges, Kind.CASE, edges.case)
        self.claim_pairs, self.case_pairs = pairs_of(table.uid, claim), pairs_of(table.uid, case)
        together = packed(*words.together)
        like_one = np.sort(edges.pairs[(edges.kind & Kind.CLAIM) != 0]) if len(together) else together
        self.must = self._must(np.ones(len(together), dtype=bool))
        self.must_claim = self._must(among(together, like_one))
        claims = components(len(table), claim.left, claim.right)
        names = Column.of(claims, table.name, partial(name_steps, table.persons), 0)
        self.answers = Answers({**employers_and_places(table, component), NAME: names}, len(table))

    def _must(self, chosen: Mask) -> I32:
        """What people said is one, whatever it looks like. Where they contradict each other the "no" stands."""
        left, right = (rows[chosen] for rows in self.words.together)
        return pairs_of(self.table.uid, Bits(left, right, np.full(len(left), _SURE)))

    def grown(self) -> Grown:
        """Grow until no step of two values is asked for that is not known."""
        while True:
            found = self._cases(self._claims())
            if not self.answers.answer():
                return found

    def _claims(self) -> I32:
        """Complaints into claims: person against person, strictly.

        A person's "same" is on the dispute; it makes one claim only of two that look like one.
        """
        lot = self._lot(_identities(self.table), "largest_claim")
        grow(ruled(lot, lines=0), self.must_claim.copy())
        grow(ruled(lot, persons=1, strict=0), self.claim_pairs.copy())
        return lot.rows[:, LABEL].copy()

    def _cases(self, claim: I32) -> Grown:
        """Claims into cases: who the employer is, where, and which months. The pairs are those of claims and more."""
        lot = self._lot(np.zeros(len(self.table), dtype=np.uint64), "largest_case")
        pairs = self.case_pairs
        must, sure = self.must.copy(), _within(pairs, claim)
        for surely in (must, sure):
            grow(ruled(lot, lines=0), surely)
        label = lot.rows[:, LABEL].copy()
        lot.rows[:, TOLD] = told = np.minimum(told_by(self.table, label), CORE)
        pairs, start = in_tiers(pairs, label, told, self.component, TIERS)
        grow_by_tiers(lot, pairs, start)
        refused = np.concatenate([_refused(given) for given in (must, sure, pairs)])
        label = lot.rows[:, LABEL].copy()
        return Grown(claim, label, refused, self.places[trees(self.case_pairs, label)])

    def _lot(self, identity: U64, cap: str) -> Lot:
        return lot_of(self.table, self.answers, self.words.apart, identity, self.lines, cap)


def _bits_for(edges: Edges, kind: Kind, bits: F32) -> tuple[I64, Bits]:
    """The pairs of one kind with their bits, and where each stood."""
    places, left, right, found = _good_for(edges.kind, int(kind), edges.pairs, bits)
    return places, Bits(left, right, found)


@compiled
def _good_for(kind: U8, wanted: int, pairs: U64, bits: F32) -> tuple[I64, I32, I32, F32]:
    places, found = np.empty(len(pairs), np.int64), np.empty(len(pairs), np.float32)
    left, right = np.empty(len(pairs), np.int32), np.empty(len(pairs), np.int32)
    count = 0
    for place in range(len(pairs)):
        places[count], found[count] = place, bits[place]
        left[count], right[count] = left_of(pairs[place]), right_of(pairs[place])
        count += kind[place] & wanted != 0
    return places[:count], left[:count], right[:count], found[:count]


@compiled
def _within(pairs: I32, group: I32) -> I32:
    """The pairs that have both their rows in one group."""
    found, count = np.empty_like(pairs), 0
    for place in range(len(pairs)):
        if group[pairs[place, LEFT]] == group[pairs[place, RIGHT]]:
            found[count, :] = pairs[place, :]
            count += 1
    return found[:count]


@compiled
def _refused(pairs: I32) -> I32:
    """The pairs with a reason why they did not join."""
    found, count = np.empty_like(pairs), 0
    for place in range(len(pairs)):
        if pairs[place, WHY] != 0:
            found[count, :] = pairs[place, :]
            count += 1
    return found[:count]


def _identities(table: Table) -> U64:
    """The valid identity number of each row, 0 for none."""
    found = np.zeros(len(table), dtype=np.uint64)
    said = np.flatnonzero(table.id_no >= 0)
    numbers = table.id_no[said]
    found[said] = np.where(table.ids.valid[numbers], table.ids.key[numbers], np.uint64(0))
    return found
