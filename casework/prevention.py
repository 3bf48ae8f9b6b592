"""Prevention notices (预防性提示): what an employer is told before anybody goes there, put together from words of ours.

A notice is a function of what registers and feeds say, of the trade, and of days. It takes no word that somebody typed
about the matter and knows no complaint, so that its text is the same whether anybody complained or not.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from casework.articles import in_full
from casework.errors import BadInput
from casework.prevention_of_pay import PAY
from casework.prevention_of_sites import SITES, WHAT
from casework.prevention_words import CLOSING, DUTIES, LEAD, TRADE_TIPS, TRADES, UNTIL, Pair, Said
from casework.receipt_number import LETTERS
from casework.record import Json
from casework.warnings.rule import Kind
from casework.warnings.rules import RULES

LANGUAGES = ("zh_CN", "en")
GROUNDS: Mapping[str, Said] = MappingProxyType({**PAY, **SITES})
"""The rules that a notice may quote. What rests on complaints, or on promises made in a case, is not among them."""
_ORDER = {rule: place for place, rule in enumerate(GROUNDS)}
GENERAL = "general"
"""What stands in the place of a rule in a notice that quotes nothing."""

CODE_LENGTH, _PART = 28, 4
"""Characters of thirty: 137 bits by chance."""
_CODE = re.compile(f"[{LETTERS}]{{{CODE_LENGTH}}}")
_BETWEEN = re.compile(r"[\s\-‐-―_.·]+")

TELLING = re.compile(
    "投诉|举报|信访|反映|来电|来访|检举|控告|线索|求助|告发|爆料|维权|12345|"
    "complain|inform(?:er|ant)|petition|tip.?off|hotline|whistle|denounc",
    re.IGNORECASE,
)
"""Words that would say, or let one think, that somebody has spoken. No text for an employer holds one of them."""


class Way(StrEnum):
    """打印 / 短信 / 邮件."""

    PRINT = "print"
    SMS = "sms"
    MAIL = "mail"


class Capacity(StrEnum):
    """法定代表人 / 项目负责人 / 劳资专管员 / 人事财务 / 其他受托人."""

    LEGAL_REP = "legal_rep"
    SITE_LEAD = "site_lead"
    PAY_OFFICER = "pay_officer"
    STAFF = "staff"
    OTHER = "other"


class Lack(StrEnum):
    """What an answer lacks, from a closed list: what the employer reads is never what an officer typed."""

    NO_PROOF = "no_proof"
    UNREADABLE = "unreadable"
    NOT_ALL_MONTHS = "not_all_months"
    NOT_ALL_WORKERS = "not_all_workers"
    NOT_TO_THE_POINT = "not_to_the_point"
    STILL_OPEN = "still_open"


LACKS: Mapping[str, Pair] = MappingProxyType(
    {
        Lack.NO_PROOF: ("没有附证明材料", "no proof was sent along"),
        Lack.UNREADABLE: ("材料看不清或者打不开", "the proof cannot be read or opened"),
        Lack.NOT_ALL_MONTHS: ("材料没有覆盖全部月份", "the proof does not cover every month"),
        Lack.NOT_ALL_WORKERS: ("材料没有覆盖全部人员", "the proof does not cover every worker"),
        Lack.NOT_TO_THE_POINT: ("没有说明本提示所列情况", "what the notice lists is not answered"),
        Lack.STILL_OPEN: ("所列情况仍未解决", "what the notice lists is still open"),
    }
)

_LAWS_EN = {"724": "Regulation on Paying Migrant Workers' Wages", "423": "Labour Inspection Regulation"}


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that is missing: a rule that may be quoted, its figures, and the name of its "
    "project in the feed."""

    rule: str
    facts: Mapping[str, Json]
    site: str | None = None

    @property
    def place(self) -> tuple[int, str, str]:
        """The order in a notice: by what is missing, whatever order they were found in."""
        return _ORDER[self.rule], self.site or "", json.dumps(dict(self.facts), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice is made of. `lacks`: what the last answer lacked, of a notice that was opened again."""

    to: str = field(repr=False)
    office: str
    trade: str
    grounds: Sequence[Ground]
    answer_by: date
    lacks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One thing of a notice: what is missing (nothing, in a general one), what the law says, what "
    "to do, and a tip."""

    about: str
    missing: str
    article: str
    law: str
    act: str
    tip: str


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in one language, as it is shown, printed and closed for its link."""

    title: str
    to: str
    lead: str
    points: tuple[Point, ...]
    tip: str
    lacks: tuple[str, ...]
    until: str
    closing: str
    office: str

    def words(self) -> list[str]:
        """Everything it says, a line each."""
        points = [
            line for one in self.points for line in (one.about, one.missing, one.article, one.law, one.act, one.tip)
        ]
        whole = [self.title, self.to, self.lead, *points, self.tip, *self.lacks, self.until, self.closing, self.office]
        return [line for line in whole if line]


def may_be_quoted(rule: str) -> bool:
    """Whether a notice may name what this rule found."""
    return rule in GROUNDS


def compose(told: Told, language: str) -> Text:
    """The notice in one language. The same grounds in any order give the same text. Raises `BadInput`."""
    if language not in LANGUAGES or told.trade not in TRADES:
        raise BadInput("Please choose one of the answers offered.")
    if any(not may_be_quoted(one.rule) for one in told.grounds):
        raise BadInput("A notice quotes only what registers and feeds say.")
    place = LANGUAGES.index(language)
    grounds = sorted(told.grounds, key=lambda one: one.place)
    trade, day = TRADES[told.trade][place], _day(told.answer_by, place)
    points = [_point(one, place) for one in grounds] or [
        Point((zh, en)[place], "", _article(source, place), law[place], "", "")
        for zh, en, source, law in DUTIES[told.trade]
    ]
    return Text(
        title=_say("工资支付预防性提示", "Prevention notice on the payment of wages", place),
        to=told.to,
        lead=LEAD[bool(grounds)][place].format(trade=trade),
        points=tuple(points),
        tip=TRADE_TIPS[told.trade][place],
        lacks=tuple(LACKS[one][place] for one in Lack if one in told.lacks),
        until=UNTIL[bool(grounds)][place].format(day=day),
        closing=CLOSING[place],
        office=told.office,
    )


def _point(ground: Ground, place: int) -> Point:
    said = GROUNDS[ground.rule]
    missing = said.vague if said.vague and ground.facts.get("provisional") else said.missing
    figures = {name: _figure(name, kind, ground, place) for name, kind in RULES[ground.rule].known_facts.items()}
    return Point(
        said.about[place],
        missing[place].format(**figures),
        _article(said.source, place),
        said.law[place],
        said.act[place],
        said.tip[place],
    )


def _figure(name: str, kind: Kind, ground: Ground, place: int) -> str:
    value = ground.facts.get(name)
    if kind is Kind.PROJECT:
        return ground.site or str(value)
    if value is None:
        return "—"
    if kind is Kind.FEN and isinstance(value, int):
        yuan = f"{value // 100:,}.{value % 100:02}"
        return _say(f"{yuan}元", f"{yuan} yuan", place)
    if kind is Kind.DAY:
        return _day(date.fromisoformat(str(value)), place)
    if kind is Kind.MONTH:
        first = date.fromisoformat(f"{value}-01")
        return _say(f"{first.year}年{first.month}月", f"{first:%B %Y}", place)
    if kind is Kind.CODE:
        return WHAT[str(value)][place] if str(value) in WHAT else str(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _article(source: str, place: int) -> str:
    """An article as each language cites it: 《…》第十五条; Regulation on …, Art. 15."""
    if place == 0:
        return in_full(source)
    parts = []
    for part in source.split("; "):
        law, _, rest = part.partition(" ")
        words = rest.replace("§", "").replace("(二)", " (2)").replace(" para ", " para. ")
        parts.append(f"{_LAWS_EN[law]}, Art. {words}")
    return "; ".join(parts)


def _day(day: date, place: int) -> str:
    return _say(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}", place)


def _say(chinese: str, english: str, place: int) -> str:
    return (chinese, english)[place]


def new_code() -> str:
    """A code that nobody meets by trying: what the one-time link of a notice carries."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def code_written(code: str) -> str:
    """A code as it is printed: parts of four."""
    return "-".join(code[place : place + _PART] for place in range(0, CODE_LENGTH, _PART))


def code_typed(text: str) -> str | None:
    """A code from what somebody typed or a link carries; None for any other."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:120])).upper()
    return plain if _CODE.fullmatch(plain) else None


def link_to(page: str, code: str) -> str:
    """The address of the page where the employer answers."""
    return f"{page.rstrip('/')}/n/{code}"
