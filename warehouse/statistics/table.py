"""The cells of a month as one long table, and every breakdown as a pivot of it."""

from __future__ import annotations

import pandas as pd

from warehouse.statistics.definitions import FIGURES
from warehouse.statistics.month import MonthFigures

_NAMES = [figure.name for figure in FIGURES]


def long_table(figures: MonthFigures) -> pd.DataFrame:
    """One row a cell: figure, dimension, member, value. Values are whole numbers (`Int64`), sums among them in fen."""
    rows = [(*cell, value) for cell, value in figures.cells.items()]
    return pd.DataFrame(rows, columns=["figure", "dimension", "member", "value"]).astype({"value": "Int64"})


def by_member(cells: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """A row for every member of a dimension, a column for every figure; nothing counted is 0."""
    own = cells[cells["dimension"] == dimension]
    wide = own.pivot(index="member", columns="figure", values="value")
    return wide.reindex(columns=_NAMES).astype("Int64").fillna(0)


def totals(cells: pd.DataFrame) -> pd.Series[int]:
    """Every figure over everything."""
    return by_member(cells, "total").sum()


def differences(cells: pd.DataFrame, dimension: str) -> pd.Series[int]:
    """For every figure the sum over the members of a dimension less its total: 0 where the month cross-foots."""
    return by_member(cells, dimension).sum() - totals(cells)
