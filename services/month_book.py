"""The workbook of a month: Chinese first, English beside it; totals are values and a check row proves them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter

from casework.documents import KINDS
from casework.errors import ArrearsError
from casework.titles import CHANNEL_TITLES, EXIT_TITLES, NATURE_TITLES
from warehouse.statistics.definitions import FEN, FIGURES, RATES, VERSION, Figure
from warehouse.statistics.grounds import window
from warehouse.statistics.month import MonthFigures

SHEETS = {"channel": "按渠道", "nature": "按性质", "outcome": "按办理结果"}
_STATES = {
    "declined": ("不予受理", "declined"),
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
}
CHECK = "合计核对 check (sum − total)"


class DoesNotFoot(ArrearsError):
    """The parts of a figure do not add up to its total. Nothing was written."""


def month_book(figures: MonthFigures) -> bytes:
    """The workbook as bytes; the same figures give the same bytes. Raises `DoesNotFoot`."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        title = f"劳动保障监察月报 {figures.month}"
        book.set_properties({"title": title, "created": window(figures.month).end.replace(tzinfo=None)})
        book.set_size(1366 * 15, 768 * 15)
        looks = _looks(book)
        _headline(book.add_worksheet("总表"), figures, title, looks)
        for dimension, name in SHEETS.items():
            _breakdown(book.add_worksheet(name), figures, dimension, looks)
        _definitions(book.add_worksheet("口径说明"), looks)
    return stream.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    font = {"font_name": "宋体", "font_size": 11}
    wrapped = {**font, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({**font, "bold": True, "font_size": 16}),
        "head": book.add_format({**wrapped, "bold": True, "border": 1, "bg_color": "#E8EEF6", "align": "center"}),
        "text": book.add_format({**wrapped, "border": 1}),
        "count": book.add_format({**font, "border": 1, "num_format": "#,##0"}),
        "yuan": book.add_format({**font, "border": 1, "num_format": "#,##0.00"}),
        "rate": book.add_format({**font, "border": 1, "num_format": "0.0%"}),
        "bold": book.add_format({**font, "bold": True, "border": 1}),
    }


def shown(figure: Figure, value: int) -> int | float:
    """A value as its cell shows it: yuan for sums, else the count."""
    return value / 100 if figure.unit == FEN else value


def _write(sheet: Any, row: int, column: int, figure: Figure, value: int, looks: dict[str, Any]) -> None:
    sheet.write_number(row, column, shown(figure, value), looks["yuan" if figure.unit == FEN else "count"])


def _headline(sheet: Any, figures: MonthFigures, title: str, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 3, 16)
    sheet.write_string(0, 0, title, looks["title"])
    for column, head in enumerate(("指标", "figure", "数值 value", "单位 unit")):
        sheet.write_string(2, column, head, looks["head"])
    row = 3
    for figure in FIGURES:
        _line(sheet, row, (figure.zh, figure.en), looks)
        _write(sheet, row, 2, figure, figures.total(figure.name), looks)
        sheet.write_string(row, 3, figure.unit, looks["text"])
        row += 1
    for rate in RATES:
        above, below = figures.rate(rate)
        _line(sheet, row, (rate.zh, rate.en), looks)
        if below:
            sheet.write_number(row, 2, above / below, looks["rate"])
        sheet.write_string(row, 3, f"{above} / {below}", looks["text"])
        row += 1
    papers = {kind: (f"文书：{known.title}", f"document: {kind}") for kind, known in KINDS.items()}
    late = {kind: (f"月末超期：{zh}", f"overdue: {en}") for kind, (zh, en) in _CLOCKS.items()}
    on_time = {kind: (f"按期：{zh}", f"on time: {en}") for kind, (zh, en) in _CLOCKS.items()}
    for name, titles in (("documents", papers), ("clocks_on_time", on_time), ("clocks_overdue", late)):
        for kind, value in sorted(figures.by(name, "kind").items()):
            _line(sheet, row, titles.get(kind, (kind, kind)), looks)
            sheet.write_number(row, 2, value, looks["count"])
            row += 1
    _line(sheet, row, (CHECK, "received − duplicates − not linked yet − opened"), looks)
    parts = [figures.total(name) for name in ("received", "duplicates", "unlinked", "cases_opened")]
    sheet.write_number(row, 2, parts[0] - sum(parts[1:]), looks["count"])
    flow = [figures.total(name) for name in ("pending_start", "cases_opened", "concluded", "pending_end")]
    _line(sheet, row + 1, (CHECK, "pending at the start + opened − concluded − pending at the end"), looks)
    sheet.write_number(row + 1, 2, flow[0] + flow[1] - flow[2] - flow[3], looks["count"])
    sheet.freeze_panes(3, 0)


def _line(sheet: Any, row: int, titles: tuple[str, str], looks: dict[str, Any]) -> None:
    for column, text in enumerate(titles):
        sheet.write_string(row, column, text, looks["text"])


def _zero(difference: int, figure: str) -> int:
    if difference:
        raise DoesNotFoot(f"The parts of {figure} differ from its total by {difference}.")
    return difference


def _breakdown(sheet: Any, figures: MonthFigures, dimension: str, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, len(FIGURES) + 1, 13)
    for column, head in enumerate((SHEETS[dimension], dimension)):
        sheet.write_string(0, column, head, looks["head"])
    for column, figure in enumerate(FIGURES, start=2):
        sheet.write_string(0, column, f"{figure.zh}\n{figure.en}\n{figure.unit}", looks["head"])
    titles = TITLES[dimension]
    known = [member for member in titles if member in figures.members(dimension)]
    members = known + [member for member in figures.members(dimension) if member not in titles]
    for row, member in enumerate(members, start=1):
        _line(sheet, row, titles.get(member, (member, member)), looks)
        for column, figure in enumerate(FIGURES, start=2):
            value = figures.cells.get((figure.name, dimension, member), 0)
            _write(sheet, row, column, figure, value, looks)
    last = len(members) + 1
    _line(sheet, last, ("合计", "total"), looks)
    _line(sheet, last + 1, (CHECK, ""), looks)
    for column, figure in enumerate(FIGURES, start=2):
        total = figures.total(figure.name)
        _write(sheet, last, column, figure, total, looks)
        parts = sum(figures.by(figure.name, dimension).values())
        _write(sheet, last + 1, column, figure, _zero(parts - total, figure.name), looks)
    sheet.freeze_panes(1, 2)


def _definitions(sheet: Any, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 60)
    for column, head in enumerate(("指标", "figure", "口径", "definition")):
        sheet.write_string(0, column, head, looks["head"])
    row = 1
    for figure in FIGURES:
        for column, text in enumerate((figure.zh, figure.en, figure.says_zh, figure.says_en)):
            sheet.write_string(row, column, text, looks["text"])
        row += 1
    for rate in RATES:
        lines = (rate.zh, rate.en, f"{' + '.join(rate.above)} / ({' + '.join(rate.below)})", "")
        for column, text in enumerate(lines):
            sheet.write_string(row, column, text, looks["text"])
        row += 1
    notes = (
        ("口径版本", "version of the definitions", VERSION, ""),
        ("月份", "month", "按北京时间自然月", "calendar month in Shanghai"),
    )
    for note in notes:
        for column, text in enumerate(note):
            sheet.write_string(row, column, text, looks["text"])
        row += 1
