"""Facts found in running text: who, whom to call, how much, which months, how many; each with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from casework.calendar import SHANGHAI
from casework.complaint import Extracted
from dedupe.numbers import NUMERAL, month_text, number
from dedupe.persons import SURNAMES

_PERSON = rf"[{SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}|[*×某]{{1,2}})"
_TITLED = rf"[{SURNAMES}](?:先生|女士|师傅|某某?|\*{{1,2}}|总|老板|经理|工头)"
_MOBILE = re.compile(r"(?<![\d*])1[3-9]\d[-\s]?[\d*×xX]{4}[-\s]?[\d*×xX]{4}(?![\d*])")
_THEIRS = re.compile(r"(老板|工头|对方|经理|负责人|公司|班长|承包)[^，。；,;\n]{0,8}$")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}[\d*]{8}[\d*]{3}[\dXx*](?![\d*])")
_NAMED = re.compile(
    rf"(?:我叫|本人|我是|联系人|姓名|信访人|反映人|投诉人|来电人|来访人|来信人|市民|举报人|申请人|当事人)[:：，,]?\s*(?P<who>{_TITLED}|{_PERSON}?(?=来电|反映|称|，|,|。|\s|（|\(|:|：|等|$|到窗口|电话|手机|身份证|、)|{_PERSON})"
)
_BEFORE = re.compile(
    rf"(?:^|[。，\n])(?P<who>{_TITLED}|{_PERSON}?)(?=(?:等人)?(?:来电|到窗口反映|来访反映|反映[，：:]))"
)
_AFTER_PHONE = re.compile(
    rf"(?:电话|手机)[:：]?\s*[\d*×xX-]{{11,13}}[，,\s]\s*(?P<who>{_TITLED}|{_PERSON})(?=[。，,\s]|$)"
)
_CALLED = re.compile(
    r"(?:我(?:的名字)?叫|我名叫|(?:我的)?姓名[:：])\s*"
    r"(?P<who>[^\W\d_a-zA-Z他她它你您我咱这那大小老不](?:[ \u3000·]?[\u3400-\u9fff]){1,3})"
    r"(?=[，,。；;、（(]|\s|$|电话|手机|身份证|在|是|今年|来自)"
)
"""Whoever names themselves so bears that name, though it be in no list of surnames or written 王 芳."""
_BOSS = re.compile(
    rf"(?:老板|包工头|工头|带班的?|负责人|主管|经理|领班|班组长|班长|承包人|法定代表人|法人)(?:名?叫|是|为|：|:|姓)?(?P<who>{_TITLED}|{_PERSON}?(?=，|,|。|电话|找|承包|（|\(|欠|拖|手下|干|；|;|、|\s|$)|{_PERSON}?(?=[的在说]))"
)
_LED = re.compile(rf"(?:跟着|跟|是|给)(?P<who>{_TITLED}|{_PERSON}?)(?=干的|找我们去|干活|打工|手下)")
_NUMBER = rf"(?<![\d.{NUMERAL}])[\d{NUMERAL}][\d.,，{NUMERAL}]{{0,24}}"
_MONEY = re.compile(
    rf"(?P<sum>{_NUMBER})(?P<more>多|余|来|几)?(?P<unit>万)?(?:多|余)?(?:元整?|块钱?|圆|(?<=万))(?!/?每?[月天日人]|一天|一个?月)"
)
_RATE = re.compile(
    r"(每月|月薪|底薪|每天|一天|日工资|工资标准|(?<![\d一二三四五六七八九十])月工资|罚款|押金|基本工资|生活费|每人|人均|已付|支付了|发了|给了|补贴)[^，。；]{0,6}$"
)
_TOTAL = re.compile(r"(共计|一共|总共|合计|总计|总额|总金额|共|总工资|金额)[^，。；\d]{0,6}$")
_OWED = re.compile(r"(拖欠|欠|差|未付|没给|没发|工资|工钱|工程款|劳务费|薪)[^。；]{0,14}$")
_YEAR = r"(?P<{0}>20\d\d|[二〇零一两三四五六七八九]{{4}}|今|去|前|本)年"
_M = r"(?P<{0}>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_TO = r"份?(?:底|初|中旬)?(?:\d{1,2}[日号])?(?:开始)?(?:至|到|-|—|–|~|～|－)+"
_SPAN = re.compile(
    rf"(?:{_YEAR.format('y1')})?(?P<m1>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?:月)?{_TO}(?:{_YEAR.format('y2')})?{_M.format('m2')}"
)
_DOTTED = re.compile(
    r"(?P<y1>20\d\d)[.．/](?P<m1>1[0-2]|0?[1-9])(?:[.．]\d{1,2})?(?:\s*(?:-|—|–|~|至|到)+\s*(?:(?P<y2>20\d\d)[.．/])?(?P<m2>1[0-2]|0?[1-9])(?![\d.]))?"
)
_UNPAID = r"份?的?(?:[^，。；]{0,4}?)(?:工资|工钱|薪|劳务费|欠|没发|未发|一直没)"
_MONTH = re.compile(
    rf"(?<=欠)(?:我|我们|本人)?{_YEAR.format('y1')}{_M.format('m1')}|{_YEAR.format('y3')}{_M.format('m3')}(?={_UNPAID})|{_M.format('m4')}(?=份?的?(?:工资|工钱|薪))"
)
_UNTIL = re.compile(r"[月份底初旬日号始\d一二三四五六七八九十][至到\-—–~～－]+[\d〇零一两二三四五六七八九十今去前本]")
_MONTHS = (
    (_SPAN, _UNTIL, 16),
    (_DOTTED, re.compile(r"20\d\d[.．/]"), 0),
    (_MONTH, re.compile(r"月"), 10),
)
"""How months are written; what stands in each, and how many characters before it the whole may begin."""
_WAGES = re.compile(r"工资|工钱|薪|拖欠|欠|没发|未发|未付|劳务费|没结")
_HEADS = re.compile(
    rf"(?P<sum>{_NUMBER})(?:多|余|来|几)?(?:名|个|位)?(?=(?:农民工|民工|工人|工友|员工|职工|人(?![民员口次力才家]|一)|教练|兄弟|老乡|务工))"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text and what it says."""

    value: str
    start: int
    end: int

    def as_field(self, name: str) -> Extracted:
        """The same as the complaint keeps it."""
        return Extracted(name, self.value, self.start, self.end)


