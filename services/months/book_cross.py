"""All breakdowns at once: a line for each figure and place, ready for a pivot table; as a sheet and as text."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

import pandas as pd

from services.months.book_parts import Book, DoesNotFoot, fitting, look_of, put, shown, written
from services.months.month_titles import SHEETS, in_order, title
from services.months.standing import Standing
from warehouse.statistics.cross import AXES, unmet
from warehouse.statistics.definitions import BY_NAME, FEN, Figure, counts
from warehouse.statistics.month import Crossing, MonthFigures

CROSSED = "交叉"
LONGEST = 100_000
"""Lines that a sheet is given; a longer table is for a program, and the text has it whole."""
HEADS = (
    "指标", "figure", *(f"{SHEETS[one].removeprefix('按')} {one}" for one in AXES if one != "kind"), "种类 kind",
    "数值 value", "单位 unit",
)  # fmt: skip


def lines(crossing: Crossing, standing: Standing) -> Iterator[tuple[Figure, tuple[str, ...], int]]:
    """Each figure and place in words, in the order of every table, with what it counts: whole numbers, sums in fen."""
    members = [sorted({place[axis] for _, place in crossing}) for axis in range(len(AXES))]
    order = [
        {member: at for at, member in enumerate(own if axis == "kind" else in_order(axis, own))}
        for axis, own in zip(AXES, members, strict=True)
    ]
    names = list(BY_NAME)
    ranked = sorted(
        (names.index(figure), tuple(ranks[one] for ranks, one in zip(order, place, strict=True)), figure, place)
        for (figure, place), value in crossing.items()
        if value
    )
    for _, _, figure, place in ranked:
        said = (_said(standing, axis, one, figure) for axis, one in zip(AXES, place, strict=True))
        yield BY_NAME[figure], (*said,), crossing[figure, place]


def _said(standing: Standing, axis: str, member: str, figure: str) -> str:
    if not member:
        return ""
    zh, en = title(axis, member, standing.names, figure)
    return zh if zh == en else f"{zh} {en}"


def must_meet(figures: MonthFigures, standing: Standing) -> None:
    """Raises `DoesNotFoot` where the lines of a figure are not what its breakdowns say, one by one."""
    if standing.cross is None:
        return
    for name, dimension, member in unmet(standing.cross, figures):
        if counts(standing.definition, name, dimension):
            raise DoesNotFoot(f"The crossed lines of {name} differ from it by {dimension}: {member or 'all'}.")


def crossed(book: Book) -> None:
    """The sheet. A filter stands over each column, and nothing in it is a sum of other lines."""
    assert book.standing.cross is not None
    rows: list[list[object]] = []
    looks = []
    for figure, said, value in lines(book.standing.cross, book.standing):
        rows.append([figure.zh, figure.en, *said, value / 100 if figure.unit == FEN else value, figure.unit])
        looks.append(look_of(figure))
    if len(rows) > LONGEST:
        says = f"共 {len(rows)} 行，请下载交叉 CSV · {len(rows)} lines: take the crossed CSV"
        rows, looks = [[says, *[""] * (len(HEADS) - 1)]], ["text"]
    sheet = put(book, CROSSED, pd.DataFrame(rows, columns=list(HEADS), dtype=object), still=2)
    sheet.set_row(0, 34)
    value = HEADS.index("数值 value")
    for column in range(value):
        width = fitting((row[column] for row in rows), least=14, most=72)
        sheet.set_column(column, column, width, book.looks["text"])
    sheet.set_column(value, value, 18)
    sheet.set_column(value + 1, value + 1, 12, book.looks["centre"])
    for number, (row, look) in enumerate(zip(rows, looks, strict=True), start=1):
        shown(sheet, number, value, row[value], book.looks[look])
    if rows:
        sheet.autofilter(0, 0, len(rows), len(HEADS) - 1)


def cross_text(figures: MonthFigures, standing: Standing) -> bytes:
    """The same as CSV for a spreadsheet (UTF-8 with its mark), however long. Raises `DoesNotFoot`."""
    assert standing.cross is not None
    must_meet(figures, standing)
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*HEADS, "状态 status"])
    state = "final" if standing.final else "provisional"
    for figure, said, value in lines(standing.cross, standing):
        number = f"{value / 100:.2f}" if figure.unit == FEN else value
        writer.writerow([figure.zh, figure.en, *map(written, said), number, figure.unit, state])
    return stream.getvalue().encode("utf-8-sig")
