"""The sheets of figures: the totals, and one for each breakdown with its chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from casework.disclosure import KINDS
from services.months.book_along import CHANGES, along_columns
from services.months.book_parts import A3, CHECK, Book, fitting, look_of, must_foot, put, shown
from services.months.month_titles import SHEETS, in_order, title
from services.months.standing import MARK
from warehouse.statistics.definitions import FEN, FIGURES, RATES, Figure
from warehouse.statistics.grounds import WARNING
from warehouse.statistics.table import by_member, totals

TOTALS = "总表"
UNCOUNTED = "锁定时未统计 not counted then"
CHARTED = ("cases_opened", "concluded")
COLOURS = ("#2F6DB5", "#E08A2E")
Row = tuple[str, str, int | float | str | None, str, str]
"""A line of the first sheet: Chinese, English, value, unit, look."""


def headline(book: Book) -> None:
    """Every figure over everything, the rates, the kinds, and the two sums that must come to nothing."""
    total = {str(name): int(value) for name, value in totals(book.cells).items()}
    rows = [*_figures(book, total), *_rates(book, total), *_kinds(book), *_flows(book, total)]
    # Whole numbers and rates stand in one column: as objects, or the numbers would become floats.
    table = pd.DataFrame(rows, columns=["指标", "figure", "数值 value", "单位 unit", "look"], dtype=object)
    beside = [*along_columns(book)]
    for head, column in beside:
        table[head] = column + [None] * (len(table) - len(column))
    sheet = put(book, TOTALS, table.drop(columns="look"), top=2)
    sheet.write_string(0, 0, book.heading, book.looks["title"])
    sheet.set_row(0, 34)
    for own, least in ((0, 34), (1, 58)):
        width = fitting((row[own] for row in rows), least=least, most=76)
        sheet.set_column(own, own, width, book.looks["text"])
    sheet.set_column(2, 2, 22)
    sheet.set_column(3, 3, 16, book.looks["centre"])
    for row, (value, look) in enumerate(zip(table["数值 value"], table["look"], strict=True), start=3):
        shown(sheet, row, 2, value, book.looks[look])
    for place, (head, column) in enumerate(beside, start=4):
        sheet.set_column(place, place, 19)
        for row, (value, look) in enumerate(zip(column, table["look"], strict=False), start=3):
            shown(sheet, row, place, value, book.looks["rate" if head in CHANGES else look])
    if beside:
        sheet.set_row(2, 48)
    sheet.print_area(0, 0, 2 + len(table), 3 + len(beside))


def _shown(book: Book, cell: tuple[str, str, str], value: int) -> int | float | str:
    figure, _, _ = cell
    if book.standing.hides(cell):
        return MARK
    return value / 100 if _unit(figure) == FEN else value


def _unit(name: str) -> str:
    return next(one.unit for one in FIGURES if one.name == name)


def _figures(book: Book, total: Mapping[str, int]) -> Iterator[Row]:
    for figure in FIGURES:
        if not book.standing.counts(figure.name):
            yield figure.zh, figure.en, None, UNCOUNTED, look_of(figure)
            continue
        value = _shown(book, (figure.name, "total", ""), total[figure.name])
        yield figure.zh, figure.en, value, figure.unit, look_of(figure)


def _rates(book: Book, total: Mapping[str, int]) -> Iterator[Row]:
    for rate in RATES:
        if any(book.standing.hides((name, "total", "")) for name in (*rate.above, *rate.below)):
            yield rate.zh, rate.en, MARK, MARK, "rate"
            continue
        if not all(map(book.standing.counts, (*rate.above, *rate.below))):
            yield rate.zh, rate.en, None, UNCOUNTED, "rate"
            continue
        above, below = (sum(total[name] for name in names) for names in (rate.above, rate.below))
        yield rate.zh, rate.en, above / below if below else None, f"{above} / {below}", "rate"


def _kinds(book: Book) -> Iterator[Row]:
    """The documents and the deadlines by their kind; inside, complaints declined by ground and warnings by level."""
    counted = book.cells[book.cells["dimension"] == "kind"].sort_values("member").set_index("figure")
    for name in KINDS if book.standing.outside else (*KINDS, "complaints_declined", "warnings_raised", "warnings_end"):
        for _, kind, value in counted.loc[counted.index == name].itertuples(index=False):
            yield (
                *title("kind", kind, book.standing.names, name),
                _shown(book, (name, "kind", kind), int(value)),
                "",
                "count",
            )


FLOWS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "received − duplicates − not linked yet − opened",
        ("received",),
        ("duplicates", "unlinked", "cases_opened"),
    ),
    (
        "pending at the start + opened − concluded − pending at the end",
        ("pending_start", "cases_opened"),
        ("concluded", "pending_end"),
    ),
    (
        "workers concerned − migrant workers − not stated to be",
        ("workers_concerned",),
        ("workers_migrant", "workers_unstated"),
    ),
    (
        "asked whether the money came − came − did not come − have not answered",
        ("money_asked",),
        ("money_came", "money_not_came", "money_unanswered"),
    ),
    (
        "warnings open at the start + raised − settled − open at the end",
        ("warnings_start", "warnings_raised"),
        ("warnings_confirmed", "warnings_false", "warnings_corrected", "warnings_cleared", "warnings_end"),
    ),
)
"""Sums of figures that must come to nothing: what they say, what is added, and what is taken off."""


def _flows(book: Book, total: Mapping[str, int]) -> Iterator[Row]:
    """The sums over the whole month that must come to nothing, of the figures that it counts."""
    for says, more, less in FLOWS:
        if all(map(book.standing.counts, (*more, *less))):
            rest = sum(total[name] for name in more) - sum(total[name] for name in less)
            yield CHECK, says, rest, "", "count"


def breakdown(book: Book, dimension: str) -> None:
    """One sheet of a row a member. Below stand the totals as they were counted, and what the rows differ from them."""
    apart, parts = must_foot(book.cells, dimension), by_member(book.cells, dimension)
    members = [one for one in in_order(dimension, parts.index) if one != WARNING or book.standing.outside is None]
    own = (one for one in FIGURES if book.standing.counts(one.name))
    figures = [one for one in own if book.standing.shows((one.name, dimension, ""))]
    names = [figure.name for figure in figures]
    table = pd.concat([parts.loc[members], totals(book.cells).to_frame().T, apart.to_frame().T], ignore_index=True)
    table = table[names].assign(**{one.name: table[one.name] / 100 for one in figures if one.unit == FEN})
    table = table.astype(object)
    for place, member in enumerate([*members, None]):
        for name in names:
            if book.standing.hides((name, "total", "") if member is None else (name, dimension, member)):
                table.loc[place, name] = MARK
    named = [*(title(dimension, member, book.standing.names) for member in members), ("合计", "total"), (CHECK, "")]
    table.columns = pd.Index([f"{figure.zh}\n{figure.en}\n{figure.unit}" for figure in figures])
    table.insert(0, SHEETS[dimension], [zh for zh, _ in named])
    table.insert(1, dimension, [en for _, en in named])
    sheet = put(book, SHEETS[dimension], table, still=2, paper=A3)
    sheet.set_row(0, 62)
    sheet.set_column(0, 0, 28, book.looks["text"])
    sheet.set_column(1, 1, 38, book.looks["text"])
    for column, figure in enumerate(figures, start=2):
        # Its English name takes two lines at most, so that all lines of the heading are seen.
        in_two = -(-len(figure.en) // 2) + 4
        width = max(18 if figure.unit == FEN else 13, in_two)
        sheet.set_column(column, column, width, book.looks[look_of(figure)])
    last = len(table)
    sheet.conditional_format(last - 1, 0, last, len(figures) + 1, {"type": "no_errors", "format": book.looks["strong"]})
    sheet.repeat_columns(0, 1)
    if len(figures) > _ONE_PAGE:
        sheet.fit_to_pages(-(-len(figures) // _ONE_PAGE), 0)
    charted = [one for one in figures if one.name in CHARTED]
    if [one for one in members if one != WARNING] and charted:
        _chart(book, dimension, len(members) - (WARNING in members), [(figures.index(one) + 2, one) for one in charted])


_ONE_PAGE = 16
"""So many figures are still read when they are printed on one page."""
_BESIDE_NAMES = 2
"""The column the chart stands at: those before are printed on every page again, and the chart would be with them."""


def _chart(book: Book, dimension: str, rows: int, charted: list[tuple[int, Figure]]) -> None:
    """The cases opened and concluded of each member, as bars under the table."""
    name = SHEETS[dimension]
    chart: Any = book.writer.book.add_chart({"type": "bar"})
    for (column, figure), colour in zip(charted, COLOURS, strict=False):
        chart.add_series(
            {
                "name": f"{figure.zh} {figure.en}",
                "categories": [name, 1, 0, rows, 0],
                "values": [name, 1, column, rows, column],
                "data_labels": {"value": True, "font": {"size": 9}},
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    heads = " / ".join(f"{figure.zh} {figure.en}" for _, figure in charted)
    chart.set_title({"name": f"{name} · {heads}", "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
    chart.set_size({"width": 760, "height": 150 + 40 * rows})
    book.writer.sheets[name].insert_chart(rows + 5, _BESIDE_NAMES, chart)
