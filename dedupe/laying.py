"""Complaints and their pairs laid out as a lot, for the loops that grow groups."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from dedupe.answers import Answers, Column, silent
from dedupe.compiled import compiled
from dedupe.contradicting import ADDRESS, BAD, FIRM, SITE
from dedupe.laid import (
    AFTER,
    BEGIN,
    CODE,
    COLUMNS,
    COUNT,
    FIRST,
    FOES,
    HEAD,
    IDENTITY,
    LABEL,
    LAST,
    LEFT,
    NO_MONTH,
    NOTED,
    PAIRED,
    RANK,
    RIGHT,
    SIZE,
    STATE,
    TOLD,
    VALUE,
    WIDTH,
    Lot,
)
from dedupe.order import UNIT
from dedupe.rows import once
from dedupe.site_steps import address_steps, site_steps
from dedupe.table import I8, I16, I32, I64, U64, Mask, Table
from dedupe.value_steps import firm_steps


@compiled
def in_tiers(pairs: I32, label: I32, told: I8, component: I32, tiers: int) -> tuple[I32, I64]:
    """The pairs that lead from one group to another, in parts, and where each begins: of each component those of the
    core first, then those whose lesser side is of the next tier, and so on."""
    parts = (component.max() + 1) * tiers
    start = np.zeros(parts + 1, np.int64)
    part = np.full(len(pairs), -1, np.int64)
    for place in range(len(pairs)):
        left, right = pairs[place, LEFT], pairs[place, RIGHT]
        if label[left] != label[right]:
            part[place] = np.int64(component[left]) * tiers + tiers - 1 - min(told[left], told[right])
            start[part[place] + 1] += 1
    start = np.cumsum(start)
    at = start.copy()
    found = np.empty((start[parts], PAIRED), np.int32)
    for place in range(len(pairs)):
        if part[place] >= 0:
            found[at[part[place]], :] = pairs[place, :]
            at[part[place]] += 1
    return found, start


def told_by(table: Table, label: I32) -> I8:
    """Per complaint how much its group says: one each for the firm, the place and the months."""
    firms, cores = table.firms, table.sites.core
    return _told_by(
        label, table.code, table.firm, firms.core, firms.loose, table.site, table.address, cores, table.first
    )


@compiled
def _told_by(
    label: I32, code: U64, firm: I32, named: I32, loose: Mask, site: I32, address: I32, placed: I32, first: I16
) -> I8:
    said = np.zeros((len(label), 3), np.int8)
    for row in range(len(label)):
        group = label[row]
        if code[row] != 0 or (firm[row] >= 0 and named[firm[row]] != 0 and not loose[firm[row]]):
            said[group, 0] = 1
        if (site[row] >= 0 and placed[site[row]] != 0) or (address[row] >= 0 and placed[address[row]] != 0):
            said[group, 1] = 1
        if first[row] > 0:
            said[group, 2] = 1
    found = np.empty(len(label), np.int8)
    for row in range(len(label)):
        group = label[row]
        found[row] = said[group, 0] + said[group, 1] + said[group, 2]
    return found


def employers_and_places(table: Table, component: I32) -> dict[int, Column]:
    """How the firms, sites and addresses of each component stand to each other, where that may keep two apart."""
    firm = Column.of(component, table.firm, partial(firm_steps, table), BAD[FIRM])
    site = Column.of(component, table.site, partial(site_steps, table), BAD[SITE])
    calm, either = ~firm.doubtful[component], ~(firm.doubtful | site.doubtful)[component]
    address = np.where(either, np.int32(-1), table.address)
    places = Column.of(component, address, partial(address_steps, table), 0)
    return {FIRM: silent(firm, calm), SITE: silent(site, either), ADDRESS: places}


def lot_of(
    table: Table, answers: Answers, apart: tuple[I32, I32], identity: U64, lines: Mapping[str, float], cap: str
) -> Lot:
    """All complaints of a table, each by itself and with no pair yet; `cap` names the line of the largest group."""
    one, foe = np.concatenate(apart), np.concatenate(apart[::-1])
    foes = np.searchsorted(np.sort(one), np.arange(len(table))).astype(np.int32)
    first = np.where(table.first > 0, table.first, np.int16(NO_MONTH))
    rows = np.empty((len(table), WIDTH), dtype=np.int32)
    _lay(rows, answers.value, _numbers(table.code), _numbers(identity), first, table.last, foes)
    notes = np.full((len(answers.real), NOTED), -1, dtype=np.int32)
    notes[:, BEGIN], notes[:, RANK] = answers.begin, answers.rank
    rules = np.asarray([1, 0, 1, lines[cap], lines["largest_gap_months"], lines["ambiguity_margin"] * UNIT])
    return Lot(rows, notes, answers.step, answers.known, foe[np.argsort(one, kind="stable")], rules.astype(np.int64))


def _numbers(hashes: U64) -> I32:
    """Small numbers instead of hashes, equal for equal ones; 0 stays 0."""
    found = np.zeros(len(hashes), dtype=np.int32)
    said = np.flatnonzero(hashes)
    found[said] = np.searchsorted(once(np.sort(hashes[said])), hashes[said]) + 1
    return found


@compiled
def _lay(rows: I32, value: I32, code: I32, identity: I32, first: I16, last: I16, foes: I32) -> None:
    """Write what every row says, and that it is a group by itself."""
    for row in range(len(rows)):
        rows[row, :] = -1
        rows[row, LABEL] = rows[row, AFTER] = row
        rows[row, SIZE] = 1
        rows[row, FIRST], rows[row, LAST] = first[row], last[row]
        rows[row, TOLD] = rows[row, STATE] = 0
        rows[row, FOES] = foes[row]
        rows[row, CODE] = rows[row, CODE + 1] = code[row]
        rows[row, IDENTITY] = rows[row, IDENTITY + 1] = identity[row]
        for column in range(COLUMNS):
            rows[row, VALUE + column] = value[row, column]
            rows[row, COUNT + column] = value[row, column] >= 0
            if value[row, column] >= 0:
                rows[row, HEAD + column] = row


def ruled(lot: Lot, **rules: int) -> Lot:
    """The same lot under other rules, by their names in lower case."""
    found = lot.rules.copy()
    for name, value in rules.items():
        found[("lines", "persons", "strict").index(name)] = value
    return lot._replace(rules=found)
