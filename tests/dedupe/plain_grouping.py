"""The grouping as it is told in docs/linking.md, pair by pair and set by set: what the compiled loops must come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dedupe.edges import Kind, unpacked
from dedupe.laying import told_by
from dedupe.naming import Alike, Sites
from dedupe.order import Bits, best_first
from dedupe.person_steps import name_steps
from dedupe.site_steps import address_steps, site_steps
from dedupe.table import Table
from dedupe.value_steps import firm_steps
from tests.dedupe.graphs import Tangle

CLOSE = {Alike.ONE, Alike.SHORT, Alike.SWAPPED, Alike.WITHIN, Alike.SOUND, Alike.CHARACTER}
Group = frozenset[int]
Pair = tuple[int, int, float]


def plainly(tangle: Tangle, lines: Mapping[str, float]) -> tuple[list[int], list[int]]:
    """Every row's claim and case, by its first row."""
    return _Plain(tangle, lines).all()


class _Steps:
    """How values stand to each other, one pair of values at a time."""

    def __init__(self, table: Table) -> None:
        def one(compare: Callable[..., np.typing.NDArray[np.int8]], first: object) -> Callable[[int, int], int]:
            @cache
            def step(left: int, right: int) -> int:
                return int(compare(first, np.asarray([left], np.int32), np.asarray([right], np.int32))[0])

            return step

        self.by = {
            "firm": one(firm_steps, table),
            "site": one(site_steps, table),
            "address": one(address_steps, table),
            "name": one(name_steps, table.persons),
        }


@dataclass(frozen=True)
class _Bars:
    """What bars two groups: `persons` for claims; `lines` is off for what people said."""

    lines: bool
    persons: bool
    cap: float


