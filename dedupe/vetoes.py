"""Why two groups of complaints may not become one.

All pairs of groups of a round are asked together, and each pair of values is compared once.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from enum import IntEnum
from functools import partial

import numpy as np

from dedupe.group_profiles import NO_MONTH, Profiles, ends_of, sorted_pairs, span
from dedupe.naming import Alike, Sites
from dedupe.person_steps import name_steps
from dedupe.rows import among
from dedupe.table import I8, I32, U64, Mask, Table
from dedupe.value_sets import Answers, Sets, Steps, pair_numbers
from dedupe.value_steps import address_steps, firm_steps, site_steps


class Why(IntEnum):
    """Why two groups may not become one."""

    NOTHING = 0
    SAID_NO = 1
    TOO_LARGE = 2
    CODES = 3
    PERIODS = 4
    IDS = 5
    NAMES = 6
    EMPLOYERS = 7
    PHASES = 8
    SECTIONS = 9
    SITES = 10
    TORN = 11


REASONS = (
    "",
    "a person said no",
    "too_large",
    "codes_differ",
    "periods_disjoint",
    "ids_differ",
    "names_differ",
    "employers_differ",
    "phases_differ",
    "sections_differ",
    "sites_differ",
    "fits two disputes",
)
"""How each `Why` is written in a refusal."""


def _bits(*steps: int) -> int:
    return sum(1 << int(step) for step in steps)


_TRADE, _ELSEWHERE, _RELATED = _bits(Alike.TRADE), _bits(Alike.ELSEWHERE), _bits(Alike.RELATED)
_CLOSE = _bits(*range(Alike.CHARACTER + 1))
_ALIKE = _CLOSE | _bits(Alike.RELATED, Alike.ELSEWHERE, Alike.VAGUE)
_PHASE, _SECTION = _bits(Sites.PHASE), _bits(Sites.SECTION)
_PLACED = _bits(Sites.ONE, Sites.CLOSE, Sites.CHARACTER, Sites.VAGUE)
_SPOT = _bits(Sites.ONE, Sites.CLOSE)
_NEAR = _bits(0, 1)
BAD = {
    "firm": _bits(Alike.TRADE, Alike.ELSEWHERE, Alike.RELATED, Alike.NONE),
    "site": _bits(Sites.PHASE, Sites.SECTION, Sites.NONE),
    "name": _bits(4),
}
"""Steps that may keep two groups apart, by column."""


class Vetoes:
    """Why two groups may not become one. `persons`: they would be one worker's claim, and not only one dispute.

    Without `lines` only what people said counts.
    """

    def __init__(self, table: Table, lines: Mapping[str, float] | None, *, persons: bool = False) -> None:
        self.table, self.lines, self.persons = table, lines, persons
        self.cap = lines["largest_claim" if persons else "largest_case"] if lines is not None else np.inf
        self.gap = int(lines["largest_gap_months"]) if lines is not None else 0
        self.steps: dict[str, Steps] = {"address": partial(address_steps, table)}
        if lines is not None:
            self.steps |= {"firm": partial(firm_steps, table), "site": partial(site_steps, table)}
        if persons:
            self.steps["name"] = partial(name_steps, table.persons)
        self.said: dict[str, I32] = {name: getattr(table, name) for name in BAD.keys() & self.steps.keys()}

    def beforehand(self, component: I32) -> tuple[Vetoes, Mask]:
        """The same, with all values of each component of complaints compared once for all; and the components in which
        some two might contradict."""
        found = copy(self)
        found.said, found.steps = {}, dict(self.steps)
        parts = int(component.max()) + 1
        doubtful = self._others(self._singly(np.arange(len(component), dtype=np.int32)), component, parts)
        for name, value in self.said.items():
            answers = Answers.of(component, value, self.steps[name])
            found.said[name], found.steps[name] = answers.numbers(component, value), answers
            doubtful |= answers.mixed(BAD[name], parts)
        return found, doubtful

    def profiles(self, rows: I32, group: I32, into: I32, apart: tuple[I32, I32]) -> tuple[Profiles, Mask]:
        """What groups are known by, from the rows of their members, and in which components of groups some two might
        contradict each other. `into` is each group's component, `apart` are groups that a person keeps apart."""
        groups, parts = len(into), int(into.max()) + 1
        component = into[group]
        sets: dict[str, Sets] = {}
        kinds: dict[str, Sets] = {}
        steps = dict(self.steps)
        doubtful = np.zeros(parts, dtype=bool)
        for name, said in self.said.items():
            value = said[rows]
            answers = Answers.of(component, value, self.steps[name])
            numbers = answers.numbers(component, value)
            sets[name], steps[name] = Sets.of(group, numbers, groups), answers
            mixed = answers.mixed(BAD[name], parts)
            if mixed.any():
                kind = np.append(answers.kinds(BAD[name]), np.int32(-1))
                kinds[name] = Sets.of(group, kind[numbers], groups)
                doubtful |= mixed
        if self.lines is not None:
            sets["address"] = Sets.of(group, self.table.address[rows], groups)
        single = self._singly(rows).merged(group, groups)
        found = replace(single, enemies=sorted_pairs(*apart), sets=sets, kinds=kinds, steps=steps)
        return found, doubtful | self._others(found, into, parts)

    def _singly(self, rows: I32) -> Profiles:
        """What complaints are known by, each by itself, but for its names."""
        first, last, code = self.table.first[rows], self.table.last[rows], self.table.code[rows]
        return Profiles(
            np.ones(len(rows), dtype=np.int64),
            (code,) * 2,
            (self._identities(rows),) * 2,
            np.where(first > 0, first, np.int16(NO_MONTH)),
            np.where(first > 0, last, np.int16(0)),
            np.zeros(0, dtype=np.uint64),
            {},
            {},
            {},
        )

    def _identities(self, rows: I32) -> U64:
        """The valid identity number of each row, 0 for none."""
        found = np.zeros(len(rows), dtype=np.uint64)
        if self.persons:
            said = np.flatnonzero(self.table.id_no[rows] >= 0)
            numbers = self.table.id_no[rows[said]]
            found[said] = np.where(self.table.ids.valid[numbers], self.table.ids.key[numbers], np.uint64(0))
        return found

    def doubtful(self, profiles: Profiles, into: I32, parts: int) -> Mask:
        """Components of groups in which some two might contradict each other; the others may be joined as they are."""
        found = self._others(profiles, into, parts)
        for name, kinds in profiles.kinds.items():
            some = np.bincount(into, weights=kinds.sizes(), minlength=parts) > 0
            asked = np.flatnonzero(some & ~found).astype(np.int32)
            whole = profiles.sets[name].merged(into, parts)
            seen = whole.crossed(asked, asked, profiles.steps[name])
            found[asked[(seen & BAD[name]) != 0]] = True
        return found

    def _others(self, profiles: Profiles, into: I32, parts: int) -> Mask:
        """The same for what is no set of values: people's word, size, codes, identities and months."""
        found = np.zeros(parts, dtype=bool)
        left, right = (into[one] for one in ends_of(profiles.enemies))
        found[left[left == right]] = True
        if self.lines is None:
            return found
        found |= np.bincount(into, weights=profiles.size, minlength=parts) > self.cap
        for ends in (profiles.code, profiles.identity):
            low, high = span(ends, into, parts)
            found |= low != high
        said = profiles.first != NO_MONTH
        latest = np.zeros(parts, dtype=np.int16)
        np.maximum.at(latest, into[said], profiles.first[said])
        earliest = np.full(parts, NO_MONTH, dtype=np.int16)
        np.minimum.at(earliest, into[said], profiles.last[said])
        found |= latest.astype(np.int32) - earliest - 1 > self.gap
        return found

    def never(self, profiles: Profiles, left: I32, right: I32) -> I8:
        """Why two groups can never become one, whatever joins them."""
        why = np.zeros(len(left), dtype=np.int8)
        _mark(why, among(pair_numbers(left, right), profiles.enemies), Why.SAID_NO)
        if self.lines is None:
            return why
        _mark(why, profiles.size[left] + profiles.size[right] > self.cap, Why.TOO_LARGE)
        _mark(why, _differ(profiles.code, left, right), Why.CODES)
        later = np.maximum(profiles.first[left], profiles.first[right]).astype(np.int32)
        sooner = np.minimum(profiles.last[left], profiles.last[right])
        months = (profiles.first[left] != NO_MONTH) & (profiles.first[right] != NO_MONTH)
        _mark(why, months & (later - sooner - 1 > self.gap), Why.PERIODS)
        _mark(why, _differ(profiles.identity, left, right), Why.IDS)
        return why

    def now(self, profiles: Profiles, left: I32, right: I32, *, strict: bool) -> I8:
        """Why two groups may not become one as they are.

        `strict` bars groups whose firms have nothing in common, even at one site: contractor and subcontractor are two
        employers. One worker's own claim may name both.
        """
        why = self.never(profiles, left, right)
        if self.lines is None:
            return why
        if self.persons:
            asked = np.flatnonzero((why == 0) & ~_both(profiles.identity, left, right))
            why[asked[_seen(profiles, "name", left[asked], right[asked], BAD["name"])]] = Why.NAMES
        asked = np.flatnonzero((why == 0) & ~_both(profiles.code, left, right))
        why[asked[self._other_firm(profiles, left[asked], right[asked], strict=strict)]] = Why.EMPLOYERS
        asked = np.flatnonzero(why == 0)
        seen = profiles.sets["site"].crossed(left[asked], right[asked], profiles.steps["site"])
        why[asked[(seen & _SECTION) != 0]] = Why.SECTIONS
        why[asked[(seen & _PHASE) != 0]] = Why.PHASES
        far = asked[(seen != 0) & ((seen & (_PLACED | _PHASE | _SECTION)) == 0)]
        why[far[~_seen(profiles, "address", left[far], right[far], _NEAR)]] = Why.SITES
        return why

    def _other_firm(self, profiles: Profiles, left: I32, right: I32, *, strict: bool) -> Mask:
        """One name in two cities is two firms, unless the groups share the place or some of their names are close in
        one: then somebody took the city for another. One name in two related trades is two firms, where it is strict,
        unless they share the place."""
        seen = profiles.sets["firm"].crossed(left, right, profiles.steps["firm"])
        other: Mask = (seen & _TRADE) != 0
        placed = (seen & _ELSEWHERE != 0) & (seen & _CLOSE == 0)
        if strict:
            other |= (seen != 0) & ((seen & _ALIKE) == 0)
            placed |= (seen & _RELATED) != 0
        asked = np.flatnonzero(~other & placed)
        asked = asked[~_seen(profiles, "site", left[asked], right[asked], _SPOT)]
        other[asked[~_seen(profiles, "address", left[asked], right[asked], _NEAR)]] = True
        return other


def _seen(profiles: Profiles, name: str, left: I32, right: I32, wanted: int) -> Mask:
    """Where some values of two groups stand in one of these steps."""
    found: Mask = (profiles.sets[name].crossed(left, right, profiles.steps[name]) & wanted) != 0
    return found


def _mark(why: I8, where: Mask, reason: Why) -> None:
    why[where & (why == 0)] = reason


def _both(ends: tuple[U64, U64], left: I32, right: I32) -> Mask:
    both: Mask = (ends[1][left] != 0) & (ends[1][right] != 0)
    return both


def _differ(ends: tuple[U64, U64], left: I32, right: I32) -> Mask:
    other: Mask = (ends[0][left] != ends[0][right]) | (ends[1][left] != ends[1][right])
    return other & _both(ends, left, right)
