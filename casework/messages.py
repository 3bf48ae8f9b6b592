"""Messages: who is told what, and which words that may be made of. A message says no more than its reader may see.

A worker reads about their own complaint alone, by its number; nobody else is named, and nothing of the evidence. An
inspector and a head read numbers of cases, counts, days and a link to the console, which asks who they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from types import MappingProxyType

from casework.errors import BadInput
from casework.personal_numbers import personal_numbers
from casework.prevention import TELLING

LANGUAGES = ("zh_CN", "en")


class Occasion(StrEnum):
    """What a message is written for: 受理 / 决定 / 办结 / 到账询问, to workers; 提醒 to inspectors; 红牌 to heads;
    预防性提示 to employers."""

    WORKER_ACCEPTED = "worker_accepted"
    WORKER_DECIDED = "worker_decided"
    WORKER_MONEY = "worker_money"
    WORKER_ENDED = "worker_ended"
    INSPECTOR_DIGEST = "inspector_digest"
    HEAD_RED = "head_red"
    EMPLOYER_NOTICE = "employer_notice"


OF_WORKERS = (
    Occasion.WORKER_ACCEPTED,
    Occasion.WORKER_DECIDED,
    Occasion.WORKER_MONEY,
    Occasion.WORKER_ENDED,
)
"""In the order in which a complaint comes to them: of several that are told together the last one counts."""

_OWN = ("receipt_no", "where")
_OFFICE = ("cases", "link")
PLACEHOLDERS: Mapping[Occasion, tuple[str, ...]] = MappingProxyType(
    {
        Occasion.WORKER_ACCEPTED: (*_OWN, "day"),
        Occasion.WORKER_DECIDED: (*_OWN, "day"),
        Occasion.WORKER_MONEY: (*_OWN, "days"),
        Occasion.WORKER_ENDED: (*_OWN, "day"),
        Occasion.INSPECTOR_DIGEST: ("dispatched", "due_soon", "overdue", *_OFFICE),
        Occasion.HEAD_RED: ("overdue", "warnings", *_OFFICE),
        Occasion.EMPLOYER_NOTICE: ("notice_no", "day", "link"),
    }
)
"""All that a wording may name, by occasion. No name, phone, employer, place, sum or finding is among them."""

_OUTSIDE = (*OF_WORKERS, Occasion.EMPLOYER_NOTICE)
LONGEST = MappingProxyType({one: 300 if one in _OUTSIDE else 600 for one in Occasion})
"""Characters of a wording; a text message of a worker is at most five parts long."""
MOST_NAMED = 8
"""Cases that a digest names; of more it gives the count."""
_ADDRESS = re.compile(r"https?:|www\.|@[a-z0-9-]{1,63}\.", re.IGNORECASE)
_FORMATTER = Formatter()


def check_wording(occasion: Occasion, text: str) -> str:
    """A wording that may be put in force, trimmed. Raises `BadInput` saying what its reader may not be told.

    Only the placeholders of the occasion stand in it, plainly: `{receipt_no.name}` or `{cases!r}` could reach behind
    them. Numbers of persons and addresses are never typed in: a link is the one of the office's settings. A number that
    begins with an area code is the office's own telephone.
    """
    text = text.strip()
    if not text:
        raise BadInput("A message needs words.")
    if len(text) > LONGEST[occasion]:
        raise BadInput(f"This wording is longer than {LONGEST[occasion]} characters.")
    try:
        parts = list(_FORMATTER.parse(text))
    except ValueError:
        raise BadInput("A brace stands alone; a placeholder is written as {name}.") from None
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in PLACEHOLDERS[occasion] or form or conversion:
            raise BadInput(f"The reader of this message may not be told “{name[:40]}”, or there is no such thing.")
    if occasion is Occasion.EMPLOYER_NOTICE and (told := TELLING.search(text)):
        raise BadInput(f"No notice to an employer lets them think that somebody has spoken: take out “{told[0]}”.")
    if _ADDRESS.search(text):
        raise BadInput("No address is typed into a message; a link is the one of the office's settings.")
    if any(not number.startswith("0") for number in personal_numbers(text)):
        raise BadInput("This wording holds what may be the number of a person.")
    return text


def filled(occasion: Occasion, text: str, values: Mapping[str, str]) -> str:
    """A message: its wording with these values, of which only those of the occasion are looked at."""
    return text.format(**{name: values[name] for name in PLACEHOLDERS[occasion]})


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as a digest names it. `left` counts in `unit`; 0 is today, less is overdue; None: no day is told.

    The kinds `tier_over` and `tier_soon` are of a response tier, which no count of overdue cases holds.
    """

    matter_no: str
    kind: str
    left: int | None = None
    unit: str = "working"


