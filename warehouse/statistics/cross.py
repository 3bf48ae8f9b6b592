"""One figure by two breakdowns at once (交叉表): channel by nature, town by inspector, and every other two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.statistics.month import DIMENSIONS, Crossing, MonthFigures

AXES = (*DIMENSIONS, "kind")
"""What a figure is crossed by, in the order of a place."""


@dataclass(frozen=True, slots=True)
class Cross:
    """A figure by the members of `rows` and of `columns`: counts, or fen. Its sums are those of the two breakdowns.

    `rows` and `columns` are different ones of `AXES`. By kind only papers, deadlines, complaints declined and warnings
    are told apart; of any other figure all stands under the kind "".
    """

    figure: str
    rows: str
    columns: str
    cells: Mapping[tuple[str, str], int]

    def cell(self, row: str, column: str) -> int:
        """What is counted of both."""
        return self.cells.get((row, column), 0)

    def of_row(self, row: str) -> int:
        """The sum of a row: what the breakdown by `rows` says of it."""
        return sum(value for (own, _), value in self.cells.items() if own == row)

    def of_column(self, column: str) -> int:
        """The sum of a column: what the breakdown by `columns` says of it."""
        return sum(value for (_, own), value in self.cells.items() if own == column)

    @property
    def total(self) -> int:
        """The sum of all: the figure."""
        return sum(self.cells.values())

    @property
    def row_members(self) -> set[str]:
        """The members of `rows` of which anything is counted."""
        return {row for (row, _), value in self.cells.items() if value}

    @property
    def column_members(self) -> set[str]:
        """The members of `columns` of which anything is counted."""
        return {column for (_, column), value in self.cells.items() if value}


def cross(crossing: Crossing, figure: str, rows: str, columns: str) -> Cross:
    """The table of one figure by two breakdowns."""
    across, down = AXES.index(columns), AXES.index(rows)
    found: Counter[tuple[str, str]] = Counter()
    for (name, place), value in crossing.items():
        if name == figure:
            found[place[down], place[across]] += value
    return Cross(figure, rows, columns, dict(found))


def unmet(crossing: Crossing, figures: MonthFigures) -> list[tuple[str, str, str]]:
    """The cells of some figures that a crossing does not add up to: none, or one of the two is wrong."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for (figure, place), value in crossing.items():
        sums[figure, "total", ""] += value
        for axis, member in zip(AXES, place, strict=True):
            if member:
                sums[figure, axis, member] += value
    return sorted(cell for cell in {*sums, *figures.cells} if sums[cell] != figures.cells.get(cell, 0))
