"""What stands beside the month in the workbook and its text: since January (累计), the year before, and 同比."""

from __future__ import annotations

from collections.abc import Iterator

from services.months.book_parts import Book
from warehouse.statistics.along import Along
from warehouse.statistics.definitions import BY_NAME, FEN, FIGURES, RATES
from warehouse.statistics.month import Cell, MonthFigures

CUMULATIVE, LAST_YEAR, CUMULATIVE_LAST_YEAR = "累计 cumulative", "上年同期 last year", "上年累计 cumulative last year"
CHANGE, CUMULATIVE_CHANGE = "同比 change", "累计同比 cumulative change"
CHANGES = (CHANGE, CUMULATIVE_CHANGE)
"""The columns that hold a change, as a share of what was."""
HEADS = (CUMULATIVE, LAST_YEAR, CUMULATIVE_LAST_YEAR)
Value = int | float | None


def along_columns(book: Book) -> Iterator[tuple[str, list[Value]]]:
    """Each column with its values for the figures and the rates, in the order of the first sheet; none where nothing
    stands beside it."""
    along, span = book.standing.along, book.span
    if along is None:
        return
    own = MonthFigures(span.month, {
        (str(figure), str(by), str(member)): int(value)
        for figure, by, member, value in book.cells[book.cells["dimension"] == "total"].itertuples(index=False)
    })  # fmt: skip
    now, was = _values(book, own), _values(book, along.last_year)
    year, year_was = _values(book, along.cumulative), _values(book, along.cumulative_last_year)
    yield f"{CUMULATIVE}\n{_said(along.cumulative)}", year
    yield f"{LAST_YEAR}\n{_said(along.last_year)}", was
    yield CHANGE, _changes(now, was)
    yield f"{CUMULATIVE_LAST_YEAR}\n{_said(along.cumulative_last_year)}", year_was
    yield CUMULATIVE_CHANGE, _changes(year, year_was)


def _said(figures: MonthFigures | None) -> str:
    return "无数据 no data" if figures is None else figures.month.replace("~", " ~ ")


def _values(book: Book, figures: MonthFigures | None) -> list[Value]:
    return [
        *(_value(figures, one.name) if book.standing.counts(one.name) else None for one in FIGURES),
        *(_rate(figures, above, below) for above, below in ((rate.above, rate.below) for rate in RATES)),
    ]


def _value(figures: MonthFigures | None, name: str) -> Value:
    if figures is None or not figures.knows(name):
        return None
    value = figures.total(name)
    return value / 100 if BY_NAME[name].unit == FEN else value


def _rate(figures: MonthFigures | None, above: tuple[str, ...], below: tuple[str, ...]) -> Value:
    if figures is None:
        return None
    under = sum(map(figures.total, below))
    return sum(map(figures.total, above)) / under if under else None


def _changes(now: list[Value], was: list[Value]) -> list[Value]:
    """By how much of what was; nothing where that was nothing. A rate changes by points, not by a share of a share."""
    found: list[Value] = []
    for place, (one, before) in enumerate(zip(now, was, strict=True)):
        if one is None or before is None:
            found.append(None)
        elif place >= len(FIGURES):
            found.append(one - before)
        else:
            found.append(one / before - 1 if before else None)
    return found


def along_texts(along: Along | None, cell: Cell) -> list[str]:
    """The same three sets of one cell for a line of the text: cumulative, last year, cumulative last year."""
    if along is None:
        return [""] * len(HEADS)
    fen = BY_NAME[cell[0]].unit == FEN
    found = []
    for figures in (along.cumulative, along.last_year, along.cumulative_last_year):
        value = None if figures is None else figures.cell(*cell)
        found.append("" if value is None else f"{value / 100:.2f}" if fen else str(value))
    return found


def along_cells(along: Along | None) -> set[Cell]:
    """The cells that any of them says something of."""
    parts = () if along is None else (along.cumulative, along.last_year, along.cumulative_last_year)
    return {cell for figures in parts if figures is not None for cell, value in figures.cells.items() if value}
