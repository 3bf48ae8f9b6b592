"""Which pairs of cases a person may be asked about: those that contradict each other as wholes are not asked.

Two complaints may look like one dispute while their cases give two credit codes, two phases or months far apart. What
bars two complaints bars two cases as well: an answer on the two would change nothing that the others do not say.
Firms and sites that merely differ are asked about; there a name may be damaged.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dedupe.rounds import components, numbered
from dedupe.table import I32, Mask, Table
from dedupe.vetoes import Vetoes, Why

BARRING = (Why.SAID_NO, Why.CODES, Why.PERIODS, Why.PHASES, Why.SECTIONS)


def may_be_one(
    table: Table, case: I32, pairs: tuple[I32, I32], apart: tuple[I32, I32], lines: Mapping[str, float]
) -> Mask:
    """Per pair of complaints of two cases: nothing bars these cases from being one.

    `apart` are the pairs that a person keeps apart. All complaints of the cases must be rows of the table.
    """
    nodes, left, right = numbered(case[pairs[0]], case[pairs[1]], len(case))
    if not len(nodes):
        return np.zeros(0, dtype=bool)
    number = np.full(len(case), -1, dtype=np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    number = number[case]
    rows = np.flatnonzero(number >= 0).astype(np.int32)
    one, other = number[apart[0]], number[apart[1]]
    known = (one >= 0) & (other >= 0)
    vetoes = Vetoes(table, lines)
    into = components(len(nodes), left, right)
    profiles, _ = vetoes.profiles(rows, number[rows], into, (one[known], other[known]))
    return ~np.isin(vetoes.now(profiles, left, right, strict=False), BARRING)
