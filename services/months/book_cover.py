"""The cover of the workbook: what it is, whether it is final, what is missing from it, what lies in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from casework.calendar import SHANGHAI
from casework.certified import ACCEPTED, CERTIFIED, MISSING, PAUSED, UNUSED, ChannelDay
from casework.titles import CHANNEL_TITLES
from services.months.book_parts import Book, look_of, printed
from services.months.standing import MARK, WHY, stretches
from warehouse.statistics.definitions import BY_NAME, FEN
from warehouse.statistics.table import totals

COVER = "封面"
KEY = (
    "received",
    "cases_opened",
    "concluded",
    "pending_end",
    "workers_paid",
    "amount_paid",
    "money_asked",
    "money_came",
)
STATES: dict[str, tuple[str, str]] = {
    CERTIFIED: ("有凭证", "certified"),
    ACCEPTED: ("缺凭证已说明", "accepted gap"),
    MISSING: ("缺凭证", "missing"),
    PAUSED: ("已暂停", "paused"),
    UNUSED: ("未启用", "not in use"),
}
WIDTH = 6
"""Columns of the cover."""


def cover(book: Book, contents: list[tuple[str, str]]) -> None:
    """Write it; `contents` are the names of the sheets and what they hold."""
    sheet, looks = book.writer.book.add_worksheet(COVER), book.looks
    book.writer.sheets[COVER] = sheet
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, WIDTH - 1, 21)
    sheet.set_row(0, 46)
    sheet.merge_range(0, 0, 0, WIDTH - 1, book.heading, looks["title"])
    sheet.merge_range(1, 0, 1, WIDTH - 1, "Report of the labour inspection on unpaid wages", looks["subtitle"])
    row = 3
    for name, said, look in _facts(book):
        sheet.write_string(row, 0, name, looks["named"])
        sheet.merge_range(row, 1, row, WIDTH - 1, said, looks[look])
        if len(said) > _A_LINE:
            sheet.set_row(row, 16 * (len(said) // _A_LINE + 1))
        row += 1
    row = _key_figures(book, sheet, row + 1)
    if book.standing.days:
        row = _pulls(book, sheet, row + 1)
    row = _section(book, sheet, row + 1, "目录 contents")
    for name, holds in contents:
        sheet.write_string(row, 0, name, looks["named"])
        sheet.merge_range(row, 1, row, WIDTH - 1, holds, looks["said"])
        row += 1
    sheet.set_first_sheet()
    sheet.activate()
    printed(book, sheet)
    sheet.print_area(0, 0, row - 1, WIDTH - 1)


_A_LINE = 78
"""Letters of a line of the cover, for the height of its rows; a Chinese one is twice as wide and counted so seldom
that a row is rather too high."""


def _facts(book: Book) -> Iterator[tuple[str, str, str]]:
    own, span = book.standing, book.span
    yield "统计期 period", f"{span.first} – {span.after - timedelta(days=1)}（北京时间 Asia/Shanghai）", "said"
    places = "、".join(own.places) if any(own.places) else "全部 everywhere"
    yield "范围 places", f"{own.office} {places}".strip(), "said"
    if own.final:
        assert own.locked_at is not None
        at = own.locked_at.astimezone(SHANGHAI)
        by = f" · {own.locked_by}" if own.locked_by and own.outside is None else ""
        yield "状态 status", f"正式 FINAL · {at:%Y-%m-%d %H:%M} 锁定 locked{by}", "final"
    else:
        zh, en = "；".join(WHY[one][0] for one in own.why), "; ".join(WHY[one][1] for one in own.why)
        yield "状态 status", f"暂定 PROVISIONAL · {zh} · {en}", "provisional"
    for line in _missing(own.days):
        yield "缺凭证 missing", line, "provisional"
    for reason, days in _accepted(own.days):
        yield "已说明 accepted", days if own.outside else f"{days}：{reason}", "said"
    if own.restated:
        changed = len({(one.figure, one.dimension, one.member) for one in own.restated})
        yield (
            "更正 restated",
            f"锁定后更正 {changed} 项，正文仍为锁定数 figures restated since; those as locked",
            "said",
        )
    if own.outside:
        least = own.outside.least
        hidden = f"小于 {least} 的数、以及可由其推算的数以 {MARK} 代替"
        yield "对外版 outside", f"{hidden} · numbers under {least}, and those that would tell them, are {MARK}", "said"
    yield "口径版本 definitions", own.definition, "said"


def _missing(days: tuple[ChannelDay, ...]) -> Iterator[str]:
    for channel, own in groupby((one for one in days if one.state == MISSING), key=lambda one: one.channel):
        yield f"{_channel(channel)}：{_said(list(own))}"


def _accepted(days: tuple[ChannelDay, ...]) -> Iterator[tuple[str, str]]:
    gone = [one for one in days if one.state == ACCEPTED]
    for (channel, reason), own in groupby(gone, key=lambda one: (one.channel, one.reason)):
        yield reason, f"{_channel(channel)} {_said(list(own))}"


def _said(days: list[ChannelDay]) -> str:
    runs = stretches([one.day for one in days])
    return "、".join(f"{first}" if first == last else f"{first} – {last}" for first, last in runs)


def _channel(name: str) -> str:
    return " ".join(CHANNEL_TITLES.get(name, (name, "")))


def _section(book: Book, sheet: Any, row: int, title: str) -> int:
    for column in range(WIDTH):
        sheet.write_string(row, column, title if column == 0 else "", book.looks["section"])
    return row + 1


def _key_figures(book: Book, sheet: Any, row: int) -> int:
    row = _section(book, sheet, row, "主要数字 key figures")
    total = totals(book.cells)
    for column, name in enumerate(KEY):
        figure = BY_NAME[name]
        sheet.write_string(row, column, f"{figure.zh}\n{figure.en}\n{figure.unit}", book.looks["head"])
        value = int(total[name]) / 100 if figure.unit == FEN else int(total[name])
        if book.standing.hides((name, "total", "")):
            sheet.write_string(row + 1, column, MARK, book.looks[look_of(figure)])
        else:
            sheet.write_number(row + 1, column, value, book.looks[look_of(figure)])
    sheet.set_row(row, 48)
    sheet.set_row(row + 1, 26)
    return row + 2


def _pulls(book: Book, sheet: Any, row: int) -> int:
    """By channel how many days are certified, and what they brought."""
    row = _section(book, sheet, row, "拉取凭证 pull certificates（渠道日 channel-days）")
    heads = ["渠道 channel", *("\n".join(STATES[one]) for one in (CERTIFIED, ACCEPTED, MISSING))]
    heads += ["暂停或未启用\nnot in use", *([] if book.standing.outside else ["来源记录\nat the source"])]
    for column, head in enumerate(heads):
        sheet.write_string(row, column, head, book.looks["head"])
    sheet.set_row(row, 34)
    for channel, own in groupby(book.standing.days, key=lambda one: one.channel):
        days = list(own)
        states, row = Counter(one.state for one in days), row + 1
        sheet.write_string(row, 0, _channel(channel), book.looks["named"])
        counted = [states[CERTIFIED], states[ACCEPTED], states[MISSING], states[PAUSED] + states[UNUSED]]
        counted += [] if book.standing.outside else [sum(one.seen for one in days)]
        for column, value in enumerate(counted, start=1):
            sheet.write_number(row, column, value, book.looks["count"])
        sheet.set_row(row, 18 if len(_channel(channel)) < _A_CHANNEL else 34)
    return row + 1


_A_CHANNEL = 36
"""Letters of a channel's name that stand on one line."""
