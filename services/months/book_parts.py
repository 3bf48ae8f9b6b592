"""The parts every sheet of the workbook is made of: how cells look, how a table is put, how a page is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from casework.errors import ArrearsError
from services.months.standing import Standing
from warehouse.statistics.definitions import FEN, Figure
from warehouse.statistics.grounds import Window
from warehouse.statistics.table import differences

CHECK = "合计核对 check (sum − total)"
A4, A3 = 9, 8


class DoesNotFoot(ArrearsError):
    """The parts of a figure do not add up to its total. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is being written: the writer of pandas over XlsxWriter, the cells, what stands around."""

    writer: Any
    cells: pd.DataFrame
    span: Window
    heading: str
    standing: Standing
    looks: Mapping[str, Any]


def looks(book: Any) -> dict[str, Any]:
    """The formats of cells."""
    font = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "vcenter"}
    made = {
        "title": {"font_name": "宋体", "font_size": 20, "bold": True, "align": "center", "valign": "vcenter"},
        "subtitle": {**font, "font_color": "#555555", "align": "center"},
        "section": {**font, "text_wrap": False, "font_size": 12, "bold": True, "bottom": 2, "bottom_color": "#1F4E79"},
        "head": {**font, "bold": True, "border": 1, "bg_color": "#E8EEF6", "align": "center"},
        "text": font,
        "named": {**font, "bold": True, "bg_color": "#F5F7FA", "border": 1, "border_color": "#BFBFBF"},
        "said": {**font, "border": 1, "border_color": "#BFBFBF"},
        "final": {**font, "bold": True, "border": 1, "bg_color": "#DDF0E1", "font_color": "#14532D"},
        "provisional": {**font, "bold": True, "border": 1, "bg_color": "#FDE9C9", "font_color": "#7A3E00"},
        "count": {**font, "num_format": "#,##0", "align": "right"},
        "yuan": {**font, "num_format": "#,##0.00", "align": "right"},
        "time": {**font, "num_format": "#,##0.0", "align": "right"},
        "rate": {**font, "num_format": "0.0%", "align": "right"},
        "day": {**font, "num_format": "yyyy-mm-dd", "align": "center"},
        "centre": {**font, "align": "center"},
        "lined": {"border": 1, "border_color": "#BFBFBF"},
        "strong": {"bold": True, "bg_color": "#F5F7FA"},
        "wrong": {"bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"},
    }
    return {name: book.add_format(one) for name, one in made.items()}


def look_of(figure: Figure) -> str:
    """The format of a figure's numbers."""
    return "yuan" if figure.unit == FEN else "count"


def put(book: Book, name: str, table: pd.DataFrame, *, top: int = 0, still: int = 0, paper: int = A4) -> Any:
    """Write a table under its headings, lined, the headings and `still` columns frozen, ready to print.

    Returns the sheet.
    """
    table.to_excel(book.writer, sheet_name=name, startrow=top + 1, header=False, index=False)
    sheet = book.writer.sheets[name]
    sheet.write_row(top, 0, table.columns, book.looks["head"])
    last = (top + len(table), max(len(table.columns) - 1, 0))
    sheet.conditional_format(top + 1, 0, *last, {"type": "no_errors", "format": book.looks["lined"]})
    sheet.freeze_panes(top + 1, still)
    sheet.repeat_rows(top)
    printed(book, sheet, paper=paper)
    return sheet


def fitting(texts: Iterable[object], *, least: int = 10, most: int = 60) -> int:
    """How wide a column is in which none of these texts is broken: a Chinese letter is as wide as two others, and a
    little is left on both sides. `most` is as wide as a column gets; what is longer than that is broken after all."""
    widths = (
        sum(2 if ord(letter) > _LATIN else 1 for letter in line) for one in texts for line in f"{one}".split("\n")
    )
    return min(max((least, *(round(width * _BROADER) + 2 for width in widths))), most)


_LATIN = 0x2000
_BROADER = 1.1
"""Letters of a paper's type are broader than the digits in which a spreadsheet counts its columns."""


def printed(book: Book, sheet: Any, *, paper: int = A4) -> None:
    """Landscape, one page wide, as many high as it takes; below stand what it is and which page."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    state = "正式 FINAL" if book.standing.final else "暂定 PROVISIONAL"
    sheet.set_footer(f"&L{book.heading} · {state}&C&A&R&P / &N")
    sheet.hide_gridlines(2)


def must_foot(cells: pd.DataFrame, dimension: str) -> pd.Series[int]:
    """What the members of a dimension differ from each total: nothing. Raises `DoesNotFoot`."""
    apart = differences(cells, dimension)
    for figure, difference in apart[apart != 0].items():
        raise DoesNotFoot(f"The parts of {figure} differ from its total by {difference}.")
    return apart


def shown(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    """Write one cell again with its own format: a text as a text, nothing as nothing."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)


def written(said: str) -> str:
    """A text of a CSV: no cell begins a formula."""
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said