KINDS = ("overdue", "due_soon", "tier_over", "tier_soon", "dispatched")
"""The groups of a digest, the most urgent first: a deadline of the law before the office's own tier."""
_SAID = {
    "zh_CN": {
        "working": "个工作日", "calendar": "日", "hours": "小时", "tier": "响应分级{said}",
        "over": "超期{n}{unit}", "left": "剩{n}{unit}", "today": "今日到期",
        "new": "新派", "between": "、", "more": "等{n}件", "in": "（{said}）", "none": "无",
    },
    "en": {
        "working": " working days", "calendar": " days", "hours": " hours", "tier": "response tier: {said}",
        "over": "{n}{unit} over", "left": "{n}{unit} left",
        "today": "due today", "new": "new", "between": ", ", "more": " and {n} more", "in": " ({said})", "none": "none",
    },
}  # fmt: skip


def cases_named(lines: Sequence[CaseLine], language: str) -> str:
    """The cases of a digest by their numbers, each once, the most urgent first, and how many more there are."""
    say = _SAID[language]
    first: dict[str, CaseLine] = {}
    for line in sorted(lines, key=lambda one: (KINDS.index(one.kind), one.left or 0, one.matter_no)):
        first.setdefault(line.matter_no, line)
    if not first:
        return say["none"]
    shown = [f"{line.matter_no}{say['in'].format(said=_days(line, language))}" for line in first.values()][:MOST_NAMED]
    listed = say["between"].join(shown)
    if len(first) <= MOST_NAMED:
        return listed
    return listed + say["more"].format(n=len(first) if language == "zh_CN" else len(first) - MOST_NAMED)


def _days(line: CaseLine, language: str) -> str:
    say = _SAID[language]
    if line.left is None or line.kind == "dispatched":
        return say["new"]
    if line.left == 0:
        said = say["today"]
    else:
        unit = say[line.unit] if language != "en" or abs(line.left) != 1 else say[line.unit].removesuffix("s")
        said = say["over" if line.left < 0 else "left"].format(n=abs(line.left), unit=unit)
    return say["tier"].format(said=said) if line.kind.startswith("tier") else said


def counted(lines: Sequence[CaseLine], kind: str) -> str:
    """How many cases of a kind a digest tells of."""
    return str(len({line.matter_no for line in lines if line.kind == kind}))


def told_late(language: str, *, days: int, messages: int) -> str:
    """What stands before a message that comes late, or in the place of several: nobody takes it for news of today."""
    if language == "zh_CN":
        late = f"迟发{days}日" if days else "迟发"
        return f"【{late}{f'，合并{messages}条' if messages > 1 else ''}】"
    late = f"{days} {'day' if days == 1 else 'days'} late" if days else "late"
    return f"[{late}{f', {messages} messages in one' if messages > 1 else ''}] "


_WHERE = {
    "zh_CN": ("查询：{link}", "可到窗口或者致电查询"),
    "en": ("See {link}", "Ask at the office or by telephone"),
}


