"""The stopwatch as rows of a workbook and of its text: what it is, how much, of how many, between which two."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.statistics.definitions import Figure
from warehouse.statistics.definitions_of_times import BASELINES, HOURS, HUMAN, MEDIANS, TIME_BY_NAME
from warehouse.statistics.of_times import Times

HEADS = ("指标", "figure", "数值 value", "样本数 n", "95%区间 from", "95%区间 to", "单位 unit", "说明 remark")
Row = tuple[str, str, float | None, int | None, float | None, float | None, str, str]
NOT_MEASURED = "未测量 not measured"
WITHHELD = "早晨或人数不足，不显示 withheld: too few mornings or officers"
TOO_FEW = "样本太少，没有区间 too few for an interval"
COUNTED = "全数统计，没有区间 everything is counted: no interval"


def scale(figure: Figure) -> int:
    """How many seconds its unit has."""
    return 3600 if figure.unit == HOURS else 60


def time_rows(times: Times) -> Iterator[Row]:
    """One row a figure, in the order of the definitions. A value nobody measured is empty, with the word why."""
    for name in MEDIANS:
        yield _median(name, times)
    for name, count in (("dispatches_alone", times.complaints), ("dispatches_made", times.dispatches)):
        figure = TIME_BY_NAME[name]
        yield figure.zh, figure.en, count, None, None, None, figure.unit, COUNTED
    gain, figure = times.merge_gain, TIME_BY_NAME["merge_gain"]
    remark = COUNTED if gain is not None else NOT_MEASURED
    yield figure.zh, figure.en, _rounded(gain), times.dispatches or None, None, None, figure.unit, remark
    for measure, name in BASELINES.items():
        yield _change(measure, name, times)


def time_lines(times: Times) -> Iterator[list[str]]:
    """The same as lines of the text: value, n and the ends of the interval; what nobody measured is empty."""
    for zh, en, value, n, low, high, unit, _ in time_rows(times):
        yield _line(zh, en, ("数值", "value"), value, unit)
        if n is not None:
            yield _line(zh, en, ("样本数", "n"), n, "")
        if low is not None and high is not None:
            yield _line(zh, en, ("95%区间下限", "95 % interval from"), low, unit)
            yield _line(zh, en, ("95%区间上限", "95 % interval to"), high, unit)


def _line(zh: str, en: str, part: tuple[str, str], value: float | None, unit: str) -> list[str]:
    return [zh, en, "用时", "stopwatch", *part, "" if value is None else f"{value}", unit]


def _median(name: str, times: Times) -> Row:
    figure, found = TIME_BY_NAME[name], times.medians.get(name)
    if found is None:
        why = WITHHELD if times.withheld and name in HUMAN else NOT_MEASURED
        return figure.zh, figure.en, None, None, None, None, figure.unit, why
    low, high = (None if one is None else _rounded(one / scale(figure)) for one in (found.low, found.high))
    middle = _rounded(found.middle / scale(figure))
    return figure.zh, figure.en, middle, found.n, low, high, figure.unit, "" if low is not None else TOO_FEW


def _change(measure: str, name: str, times: Times) -> Row:
    figure, found, before = TIME_BY_NAME[name], times.changes.get(measure), times.baselines.get(measure)
    if found is None or before is None:
        return figure.zh, figure.en, None, None, None, None, figure.unit, NOT_MEASURED
    was = _rounded(before.times.middle / scale(TIME_BY_NAME[measure]))
    unit_zh, _, unit_en = TIME_BY_NAME[measure].unit.partition(" ")
    remark = (
        f"基线 {was} {unit_zh}，{before.times.n} 件，{before.timed_on}；baseline {was} {unit_en}, n = {before.times.n}"
    )
    if found.low is None:
        remark = f"{TOO_FEW}；{remark}"
    low, high = _rounded(found.low), _rounded(found.high)
    return figure.zh, figure.en, _rounded(found.percent), before.times.n, low, high, figure.unit, remark


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