_NO_NAME = re.compile(r"[年月日的了们在是去今前被把给不没有等到于因从这那投]|先后|方便|同志$")


def _span(found: re.Match[str], group: str | int, value: str | None = None) -> Span:
    return Span(found.group(group) if value is None else value, found.start(group), found.end(group))


def phones(text: str) -> tuple[Span | None, Span | None]:
    """The complainant's own phone and the other side's."""
    own = other = None
    for found in _MOBILE.finditer(text):
        if _THEIRS.search(text, max(0, found.start() - 14), found.start()):
            other = other or _span(found, 0)
        else:
            own = own or _span(found, 0)
    return own, other


def identity(text: str) -> Span | None:
    """The first identity number."""
    found = _IDENTITY.search(text)
    return _span(found, 0) if found else None


def complainant(text: str) -> Span | None:
    """Who says of themselves who they are."""
    for pattern in (_CALLED, _NAMED, _BEFORE, _AFTER_PHONE):
        for found in pattern.finditer(text):
            if not _NO_NAME.search(found.group("who"), 1):
                return _span(found, "who")
    return None


def boss(text: str) -> Span | None:
    """Whom they call boss, foreman or the one who brought them."""
    for pattern in (_BOSS, _LED):
        for found in pattern.finditer(text):
            if not _NO_NAME.search(found.group("who"), 1):
                return _span(found, "who")
    return None


def amount(text: str) -> Span | None:
    """The sum owed in yuan: what is called a total first, then what stands behind "owe", never a rate or a deposit."""
    best: tuple[int, int, Span] | None = None
    for found in _MONEY.finditer(text):
        said = number(found.group("sum"))
        if said is None or (found.group("sum")[-1] in "万亿" and found.group("unit")):
            continue
        value = said * 10_000 if found.group("unit") else said
        if not 100 <= value <= 10**9:
            continue
        lead = text[max(0, found.start() - 22) : found.start()]
        if _RATE.search(lead):
            continue
        rank = 0 if _TOTAL.search(lead) else 1 if _OWED.search(lead) else 2
        if best is None or rank < best[0]:
            best = (rank, found.start(), _span(found, 0, format(value.normalize(), "f")))
    return best[2] if best and best[0] < 2 else None


def months(text: str, at: datetime) -> tuple[Span, Span] | None:
    """The first and last unpaid month. 今年 and 去年 count from the day it was told; no month lies in the future."""
    here = at.astimezone(SHANGHAI)
    now = here.year * 12 + here.month - 1
    for pattern, needs, reach in _MONTHS:
        needed = needs.search(text)
        for found in pattern.finditer(text, max(0, needed.start() - reach)) if needed else ():
            read = _months_of(found.groupdict(), here.year, now)
            if read and _WAGES.search(text, max(0, found.start() - 20), found.end() + 20):
                return tuple(_span(found, 0, month_text(month)) for month in read)  # type: ignore[return-value]  # two
    return None


def _months_of(said: dict[str, str | None], year: int, now: int) -> tuple[int, int] | None:
    first_month = _count(said.get("m1") or said.get("m3") or said.get("m4"))
    last_month = _count(said.get("m2")) or first_month
    if not first_month or not last_month or first_month > 12 or last_month > 12:
        return None
    first_year, last_year = _year(said.get("y1") or said.get("y3"), year), _year(said.get("y2"), year)
    if first_year is None and last_year is None:
        last_year = year if year * 12 + last_month - 1 <= now else year - 1
    if last_year is None:
        assert first_year is not None
        last_year = first_year if last_month >= first_month else first_year + 1
    if first_year is None:
        first_year = last_year if first_month <= last_month else last_year - 1
    first, last = first_year * 12 + first_month - 1, last_year * 12 + last_month - 1
    return (first, last) if first <= last <= now and last - first <= 120 else None


def _count(said: str | None) -> int | None:
    value = number(said) if said else None
    return int(value) if value is not None else None


def _year(said: str | None, now: int) -> int | None:
    if not said:
        return None
    if said in "今本去前":
        return now - {"今": 0, "本": 0, "去": 1, "前": 2}[said]
    return _count(said)


def heads(text: str) -> Span | None:
    """How many workers: the largest count that is said of people."""
    best: Span | None = None
    for found in _counts(text):
        if best is None or int(found.value) > int(best.value):
            best = found
    return best


def _counts(text: str) -> Iterator[Span]:
    for found in _HEADS.finditer(text):
        said = number(found.group("sum"))
        if said is not None and said == int(said) and 2 <= said <= 5000:
            yield _span(found, 0, str(int(said)))
