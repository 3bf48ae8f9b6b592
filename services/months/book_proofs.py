"""The sheets that prove the others: where all sums meet, what was restated, which pulls brought it, what each means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from casework.calendar import SHANGHAI
from casework.titles import CHANNEL_TITLES
from services.months.book_cover import STATES
from services.months.book_cross import CROSSED
from services.months.book_parts import CHECK, Book, fitting, put, shown
from services.months.month_titles import SHEETS, title
from services.months.standing import MARK
from warehouse.statistics.definitions import BY_NAME, FEN, FIGURES, RATES, SIDES, VERSION
from warehouse.statistics.definitions_of_times import TIMES
from warehouse.statistics.month import Crossing
from warehouse.statistics.table import by_member, totals

SUMS, RESTATED, PULLS, MEANT = "核对", "更正", "拉取凭证", "口径说明"


def reconciled(book: Book, kept: Sequence[str]) -> None:
    """Every figure with its total and its sums by each breakdown, which must be one number."""
    whole = totals(book.cells)
    parts: dict[str, Mapping[str, int]] = {one: _sums(book, one) for one in kept}
    if book.standing.cross is not None:
        parts["cross"] = _crossed(book.standing.cross)
    rows = []
    counted = [figure for figure in FIGURES if book.standing.counts(figure.name)]
    for figure in counted:
        scale = 100 if figure.unit == FEN else 1
        sums = {"total": int(whole[figure.name]), **{one: by[figure.name] for one, by in parts.items()}}
        told: list[object] = []
        for one, value in sums.items():
            if book.standing.hides((figure.name, "total", "")):
                told.append(MARK)
            else:
                told.append(value / scale if book.standing.shows((figure.name, one, "")) else None)
        apart = (max(sums.values()) - min(sums.values())) / scale
        rows.append([figure.zh, figure.en, *told, int(apart) if apart == int(apart) else apart, figure.unit])
    heads = [
        "指标",
        "figure",
        "合计 total",
        *(f"{SHEETS.get(one, CROSSED)} {one}" for one in parts),
        CHECK,
        "单位 unit",
    ]
    sheet = put(book, SUMS, pd.DataFrame(rows, columns=heads, dtype=object), still=2)
    sheet.set_row(0, 34)
    for column in (0, 1):
        sheet.set_column(column, column, fitting(row[column] for row in rows), book.looks["text"])
    sheet.set_column(2, len(heads) - 2, 17, book.looks["count"])
    sheet.set_column(len(heads) - 1, len(heads) - 1, 12, book.looks["centre"])
    for row, figure in enumerate(counted, start=1):
        if figure.unit == FEN:
            for column, said in enumerate(rows[row - 1][2:-1], start=2):
                shown(sheet, row, column, said, book.looks["yuan"])
    check = len(heads) - 2
    wrong = {"type": "cell", "criteria": "not equal to", "value": 0, "format": book.looks["wrong"]}
    sheet.conditional_format(1, check, len(rows), check, wrong)


def _sums(book: Book, dimension: str) -> Mapping[str, int]:
    """Every figure with the sum over the members of a dimension."""
    return {str(name): int(value) for name, value in by_member(book.cells, dimension).sum().items()}


def _crossed(crossing: Crossing) -> Mapping[str, int]:
    """Every figure with the sum of its crossed lines."""
    sums = dict.fromkeys((figure.name for figure in FIGURES), 0)
    for (figure, _), value in crossing.items():
        sums[figure] += value
    return sums


def restated(book: Book) -> None:
    """What a head noted as changed since the lock, oldest first. The other sheets stay as they were locked."""
    rows = []
    for one in book.standing.restated:
        figure = BY_NAME[one.figure]
        scale = 100 if figure.unit == FEN else 1
        side = "合计 total" if one.dimension == "total" else SHEETS.get(one.dimension, "按种类")
        whole = one.dimension == "total"
        member = "" if whole else title(one.dimension, one.member, book.standing.names, one.figure)[0]
        change = (one.was / scale, one.now / scale, (one.now - one.was) / scale)
        numbers = change if scale > 1 else tuple(int(value) for value in change)
        rows.append([_moment(one.at), figure.zh, figure.en, side, member, *numbers, figure.unit, one.reason])
    heads = ["记录时间 noted", "指标", "figure", "分类", "项目 row", "锁定数 locked", "更正数 restated", "差 change"]
    heads += ["单位 unit", "原因 reason"]
    if not rows:
        none = ["无更正", "", "nothing restated"] if book.standing.final else ["未锁定", "", "not locked"]
        rows = [[*none, *[""] * (len(heads) - 3)]]
    sheet = put(book, RESTATED, pd.DataFrame(rows, columns=heads, dtype=object), still=1)
    for column in range(5):
        sheet.set_column(column, column, fitting((row[column] for row in rows), least=20), book.looks["text"])
    sheet.set_column(5, 7, 16, book.looks["yuan"])
    sheet.set_column(8, 8, 10, book.looks["text"])
    sheet.set_column(9, 9, 50, book.looks["text"])


def pulls(book: Book) -> None:
    """Every channel-day: what certifies it; what its pulls saw at the source, landed and refused."""
    rows = [
        [
            " ".join(CHANNEL_TITLES.get(one.channel, (one.channel, ""))),
            one.day.isoformat(),
            " ".join(STATES[one.state]),
            _moment(one.certified_at),
            one.pulls,
            one.seen,
            one.landed,
            one.refused,
            one.reason,
        ]
        for one in book.standing.days
    ]
    heads = ["渠道 channel", "日期 day", "凭证 certificate", "凭证拉取 certified by the pull of", "拉取次数 pulls"]
    heads += ["来源记录 at the source", "入库 landed", "暂存 refused", "说明 reason"]
    sheet = put(book, PULLS, pd.DataFrame(rows, columns=heads, dtype=object), still=2)
    sheet.set_row(0, 34)
    sheet.set_column(0, 0, 30, book.looks["text"])
    sheet.set_column(1, 1, 13, book.looks["centre"])
    sheet.set_column(2, 3, 24, book.looks["centre"])
    sheet.set_column(4, 7, 14, book.looks["count"])
    sheet.set_column(8, 8, 40, book.looks["text"])
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


def definitions(book: Book) -> None:
    """What each figure, rate and breakdown counts."""
    rows: list[Sequence[str]] = [
        (figure.zh, figure.en, figure.says_zh, figure.says_en) for figure in (*FIGURES, *TIMES)
    ]
    rows += [(rate.zh, rate.en, f"{' + '.join(rate.above)} / ({' + '.join(rate.below)})", "") for rate in RATES]
    rows += [(side.zh, side.en, side.says_zh, side.says_en) for side in SIDES]
    rows += [
        ("口径版本", "version of the definitions", VERSION, ""),
        ("月份", "month", "按北京时间自然月", "calendar month in Shanghai"),
    ]
    sheet = put(book, MEANT, pd.DataFrame(rows, columns=["指标", "figure", "口径", "definition"]), still=1)
    for column in (0, 1):
        sheet.set_column(column, column, fitting(row[column] for row in rows), book.looks["text"])
    sheet.set_column(2, 3, 62, book.looks["text"])
