"""Groups with all pairs that they have: those too that lead to cases which are not looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedupe.carrying import Laid
from dedupe.edges import Edges, unpacked
from dedupe.engine import Grouped
from dedupe.rings import Rings
from dedupe.rows import each
from dedupe.table import I32, U64
from dedupe.views import View


@dataclass(frozen=True, slots=True)
class Around:
    """Some rows of a whole table that were grouped, and behind them the rows outside to which their pairs lead.

    Their groups go by their places here, as the pairs do in `laid`; of every case outside some member is here.
    """

    rows: I32
    own: int
    laid: Laid

    @classmethod
    def of(cls, uid: U64, case: I32, view: View, edges: Edges, grouped: Grouped) -> Around:
        """`uid` and `case` are those of the whole table. The pairs are those that the view was given: each has a row in
        it."""
        rows, own = view.rows, len(view.rows)
        left, right = (side.copy() for side in view.ends)
        claims, cases = grouped.claim, grouped.case
        outer = np.flatnonzero((left < 0) | (right < 0))
        if len(outer):
            low, high = unpacked(edges.pairs[outer])
            ends = np.where(left[outer] < 0, low, high)
            outside = each(ends)
            number = (own + np.searchsorted(outside, ends)).astype(np.int32)
            left[outer] = np.where(left[outer] < 0, number, left[outer])
            right[outer] = np.where(right[outer] < 0, number, right[outer])
            rows = np.concatenate([rows, outside])
            claims = np.concatenate([claims, np.arange(own, len(rows), dtype=np.int32)])
            cases = np.concatenate([cases, own + _some_member(case[outside])])
        return cls(rows, own, Laid.of(uid[rows], (left, right), edges, claims, cases))

    def members(self, rings: Rings, left: I32, right: I32) -> tuple[I32, I32]:
        """All members of the cases of these pairs of cases, sorted, and each one's case."""
        wanted = np.zeros(len(self.rows), dtype=bool)
        wanted[left] = True
        wanted[right] = True
        mine = np.flatnonzero(wanted[self.laid.case[: self.own]])
        beyond = (self.own + np.flatnonzero(wanted[self.own :])).astype(np.int32)
        found, whose = rings.members(self.rows[beyond])
        rows = np.concatenate([self.rows[mine], found])
        order = np.argsort(rows)
        return rows[order], np.concatenate([self.laid.case[mine], beyond[whose]])[order]


def _some_member(group: I32) -> I32:
    """The place of some member of each one's group, the same for all of it."""
    names = each(group)
    which = np.searchsorted(names, group)
    found = np.empty(len(names), dtype=np.int32)
    found[which] = np.arange(len(group), dtype=np.int32)
    return found[which]
