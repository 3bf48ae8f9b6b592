"""The figures of a month: what each counts, in which unit, and the traps of counting it (统计口径)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from warehouse.statistics.figure import FEN, Figure
from warehouse.statistics.figures_flow import FLOW
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.figures_work import WORK

__all__ = [
    "ADDED", "BY_NAME", "FEN", "FIGURES", "MARKS", "RATES", "RECOUNTED", "SIDES", "VERSION", "Figure", "Rate", "Side",
    "alike", "counts",
]  # fmt: skip

VERSION = "2026-11.6"
"""Grows when a figure or a breakdown is added or counted otherwise. A locked month stays as its version has it."""

ADDED = {
    "sector": "2026-11.2",
    **dict.fromkeys(
        (
            "complaints_declined", "workers_migrant", "workers_unstated", "announced", "police_filed", "delisted",
            *(figure.name for figure in WARNED if not figure.name.startswith("warnings_visit")),
        ),
        "2026-11.3",
    ),
    "published": "2026-11.4",
    **dict.fromkeys(
        (
            "withdrawn", "warnings_visits_proposed", "warnings_visited",
            *(figure.name for figure in FLOW if figure.name.startswith("progress_")),
        ),
        "2026-11.5",
    ),
    **dict.fromkeys(("money_asked", "money_came", "money_not_came", "money_unanswered"), "2026-11.6"),
}  # fmt: skip
"""By which version a figure or a breakdown was first counted, where not by every one."""


RECOUNTED = {"jobs_kept": "2026-11.3"}
"""Since which version a figure is counted otherwise: what an older one says of it is no count of the same."""


def alike(definition: str, figure: str) -> bool:
    """Whether a version of the definitions counts this figure as the newest does."""
    return figure not in RECOUNTED or _numbers(definition) >= _numbers(RECOUNTED[figure])


def counts(definition: str, figure: str, dimension: str) -> bool:
    """Whether a version of the definitions counts this figure, by this breakdown. Versions go up as numbers do."""
    known = _numbers(definition)
    return all(known >= _numbers(ADDED[name]) for name in (figure, dimension) if name in ADDED)


def _numbers(version: str) -> tuple[int, ...]:
    """`2026-11.10` comes after `2026-11.2`; before versions had names there was none."""
    return tuple(int(part) for part in re.split(r"[-.]", version) if part)


FIGURES: tuple[Figure, ...] = (*FLOW, *WORK, *WARNED)
BY_NAME = {figure.name: figure for figure in FIGURES}

MARKS: tuple[Figure, ...] = (
    Figure(
        "red",
        "红牌",
        "red marks",
        "件",
        "今日有期限已超期的在办案件，一案多个期限超期计一件；已并入、暂定日期、中止和仅供参考的期限不计",
        "cases with a running deadline that is past today, each once; not merged ones, provisional or suspended days",
    ),
    Figure(
        "yellow",
        "黄牌",
        "yellow marks",
        "件",
        "今日有期限将在设定天数（clock.due_soon.days）内届满的案件；不计的同红牌，一案可同时有红牌和黄牌",
        "cases with a running deadline that ends within the days of clock.due_soon.days; left out as for the red mark",
    ),
    Figure(
        "reached",
        "办理进度",
        "progress",
        "件",
        "时段内新增案件中，截至现在已办到或者办过该步骤的；未经派发即不予受理或答复的，计到其终结的步骤",
        "of the cases opened in the period those whose work has got at least as far as the step by now",
    ),
    Figure(
        "standing_warnings",
        "待处置预警",
        "warnings that stand",
        "条",
        "今日尚待处置的预警，按等级；已办结的、暂缓到今日以后的不计",
        "warnings open today, by level; not those settled, nor those set aside beyond today",
    ),
)
"""Numbers of the dashboard that are of today, and of no month."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way the figures are broken down, and where a case or complaint counts in it."""

    name: str
    zh: str
    en: str
    says_zh: str
    says_en: str


SIDES: tuple[Side, ...] = (
    Side(
        "channel",
        "按渠道",
        "by channel",
        "线索按收到它的渠道；案件按主线索的渠道；预警只按其所指的渠道，其余列“预警”一行，其他各项分类亦然",
        "a complaint by the channel that heard it, a case by that of its main complaint; a warning by the one it is on",
    ),
    Side(
        "nature",
        "按性质",
        "by nature",
        "线索按自身的性质；案件按归并后的性质",
        "a complaint by its own nature, a case by that of its claims together",
    ),
    Side(
        "sector",
        "按领域",
        "by sector",
        "工程建设领域与其他领域；线索按自身所述，案件按归并后的领域",
        "construction and others; a complaint as it says itself, a case as its claims together say",
    ),
    Side(
        "outcome",
        "按办理结果",
        "by outcome",
        "案件最近一次经批准的办理结果；线索随其案件",
        "the last approved outcome of the case; a complaint goes with its case",
    ),
    Side(
        "town",
        "按属地",
        "by town",
        "用工所在地的镇街；只知道区市的、未说明地点的各列一行；线索随其案件；预警按其所在地",
        "the street or town of the place of work, or of a warning; the county alone, or no place: a row of its own",
    ),
    Side(
        "lead",
        "按监察员",
        "by inspector",
        "现在主办或者办结时主办该案的监察员，改派后全部数字随案转给新的主办人；未派发的列“未指定”；预警按负责人",
        "who leads the case, or led it when it ended; after a reassignment all its figures go along; who has a warning",
    ),
)
"""The same cells, six ways: the rows of each add up to the same total."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate: figures above and below the line."""

    name: str
    zh: str
    en: str
    above: tuple[str, ...]
    below: tuple[str, ...]


RATES: tuple[Rate, ...] = (
    Rate("platform_share", "平台占比", "share through platforms", ("through_platform",), ("received",)),
    Rate("closing_rate", "办结率", "conclusion rate", ("concluded",), ("pending_start", "cases_opened")),
    Rate("on_time_rate", "按期率", "on-time rate", ("clocks_on_time",), ("clocks_met",)),
    Rate("money_rate", "到账确认率", "share confirmed to have come", ("money_came",), ("money_asked",)),
    Rate("response_rate", "有效回访率", "response rate", ("answered",), ("asked",)),
    Rate("satisfaction_rate", "满意率", "satisfaction rate", ("satisfied",), ("answered",)),
    Rate("solved_rate", "解决率", "solved rate", ("solved",), ("answered",)),
)