def where_to(link: str, language: str) -> str:
    """Where a worker asks on: the public page where the office has one, else the window and the telephone."""
    page, window = _WHERE[language]
    return page.format(link=link) if link else window


SAMPLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "zh_CN": {
            "receipt_no": "K7QW-3MPT-9XYD", "where": "查询：https://example.gov.cn/progress#K7QW-3MPT-9XYD",
            "day": "2026-11-20", "notice_no": "YF2026-0001",
            "days": "3", "dispatched": "2", "due_soon": "1", "overdue": "1", "warnings": "1", "link": "https://console.example.gov.cn",
            "cases": "JM-2026-000101（超期1个工作日）、JM-2026-000102（剩2个工作日）",
        },
        "en": {
            "receipt_no": "K7QW-3MPT-9XYD", "where": "See https://example.gov.cn/progress#K7QW-3MPT-9XYD",
            "day": "2026-11-20", "days": "3", "notice_no": "YF2026-0001",
            "dispatched": "2", "due_soon": "1", "overdue": "1", "warnings": "1", "link": "https://console.example.gov.cn",
            "cases": "JM-2026-000101 (1 working day over), JM-2026-000102 (2 working days left)",
        },
    }
)  # fmt: skip
"""Invented values, for the preview of a wording."""

WORDINGS: Mapping[tuple[Occasion, str], str] = MappingProxyType(
    {
        (Occasion.WORKER_ACCEPTED, "zh_CN"): "您反映的事项（编号{receipt_no}）已于{day}受理。{where}。",
        (Occasion.WORKER_ACCEPTED, "en"): "Your complaint {receipt_no} was taken up on {day}. {where}.",
        (Occasion.WORKER_DECIDED, "zh_CN"): "您反映的事项（编号{receipt_no}）已于{day}作出处理。{where}。",
        (Occasion.WORKER_DECIDED, "en"): "Your complaint {receipt_no} was decided on {day}. {where}.",
        (Occasion.WORKER_MONEY, "zh_CN"): (
            "您反映的事项（编号{receipt_no}）：工资是否已到手？请在{days}个工作日内告知，未到手的我们继续办理。{where}。"
        ),
        (Occasion.WORKER_MONEY, "en"): (
            "Your complaint {receipt_no}: did the money come? Please tell us within {days} working days; if it did "
            "not, we go on. {where}."
        ),
        (Occasion.WORKER_ENDED, "zh_CN"): "您反映的事项（编号{receipt_no}）已于{day}办结。{where}。",
        (Occasion.WORKER_ENDED, "en"): "Your complaint {receipt_no} was closed on {day}. {where}.",
        (Occasion.INSPECTOR_DIGEST, "zh_CN"): (
            "新派{dispatched}件，临期{due_soon}件，超期{overdue}件：{cases}。请登录平台办理：{link}"
        ),
        (Occasion.INSPECTOR_DIGEST, "en"): (
            "{dispatched} newly with you, {due_soon} due soon, {overdue} overdue: {cases}. Please log in: {link}"
        ),
        (
            Occasion.HEAD_RED,
            "zh_CN",
        ): "红牌：超期案件{overdue}件，红色预警{warnings}条。{cases}。请登录平台查看：{link}",
        (
            Occasion.HEAD_RED,
            "en",
        ): "Red: {overdue} cases overdue, {warnings} red warnings. {cases}. Please log in: {link}",
        (Occasion.EMPLOYER_NOTICE, "zh_CN"): (
            "劳动保障监察机构向贵单位发出工资支付预防性提示（编号{notice_no}），请于{day}前打开链接查看、说明情况并上传"
            "材料：{link}"
        ),
        (Occasion.EMPLOYER_NOTICE, "en"): (
            "The labour inspectorate sends you prevention notice {notice_no} on the payment of wages. Please read it "
            "and answer by {day}: {link}"
        ),
    }
)
"""What holds until the office has words of its own, by occasion and language: version 0."""
