"""The workbook of a month or another span, and the same as text: Chinese first, English beside it.

Totals are values, and a check row and a sheet of all sums prove them. Nothing in it depends on when it is written.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import Any

import pandas as pd

from casework.errors import ArrearsError
from services.months.month_titles import SHEETS, in_order, title
from services.months.time_sheet import HEADS, time_lines, time_rows
from warehouse.statistics.definitions import BY_NAME, FEN, FIGURES, RATES, SIDES, VERSION, Figure
from warehouse.statistics.definitions_of_times import TIMES
from warehouse.statistics.grounds import Window, window
from warehouse.statistics.month import MonthFigures
from warehouse.statistics.of_times import Times
from warehouse.statistics.table import by_member, differences, long_table, totals

CHECK = "合计核对 check (sum − total)"


class DoesNotFoot(ArrearsError):
    """The parts of a figure do not add up to its total. Nothing was written."""


Names = Mapping[str, str]
"""The officers' names by account."""
_NOBODY: Names = MappingProxyType({})


def month_book(
    figures: MonthFigures, span: Window | None = None, names: Names = _NOBODY, times: Times | None = None
) -> bytes:
    """The workbook as bytes; the same figures give the same bytes. Raises `DoesNotFoot`.

    Without `times` it has no sheet of the stopwatch: the month was locked before there was one.
    """
    span = span or window(figures.month)
    stream = BytesIO()
    cells = long_table(figures)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        book: Any = writer.book
        heading = (
            f"劳动保障监察月报 {figures.month}"
            if len(figures.month) == 7 and "Q" not in figures.month
            else (f"劳动保障监察报表 {figures.month}")
        )
        book.set_properties({"title": heading, "created": span.end.replace(tzinfo=None)})
        book.set_size(1366 * 15, 768 * 15)
        looks = _looks(book)
        _headline(writer, cells, heading, looks)
        kept = _kept(cells)
        for dimension in kept:
            _breakdown(writer, cells, dimension, names, looks)
        _reconciled(writer, cells, kept, looks)
        if times is not None:
            _timed(writer, times, looks)
        sheet = _put(writer, "口径说明", _definitions(), looks)
        sheet.set_column(0, 1, 24, looks["text"])
        sheet.set_column(2, 3, 60, looks["text"])
    return stream.getvalue()


def month_text(figures: MonthFigures, names: Names = _NOBODY, times: Times | None = None) -> bytes:
    """Every cell of the same as CSV for a spreadsheet (UTF-8 with its mark); sums in yuan. Raises `DoesNotFoot`."""
    cells = long_table(figures)
    for dimension in _kept(cells):
        _must_foot(cells, dimension)
    stream = StringIO()
    lines = csv.writer(stream, lineterminator="\r\n")
    lines.writerow(["指标", "figure", "分类", "dimension", "项目", "member", "数值 value", "单位 unit"])
    sides = {"total": ("合计", "total"), "kind": ("按种类", "by kind"), **{one.name: (one.zh, one.en) for one in SIDES}}
    for (name, dimension, member), value in sorted(figures.cells.items(), key=_place):
        figure = BY_NAME[name]
        said = ("", "") if dimension == "total" else title(dimension, member, names, name)
        shown = f"{value / 100:.2f}" if figure.unit == FEN else value
        lines.writerow([figure.zh, figure.en, *sides[dimension], *map(_text, said), shown, figure.unit])
    for line in time_lines(times) if times is not None else ():
        lines.writerow(line)
    return stream.getvalue().encode("utf-8-sig")


def _place(cell: tuple[tuple[str, str, str], int]) -> tuple[int, int, str]:
    (name, dimension, member), _ = cell
    order = ["total", *SHEETS, "kind"]
    return list(BY_NAME).index(name), order.index(dimension), member


def _text(said: str) -> str:
    """No cell begins a formula."""
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said


def _kept(cells: pd.DataFrame) -> list[str]:
    """The breakdowns there are: a month locked before towns and inspectors were counted has none of these."""
    own = set(cells["dimension"])
    return [one for one in SHEETS if one in own or one in ("channel", "nature", "outcome")]