class _Plain:
    def __init__(self, tangle: Tangle, lines: Mapping[str, float]) -> None:
        self.table, self.lines, self.words = tangle.table, lines, tangle.words
        self.steps = _Steps(tangle.table)
        self.group: list[Group] = []
        self.edges = tangle.edges
        self.apart = {frozenset(pair) for pair in zip(*(side.tolist() for side in self.words.apart), strict=True)}

    def all(self) -> tuple[list[int], list[int]]:
        claim = self._claims()
        case = self._cases(claim)
        # a claim is cut where people's word put its members into different cases
        return [min(one & other) for one, other in zip(claim, case, strict=True)], [min(one) for one in case]

    def _pairs(self, kind: Kind) -> list[Pair]:
        of = self.edges.of(kind)
        left, right = unpacked(of.pairs)
        scored = Bits(left, right, of.claim if kind is Kind.CLAIM else of.case)
        order = best_first(self.table.uid, scored).tolist()
        return [(int(left[place]), int(right[place]), float(scored.bits[place])) for place in order]

    def _must(self) -> list[Pair]:
        left, right = self.words.together
        order = best_first(self.table.uid, Bits(left, right, np.full(len(left), 4096, np.float32))).tolist()
        return [(int(left[place]), int(right[place]), 4096.0) for place in order]

    def _start(self) -> None:
        self.group = [frozenset([row]) for row in range(len(self.table))]

    def _join(self, left: int, right: int) -> None:
        both = self.group[left] | self.group[right]
        for row in both:
            self.group[row] = both

    def _grow(self, pairs: Sequence[Pair], bars: _Bars, *, strict: bool) -> None:
        for left, right, _ in pairs:
            one, other = self.group[left], self.group[right]
            if one is not other and not self._barred(one, other, bars, strict=strict):
                self._join(left, right)

    def _claims(self) -> list[Group]:
        self._start()
        pairs = self._pairs(Kind.CLAIM)
        known = {frozenset(pair[:2]) for pair in pairs}
        self._grow([pair for pair in self._must() if frozenset(pair[:2]) in known], _Bars(False, True, 0), strict=False)
        self._grow(pairs, _Bars(True, True, self.lines["largest_claim"]), strict=False)
        return list(self.group)

    def _cases(self, claim: list[Group]) -> list[Group]:
        self._start()
        pairs = self._pairs(Kind.CASE)
        for surely in (self._must(), [pair for pair in pairs if claim[pair[0]] is claim[pair[1]]]):
            self._grow(surely, _Bars(False, False, 0), strict=False)
        label = np.asarray([min(one) for one in self.group], dtype=np.int32)
        told = np.minimum(told_by(self.table, label), 3).tolist()
        bars = _Bars(True, False, self.lines["largest_case"])
        placed: set[int] = set()
        torn: set[int] = set()
        for tier in (3, 2, 1, 0):
            own = {row for row in range(len(self.table)) if told[row] == tier}
            while tier < 3 and self._attach(pairs, own, placed, torn, bars):
                pass
            free = own - placed - torn
            self._grow([pair for pair in pairs if pair[0] in free and pair[1] in free], bars, strict=True)
            placed |= free
        return list(self.group)

    def _attach(self, pairs: Sequence[Pair], own: set[int], placed: set[int], torn: set[int], bars: _Bars) -> bool:
        """Each satellite to its best place, as things stand before the first is put."""
        waiting = own - placed - torn
        wants: dict[Group, dict[Group, tuple[int, Pair]]] = {}
        for rank, pair in enumerate(pairs):
            for row, other in (pair[:2], pair[1::-1]):
                if row in waiting and other in placed:
                    wants.setdefault(self.group[row], {}).setdefault(self.group[other], (rank, pair))
        chosen = []
        for satellite, places in wants.items():
            fits = [(rank, pair, place) for place, (rank, pair) in places.items()]
            fits = sorted(fit for fit in fits if not self._barred(satellite, fit[2], bars, strict=True))
            near = [
                fit
                for fit in fits[1:]
                if _parts(fit[1][2]) >= _parts(fits[0][1][2]) - _parts(self.lines["ambiguity_margin"])
            ]
            if any(self._barred(fit[2], fits[0][2], bars, strict=False) for fit in near):
                torn |= satellite
            elif fits:
                chosen.append(fits[0])
        some = False
        for _, (left, right, _), _ in sorted(chosen):
            if not self._barred(self.group[left], self.group[right], bars, strict=True):
                self._join(left, right)
                placed |= self.group[left]
                some = True
        return some

    def _barred(self, one: Group, other: Group, bars: _Bars, *, strict: bool) -> bool:
        if any(frozenset((left, right)) in self.apart for left in one for right in other):
            return True
        if not bars.lines:
            return False
        if len(one) + len(other) > bars.cap or self._codes(one, other) or self._months(one, other):
            return True
        if bars.persons and (self._ids(one, other) or self._names(one, other)):
            return True
        return self._firms(one, other, strict=strict) or self._sites(one, other)

    def _said(self, group: Group, column: str) -> set[int]:
        return {value for value in (int(getattr(self.table, column)[row]) for row in group) if value >= 0}

    def _seen(self, column: str, one: Group, other: Group) -> set[int]:
        return set(self._steps_between(column, self._said(one, column), self._said(other, column)))

    def _steps_between(self, column: str, one: set[int], other: set[int]) -> Iterator[int]:
        for left in one:
            for right in other:
                yield self.steps.by[column](left, right)

    def _of(self, group: Group) -> set[int]:
        return {int(self.table.code[row]) for row in group} - {0}

    def _codes(self, one: Group, other: Group) -> bool:
        left, right = self._of(one), self._of(other)
        return bool(left and right and (min(left), max(left)) != (min(right), max(right)))

    def _months(self, one: Group, other: Group) -> bool:
        spans = []
        for group in (one, other):
            said = [row for row in group if self.table.first[row] > 0]
            if not said:
                return False
            spans.append(
                (min(int(self.table.first[row]) for row in said), max(int(self.table.last[row]) for row in said))
            )
        later, sooner = max(span[0] for span in spans), min(span[1] for span in spans)
        return later - sooner - 1 > int(self.lines["largest_gap_months"])

    def _valid(self, group: Group) -> set[int]:
        ids = self.table.ids
        return {int(ids.key[number]) for number in self._said(group, "id_no") if ids.valid[number]}

    def _ids(self, one: Group, other: Group) -> bool:
        left, right = self._valid(one), self._valid(other)
        return bool(left and right and (min(left), max(left)) != (min(right), max(right)))

    def _names(self, one: Group, other: Group) -> bool:
        return not (self._valid(one) and self._valid(other)) and 4 in self._seen("name", one, other)

    def _firms(self, one: Group, other: Group, *, strict: bool) -> bool:
        if self._of(one) and self._of(other):
            return False
        seen = self._seen("firm", one, other)
        alike = CLOSE | {Alike.RELATED, Alike.ELSEWHERE, Alike.VAGUE}
        if Alike.TRADE in seen or (strict and seen and not seen & alike):
            return True
        if (Alike.ELSEWHERE in seen and not seen & CLOSE) or (strict and Alike.RELATED in seen):
            return not (self._seen("site", one, other) & {Sites.ONE, Sites.CLOSE} or self._near(one, other))
        return False

    def _near(self, one: Group, other: Group) -> bool:
        return bool(self._seen("address", one, other) & {0, 1})

    def _sites(self, one: Group, other: Group) -> bool:
        seen = self._seen("site", one, other)
        if seen & {Sites.PHASE, Sites.SECTION}:
            return True
        placed = {Sites.ONE, Sites.CLOSE, Sites.CHARACTER, Sites.VAGUE}
        return bool(seen) and not seen & placed and not self._near(one, other)


def _parts(bits: float) -> int:
    """Bits as they are compared."""
    return round(bits * 1024)
