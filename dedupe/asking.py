"""Which pairs of cases a person may be asked about: those that contradict each other as wholes are not asked.

Two complaints may look like one dispute while their cases give two credit codes, two phases or months far apart. What
bars two complaints bars two cases as well: an answer on the two would change nothing that the others do not say.
Firms and sites that merely differ are asked about; there a name may be damaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from dedupe.answers import Answers, Column
from dedupe.components import components, numbered
from dedupe.contradicting import ADDRESS, FIRM, SITE, SITE_NUMBERS
from dedupe.growth import contradictions, lay
from dedupe.laying import lot_of, ruled
from dedupe.lots import some
from dedupe.site_steps import address_steps, site_steps
from dedupe.table import I32, Mask, Table
from dedupe.value_steps import firm_steps
from dedupe.vetoes import Why

BARRING = (Why.SAID_NO, Why.CODES, Why.PERIODS, Why.PHASES, Why.SECTIONS)


def may_be_one(
    table: Table,
    members: tuple[I32, I32],
    apart: tuple[I32, I32],
    lines: Mapping[str, float],
    left: I32,
    right: I32,
) -> Mask:
    """Per pair of cases: nothing bars them from being one.

    `members` are rows of the table, sorted, each with the number of its case; all of the cases that are asked about are
    among them. `apart` are pairs of rows that a person keeps apart.
    """
    if not len(left):
        return np.zeros(0, dtype=bool)
    rows, case = members
    size = int(case.max()) + 1
    nodes, left, right = numbered(left, right, size)
    number = np.full(size, -1, dtype=np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    group = number[case]
    rows, group = rows[group >= 0], group[group >= 0]
    said, foes = some(table, rows), _between(rows, apart)
    identity = np.zeros(len(rows), dtype=np.uint64)
    answers = Answers(_firms_and_sites(said, components(len(nodes), left, right)[group]), len(rows))
    while True:
        lot = ruled(lot_of(said, answers, foes, identity, lines, "largest_case"), strict=0)
        known_by = lay(lot, group, len(nodes))
        why = contradictions(lot, known_by[left], known_by[right])
        if not answers.answer():
            return ~np.isin(why, BARRING)


def _firms_and_sites(table: Table, component: I32) -> dict[int, Column]:
    """How the firms and sites of each component stand to each other. Two employers are no bar, but where they are two
    their phases and sections are none either: elsewhere firms need not be compared."""
    site = Column.of(component, table.site, partial(site_steps, table), SITE_NUMBERS)
    numbered_sites = site.doubtful[component]
    firm, address = (np.where(numbered_sites, said, np.int32(-1)) for said in (table.firm, table.address))
    return {
        FIRM: Column.of(component, firm, partial(firm_steps, table), 0),
        SITE: site,
        ADDRESS: Column.of(component, address, partial(address_steps, table), 0),
    }


def _between(rows: I32, pairs: tuple[I32, I32]) -> tuple[I32, I32]:
    """Those of these pairs that have both their rows among sorted ones, by their places there."""
    one, other = (np.minimum(np.searchsorted(rows, side), len(rows) - 1).astype(np.int32) for side in pairs)
    known = (rows[one] == pairs[0]) & (rows[other] == pairs[1])
    return one[known], other[known]