def _must_foot(cells: pd.DataFrame, dimension: str) -> pd.Series[int]:
    apart = differences(cells, dimension)
    for figure, difference in apart[apart != 0].items():
        raise DoesNotFoot(f"The parts of {figure} differ from its total by {difference}.")
    return apart


def _looks(book: Any) -> dict[str, Any]:
    font = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"font_name": "宋体", "font_size": 16, "bold": True}),
        "head": book.add_format({**font, "bold": True, "border": 1, "bg_color": "#E8EEF6", "align": "center"}),
        "text": book.add_format(font),
        "count": book.add_format({**font, "num_format": "#,##0"}),
        "yuan": book.add_format({**font, "num_format": "#,##0.00"}),
        "time": book.add_format({**font, "num_format": "#,##0.0"}),
        "rate": book.add_format({**font, "num_format": "0.0%"}),
        "lined": book.add_format({"border": 1}),
        "strong": book.add_format({"bold": True}),
    }


def _put(writer: Any, name: str, table: pd.DataFrame, looks: Mapping[str, Any], *, top: int = 0, still: int = 0) -> Any:
    """Write a table under its headings, lined, the headings and `still` columns frozen. Returns the sheet."""
    table.to_excel(writer, sheet_name=name, startrow=top + 1, header=False, index=False)
    sheet = writer.sheets[name]
    sheet.write_row(top, 0, table.columns, looks["head"])
    last = (top + len(table), len(table.columns) - 1)
    sheet.conditional_format(top + 1, 0, *last, {"type": "no_errors", "format": looks["lined"]})
    sheet.freeze_panes(top + 1, still)
    return sheet


def _look(figure: Figure) -> str:
    return "yuan" if figure.unit == FEN else "count"


Row = tuple[str, str, int | float | None, str, str]
"""A line of the first sheet: Chinese, English, value, unit, look."""


def _headline(writer: Any, cells: pd.DataFrame, heading: str, looks: Mapping[str, Any]) -> None:
    total = {str(name): int(value) for name, value in totals(cells).items()}
    rows = [*_figures(total), *_rates(total), *_kinds(cells), *_flows(total)]
    # Whole numbers and rates stand in one column: as objects, or the numbers would become floats.
    table = pd.DataFrame(rows, columns=["指标", "figure", "数值 value", "单位 unit", "look"], dtype=object)
    sheet = _put(writer, "总表", table.drop(columns="look"), looks, top=2)
    sheet.write_string(0, 0, heading, looks["title"])
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 3, 16)
    for row, look in enumerate(table["look"], start=3):
        sheet.set_row(row, None, looks[look])


def _figures(total: Mapping[str, int]) -> Iterator[Row]:
    for figure in FIGURES:
        value = total[figure.name]
        yield figure.zh, figure.en, value / 100 if figure.unit == FEN else value, figure.unit, _look(figure)


def _rates(total: Mapping[str, int]) -> Iterator[Row]:
    for rate in RATES:
        above, below = (sum(total[name] for name in names) for names in (rate.above, rate.below))
        yield rate.zh, rate.en, above / below if below else None, f"{above} / {below}", "rate"


def _kinds(cells: pd.DataFrame) -> Iterator[Row]:
    """The documents by their kind and the deadlines by theirs."""
    counted = cells[cells["dimension"] == "kind"].sort_values("member").set_index("figure")
    for name in ("documents", "clocks_on_time", "clocks_overdue"):
        for _, kind, value in counted.loc[counted.index == name].itertuples(index=False):
            yield *title("kind", kind, _NOBODY, name), int(value), "", "count"


def _flows(total: Mapping[str, int]) -> Iterator[Row]:
    """The two sums over the whole month that must come to nothing."""
    heard = total["received"] - total["duplicates"] - total["unlinked"] - total["cases_opened"]
    yield CHECK, "received − duplicates − not linked yet − opened", heard, "", "count"
    flow = total["pending_start"] + total["cases_opened"] - total["concluded"] - total["pending_end"]
    yield CHECK, "pending at the start + opened − concluded − pending at the end", flow, "", "count"


