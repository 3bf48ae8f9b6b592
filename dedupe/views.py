"""Some rows of a large table as a small one, with the pairs and people's words among them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dedupe.agglomeration import Words
from dedupe.edges import Edges, packed, unpacked
from dedupe.table import I32, VALUES, Mask, Table

_ROWS = tuple(one.name for one in fields(Table) if one.name not in VALUES)


@dataclass(frozen=True, slots=True)
class View:
    """Row `i` is `rows[i]` of the whole table; values keep their numbers. `edges` and `words` go by the view's rows."""

    rows: I32
    table: Table
    edges: Edges
    words: Words

    @classmethod
    def over(cls, table: Table, rows: I32, edges: Edges, words: Words) -> View:
        """`rows` are sorted, each given once. Of pairs and words those among them are taken, each pair once."""
        left, right = unpacked(edges.pairs)
        inside = np.flatnonzero((edges.kind != 0) & among(left, rows) & among(right, rows))
        edges = edges.at(inside[distinct_places(edges.pairs[inside])])
        pairs = packed(*(_local(side, rows) for side in unpacked(edges.pairs)))
        here = Words(_between(words.together, rows), _between(words.apart, rows))
        return cls(rows, cut(table, rows), replace(edges, pairs=pairs), here)

    def of_whole(self, edges: Edges) -> Edges:
        """Pairs of the view's rows by the rows of the whole table."""
        return replace(edges, pairs=packed(*(self.rows[side] for side in unpacked(edges.pairs))))

    def local(self, rows: I32) -> I32:
        """Where these rows of the whole table stand here."""
        return _local(rows, self.rows)


def cut(table: Table, rows: I32) -> Table:
    """Some rows with all values of the table, whose numbers they keep."""
    return replace(table, **{name: getattr(table, name)[rows] for name in _ROWS})


def _between(pairs: tuple[I32, I32], rows: I32) -> tuple[I32, I32]:
    inside = among(pairs[0], rows) & among(pairs[1], rows)
    return _local(pairs[0][inside], rows), _local(pairs[1][inside], rows)


def _local(rows: I32, among_: I32) -> I32:
    return np.searchsorted(among_, rows).astype(np.int32)


def among(values: I32, ranked: I32) -> Mask:
    """Which values stand in a sorted column."""
    if not len(ranked):
        return np.zeros(len(values), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ranked, values), len(ranked) - 1)
    found: Mask = ranked[places] == values
    return found


def distinct_places(values: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where each value stands for the first time, in order of the values."""
    order = np.argsort(values, kind="stable")
    fresh: Mask = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = values[order[1:]] != values[order[:-1]]
    return order[fresh]


def each(rows: NDArray[np.integer]) -> I32:
    """Rows sorted, each once."""
    ranked = np.sort(rows).astype(np.int32, copy=False)
    fresh: Mask = np.ones(len(ranked), dtype=np.bool_)
    fresh[1:] = ranked[1:] != ranked[:-1]
    return ranked[fresh]
