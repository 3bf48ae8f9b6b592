"""The workbook of a month or another span, and the same as text: Chinese first, English beside it.

Totals are values, and a check row and a sheet of all sums prove them. Nothing in it depends on when it is written.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any

import pandas as pd

from casework.disclosure import SIDES as SIDES_OUTSIDE
from services.months.book_along import HEADS, along_cells, along_texts
from services.months.book_cover import COVER, cover
from services.months.book_cross import CROSSED, cross_text, crossed, must_meet
from services.months.book_parts import CHECK, Book, DoesNotFoot, looks, must_foot, written
from services.months.book_proofs import MEANT, PULLS, RESTATED, SUMS, definitions, pulls, reconciled, restated
from services.months.book_tables import TOTALS, breakdown, headline
from services.months.book_times import TIMED, timed
from services.months.month_titles import SHEETS, title
from services.months.standing import MARK, Names, Standing
from services.months.time_sheet import time_lines
from warehouse.statistics.definitions import BY_NAME, FEN, SIDES
from warehouse.statistics.grounds import Window, window
from warehouse.statistics.month import MonthFigures
from warehouse.statistics.table import long_table

__all__ = ["CHECK", "COVER", "DoesNotFoot", "cross_text", "month_book", "month_text"]


def month_book(
    figures: MonthFigures, span: Window | None = None, names: Names | None = None, standing: Standing | None = None
) -> bytes:
    """The workbook as bytes; the same figures give the same bytes. Raises `DoesNotFoot`."""
    span = span or window(figures.month)
    standing = _standing(names, standing)
    must_meet(figures, standing)
    stream = BytesIO()
    cells = long_table(figures)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        made: Any = writer.book
        of_month = len(figures.month) == len("2026-10") and "Q" not in figures.month
        heading = f"劳动保障监察{'月报' if of_month else '报表'} {figures.month}"
        made.set_properties({"title": heading, "created": span.end.replace(tzinfo=None)})
        made.set_size(1366 * 15, 768 * 15)
        book = Book(writer, cells, span, heading, standing, looks(made))
        kept = [one for one in _kept(cells) if standing.outside is None or one in SIDES_OUTSIDE]
        cover(book, _contents(kept, standing))
        headline(book)
        for dimension in kept:
            breakdown(book, dimension)
        if standing.cross is not None:
            crossed(book)
        reconciled(book, kept)
        if standing.timed:
            timed(book, standing.timed)
        if standing.outside is None:
            restated(book)
            pulls(book)
        definitions(book)
    return stream.getvalue()


def _contents(kept: list[str], standing: Standing) -> list[tuple[str, str]]:
    sides = {one.name: one.en for one in SIDES}
    inside = [
        (RESTATED, "锁定后的更正及原因 what was restated since the lock, and why"),
        (PULLS, "各渠道每日拉取凭证 the pull certificates by channel and day"),
    ]
    return [
        (TOTALS, "各项指标合计、比率 totals and rates"),
        *((SHEETS[one], f"{SHEETS[one]}分列，附图 {sides[one]}, with a chart") for one in kept),
        *(
            [(CROSSED, "各项分类交叉，可筛选、透视 all breakdowns at once, to filter and pivot")]
            if standing.cross is not None
            else []
        ),
        (SUMS, "渠道、性质等各项之和与合计相符 the sums of all breakdowns meet the totals"),
        *([(TIMED, "各环节用时中位数 how long the work takes, by medians")] if standing.timed else []),
        *(inside if standing.outside is None else []),
        (MEANT, "各项指标的口径 what each figure counts"),
    ]


def _standing(names: Names | None, standing: Standing | None) -> Standing:
    standing = standing or Standing()
    return standing if names is None else replace(standing, names=names)


def month_text(figures: MonthFigures, names: Names | None = None, standing: Standing | None = None) -> bytes:
    """Every cell of the same as CSV for a spreadsheet (UTF-8 with its mark); sums in yuan. Raises `DoesNotFoot`."""
    standing = _standing(names, standing)
    cells = long_table(figures)
    for dimension in _kept(cells):
        must_foot(cells, dimension)
    stream = StringIO()
    lines = csv.writer(stream, lineterminator="\r\n")
    heads = ["指标", "figure", "分类", "dimension", "项目", "member", "数值 value", "单位 unit"]
    more = HEADS if standing.outside is None else ()
    lines.writerow([*heads, *more, "状态 status"])
    sides = {"total": ("合计", "total"), "kind": ("按种类", "by kind"), **{one.name: (one.zh, one.en) for one in SIDES}}
    state = "final" if standing.final else "provisional"
    cells_hidden = standing.outside.hidden if standing.outside else ()
    along = standing.along if standing.outside is None else None
    nothing = dict.fromkeys([*cells_hidden, *(one for one in along_cells(along) if standing.counts(one[0]))], 0)
    for cell, value in sorted({**nothing, **figures.cells}.items(), key=_place):
        name, dimension, member = cell
        if not standing.shows(cell):
            continue
        figure = BY_NAME[name]
        said = ("", "") if dimension == "total" else title(dimension, member, standing.names, name)
        shown = MARK if standing.hides(cell) else f"{value / 100:.2f}" if figure.unit == FEN else value
        beside = along_texts(along, cell) if more else ()
        lines.writerow(
            [figure.zh, figure.en, *sides[dimension], *map(written, said), shown, figure.unit, *beside, state]
        )
    for line in time_lines(standing.timed) if standing.timed else ():
        lines.writerow([*line, *[""] * len(more), state])
    return stream.getvalue().encode("utf-8-sig")


def _place(cell: tuple[tuple[str, str, str], int]) -> tuple[int, int, str]:
    (name, dimension, member), _ = cell
    order = ["total", *SHEETS, "kind"]
    return list(BY_NAME).index(name), order.index(dimension), member


def _kept(cells: pd.DataFrame) -> list[str]:
    """The breakdowns there are: a month locked before towns and inspectors were counted has none of these."""
    own = set(cells["dimension"])
    return [one for one in SHEETS if one in own or one in ("channel", "nature", "outcome")]
