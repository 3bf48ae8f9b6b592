"""Some rows of a large table as a small one, with the pairs and people's words among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dedupe.agglomeration import Words
from dedupe.edges import Edges, packed, unpacked
from dedupe.growing import ROWS
from dedupe.table import I32, Table


@dataclass(frozen=True, slots=True)
class View:
    """Row `i` is `rows[i]` of the whole table; values keep their numbers. `edges` and `words` go by the view's rows."""

    rows: I32
    table: Table
    edges: Edges
    words: Words

    @classmethod
    def over(cls, table: Table, rows: I32, edges: Edges, words: Words) -> View:
        """`rows` are sorted, each given once. Of pairs, each given once, and words those among the rows are taken."""
        place = np.full(len(table), -1, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        left, right = (place[side] for side in unpacked(edges.pairs))
        inside = np.flatnonzero((left >= 0) & (right >= 0) & (edges.kind != 0))
        edges = replace(edges.at(inside), pairs=packed(left[inside], right[inside]))
        return cls(rows, cut(table, rows), edges, Words(_between(words.together, place), _between(words.apart, place)))

    def of_whole(self, edges: Edges) -> Edges:
        """Pairs of the view's rows by the rows of the whole table."""
        return replace(edges, pairs=packed(*(self.rows[side] for side in unpacked(edges.pairs))))

    def local(self, rows: I32) -> I32:
        """Where these rows of the whole table stand here."""
        return np.searchsorted(self.rows, rows).astype(np.int32)


def cut(table: Table, rows: I32) -> Table:
    """Some rows with all values of the table, whose numbers they keep."""
    return replace(table, **{name: getattr(table, name)[rows] for name in ROWS})


def _between(pairs: tuple[I32, I32], place: I32) -> tuple[I32, I32]:
    left, right = place[pairs[0]], place[pairs[1]]
    inside = (left >= 0) & (right >= 0)
    return left[inside], right[inside]
