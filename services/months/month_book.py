"""The workbook of a month: Chinese first, English beside it; totals are values and a check row proves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import pandas as pd

from casework.documents import KINDS
from casework.errors import ArrearsError
from casework.titles import CHANNEL_TITLES, EXIT_TITLES, NATURE_TITLES
from warehouse.statistics.definitions import FEN, FIGURES, RATES, VERSION, Figure
from warehouse.statistics.grounds import window
from warehouse.statistics.month import MonthFigures
from warehouse.statistics.table import by_member, differences, long_table, totals

SHEETS = {"channel": "按渠道", "nature": "按性质", "outcome": "按办理结果"}
_STATES = {
    "declined": ("不予受理", "declined"),
    "handed_on": ("转办或者直接答复", "redirected or answered"),
    "open": ("未办结", "not concluded"),
    "merged": ("已并入", "merged"),
    "unlinked": ("待归并", "not linked yet"),
}
TITLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "channel": CHANNEL_TITLES,
    "nature": NATURE_TITLES,
    "outcome": {**EXIT_TITLES, **_STATES},
}
_CLOCKS = {
    "accept": ("受理时限", "acceptance"),
    "reply": ("渠道答复时限", "answer to the channel"),
    "investigate": ("调查时限", "investigation"),
    "decide": ("决定时限", "decision"),
    "penalty_90": ("处罚九十日", "90 days of a penalty"),
    "serve": ("送达时限", "service"),
    "rectify": ("改正期限", "correction"),
    "recheck": ("重办期限", "reopened case"),
    "supplement": ("补正期限", "supplement"),
    "demand": ("催告期限", "demand to perform"),
    "pay_fine": ("缴纳罚款期限", "payment of the fine"),
    "apply_court": ("申请强制执行期限", "court enforcement"),
}
CHECK = "合计核对 check (sum − total)"


class DoesNotFoot(ArrearsError):
    """The parts of a figure do not add up to its total. Nothing was written."""


def month_book(figures: MonthFigures) -> bytes:
    """The workbook as bytes; the same figures give the same bytes. Raises `DoesNotFoot`."""
    stream = BytesIO()
    cells = long_table(figures)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        book: Any = writer.book
        title = f"劳动保障监察月报 {figures.month}"
        book.set_properties({"title": title, "created": window(figures.month).end.replace(tzinfo=None)})
        book.set_size(1366 * 15, 768 * 15)
        looks = _looks(book)
        _headline(writer, cells, title, looks)
        for dimension in SHEETS:
            _breakdown(writer, cells, dimension, looks)
        sheet = _put(writer, "口径说明", _definitions(), looks)
        sheet.set_column(0, 1, 24, looks["text"])
        sheet.set_column(2, 3, 60, looks["text"])
    return stream.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    font = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"font_name": "宋体", "font_size": 16, "bold": True}),
        "head": book.add_format({**font, "bold": True, "border": 1, "bg_color": "#E8EEF6", "align": "center"}),
        "text": book.add_format(font),
        "count": book.add_format({**font, "num_format": "#,##0"}),
        "yuan": book.add_format({**font, "num_format": "#,##0.00"}),
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


def _headline(writer: Any, cells: pd.DataFrame, title: str, looks: Mapping[str, Any]) -> None:
    total = {str(name): int(value) for name, value in totals(cells).items()}
    rows = [*_figures(total), *_rates(total), *_kinds(cells), *_flows(total)]
    # Whole numbers and rates stand in one column: as objects, or the numbers would become floats.
    table = pd.DataFrame(rows, columns=["指标", "figure", "数值 value", "单位 unit", "look"], dtype=object)
    sheet = _put(writer, "总表", table.drop(columns="look"), looks, top=2)
    sheet.write_string(0, 0, title, looks["title"])
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
    titles = {
        "documents": {kind: (f"文书：{known.title}", f"document: {kind}") for kind, known in KINDS.items()},
        "clocks_on_time": {kind: (f"按期：{zh}", f"on time: {en}") for kind, (zh, en) in _CLOCKS.items()},
        "clocks_overdue": {kind: (f"月末超期：{zh}", f"overdue: {en}") for kind, (zh, en) in _CLOCKS.items()},
    }
    counted = cells[cells["dimension"] == "kind"].sort_values("member").set_index("figure")
    for name, said in titles.items():
        for _, kind, value in counted.loc[counted.index == name].itertuples(index=False):
            yield *said.get(kind, (kind, kind)), int(value), "", "count"


def _flows(total: Mapping[str, int]) -> Iterator[Row]:
    """The two sums over the whole month that must come to nothing."""
    heard = total["received"] - total["duplicates"] - total["unlinked"] - total["cases_opened"]
    yield CHECK, "received − duplicates − not linked yet − opened", heard, "", "count"
    flow = total["pending_start"] + total["cases_opened"] - total["concluded"] - total["pending_end"]
    yield CHECK, "pending at the start + opened − concluded − pending at the end", flow, "", "count"


def _breakdown(writer: Any, cells: pd.DataFrame, dimension: str, looks: Mapping[str, Any]) -> None:
    """One sheet of a row a member. Below stand the totals as they were counted, and what the rows differ from them."""
    apart = differences(cells, dimension)
    for figure, difference in apart[apart != 0].items():
        raise DoesNotFoot(f"The parts of {figure} differ from its total by {difference}.")
    parts, titles = by_member(cells, dimension), TITLES[dimension]
    known = [member for member in titles if member in parts.index]
    members = [*known, *parts.index.difference(known)]
    table = pd.concat([parts.loc[members], totals(cells).to_frame().T, apart.to_frame().T], ignore_index=True)
    table = table.assign(**{figure.name: table[figure.name] / 100 for figure in FIGURES if figure.unit == FEN})
    named = [*(titles.get(member, (member, member)) for member in members), ("合计", "total"), (CHECK, "")]
    table.columns = pd.Index([f"{figure.zh}\n{figure.en}\n{figure.unit}" for figure in FIGURES])
    table.insert(0, SHEETS[dimension], [zh for zh, _ in named])
    table.insert(1, dimension, [en for _, en in named])
    sheet = _put(writer, SHEETS[dimension], table, looks, still=2)
    sheet.set_column(0, 1, 26, looks["text"])
    for column, figure in enumerate(FIGURES, start=2):
        sheet.set_column(column, column, 13, looks[_look(figure)])
    last = len(table)
    sheet.conditional_format(last - 1, 0, last, len(FIGURES) + 1, {"type": "no_errors", "format": looks["strong"]})


def _definitions() -> pd.DataFrame:
    rows: list[Sequence[str]] = [(figure.zh, figure.en, figure.says_zh, figure.says_en) for figure in FIGURES]
    rows += [(rate.zh, rate.en, f"{' + '.join(rate.above)} / ({' + '.join(rate.below)})", "") for rate in RATES]
    rows += [
        ("口径版本", "version of the definitions", VERSION, ""),
        ("月份", "month", "按北京时间自然月", "calendar month in Shanghai"),
    ]
    return pd.DataFrame(rows, columns=["指标", "figure", "口径", "definition"])