def _breakdown(writer: Any, cells: pd.DataFrame, dimension: str, names: Names, looks: Mapping[str, Any]) -> None:
    """One sheet of a row a member. Below stand the totals as they were counted, and what the rows differ from them."""
    apart, parts = _must_foot(cells, dimension), by_member(cells, dimension)
    members = in_order(dimension, parts.index)
    table = pd.concat([parts.loc[members], totals(cells).to_frame().T, apart.to_frame().T], ignore_index=True)
    table = table.assign(**{figure.name: table[figure.name] / 100 for figure in FIGURES if figure.unit == FEN})
    named = [*(title(dimension, member, names) for member in members), ("合计", "total"), (CHECK, "")]
    table.columns = pd.Index([f"{figure.zh}\n{figure.en}\n{figure.unit}" for figure in FIGURES])
    table.insert(0, SHEETS[dimension], [zh for zh, _ in named])
    table.insert(1, dimension, [en for _, en in named])
    sheet = _put(writer, SHEETS[dimension], table, looks, still=2)
    sheet.set_column(0, 1, 26, looks["text"])
    for column, figure in enumerate(FIGURES, start=2):
        sheet.set_column(column, column, 13, looks[_look(figure)])
    last = len(table)
    sheet.conditional_format(last - 1, 0, last, len(FIGURES) + 1, {"type": "no_errors", "format": looks["strong"]})
    if members:
        _chart(writer, SHEETS[dimension], len(members))


def _chart(writer: Any, name: str, rows: int) -> None:
    """The cases opened of each member, as bars under the table."""
    column = 2 + [figure.name for figure in FIGURES].index("cases_opened")
    chart: Any = writer.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "新增案件 cases opened",
            "categories": [name, 1, 0, rows, 0],
            "values": [name, 1, column, rows, column],
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": f"{name} · 新增案件 cases opened", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 620, "height": 120 + 26 * rows})
    writer.sheets[name].insert_chart(rows + 5, 0, chart)


def _reconciled(writer: Any, cells: pd.DataFrame, kept: Sequence[str], looks: Mapping[str, Any]) -> None:
    """Every figure with its total and its sums by each breakdown, which must be one number."""
    whole = totals(cells)
    sums = {dimension: by_member(cells, dimension).sum() for dimension in kept}
    rows = []
    for figure in FIGURES:
        scale = 100 if figure.unit == FEN else 1
        own = [int(one[figure.name]) / scale for one in (whole, *sums.values())]
        apart = max(own) - min(own)
        rows.append([figure.zh, figure.en, *own, apart, figure.unit])
    heads = ["指标", "figure", "合计 total", *(f"{SHEETS[one]} {one}" for one in kept), CHECK, "单位 unit"]
    sheet = _put(writer, "核对", pd.DataFrame(rows, columns=heads, dtype=object), looks, still=2)
    sheet.set_column(0, 1, 24, looks["text"])
    sheet.set_column(2, len(heads) - 1, 15, looks["count"])
    for row, figure in enumerate(FIGURES, start=1):
        if figure.unit == FEN:
            sheet.set_row(row, None, looks["yuan"])


def _timed(writer: Any, times: Times, looks: Mapping[str, Any]) -> None:
    """The stopwatch: medians with their intervals, and what they are against the times taken by hand."""
    table = pd.DataFrame(list(time_rows(times)), columns=list(HEADS), dtype=object)
    sheet = _put(writer, "用时", table, looks, still=2)
    sheet.set_column(0, 1, 30, looks["text"])
    sheet.set_column(2, 6, 15, looks["time"])
    sheet.set_column(7, 7, 60, looks["text"])


def _definitions() -> pd.DataFrame:
    rows: list[Sequence[str]] = [
        (figure.zh, figure.en, figure.says_zh, figure.says_en) for figure in (*FIGURES, *TIMES)
    ]
    rows += [(rate.zh, rate.en, f"{' + '.join(rate.above)} / ({' + '.join(rate.below)})", "") for rate in RATES]
    rows += [(side.zh, side.en, side.says_zh, side.says_en) for side in SIDES]
    rows += [
        ("口径版本", "version of the definitions", VERSION, ""),
        ("月份", "month", "按北京时间自然月", "calendar month in Shanghai"),
    ]
    return pd.DataFrame(rows, columns=["指标", "figure", "口径", "definition"])
