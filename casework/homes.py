"""Where a complainant says that they live: it is theirs alone, and no place of work.

Read from the words people use for it (家住, 住址, 户籍地址, 现住 …). An address that nobody calls a home is taken for
the site's. What is taken too much hides a few words; what is taken too little shows where somebody sleeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

HIDDEN = "***"
_SAYS = re.compile(
    r"(?<![大人国专厂商])(?:我家|家里|家)(?:就|现|目前|一直)?住址?"
    r"|(?:家庭|现|常|暂|目前|居|户籍|身份证|联系|通讯|通信|收件|邮寄|个人)住?(?:住址|地址|住所)"
    r"|住址|居住地|住处|户籍(?:所在)?地?|户口(?:所在)?地?|(?:我家|老家)(?=就?[在是住：:])"
    r"|(?P<stays>[现暂租借居自]住(?:在|于)?|(?<![入居])住[在于])"
)
_PERHAPS, _BEHIND = re.compile("[家住址户居]"), 4
"""One of these letters stands in whatever `_SAYS` finds, and so many letters at most before it."""
_JOIN = re.compile(r"[ \t\u3000]{0,4}就?(?:是|为|在|于|系)?[：:]?[ \t\u3000]{0,4}")
_RUN = re.compile(r"[^，。,；;！!？?\n、（）()【】“”\"<>]{2,60}")
_ENDS = re.compile(
    r"我|本人|投诉|举报|反映|(?:现|目前|一直)?在(?=.{2,30}(?:公司|集团|工地|厂|干活|打工|上班|做工|工作))"
)
_FIRM = re.compile(r"(?<=[号室楼栋幢元村组户巷弄])[^\d０-９号室组我在]{2,24}(?:公司|集团)")
_ON = re.compile(
    r"[，,、（(][ \t\u3000]?[^，。,；;！!？?\n、（）()]{0,10}\d{1,5}(?:号楼|单元|室|栋|幢|户|号)"
    r"[\dA-Za-z号楼单元室栋幢户层东西南北 ]{0,12}[）)]?"
)
_EXACT = re.compile(
    r"[\d０-９一二三四五六七八九十百](?:单元|[号栋幢楼室组户弄院])|村|[庄屯]|小区|花园|公寓|家属院|社区"
)
"""What makes an address of a place where somebody stays."""
_WORK = re.compile(r"工地|宿舍|工棚|板房|厂区|项目|公司|酒店|宾馆|旅馆")
"""住在工地宿舍 says no more than the site does."""
_REGION = re.compile(r"[^省市区县旗镇乡]{1,8}?(?:省|自治区|自治州|市|区|县|旗|镇|乡|街道办事处|街道)")
_BETWEEN = frozenset(" \t\n\u3000·・.,，_-")
_PARTS = 3
_LEAST = 4
"""Letters that an address must have to be looked for where nobody calls it a home."""


def home_spans(text: str) -> list[tuple[int, int]]:
    """Where homes stand in a text, from the first letter of each to behind its last, in order and apart."""
    return list(_spans(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while perhaps := _PERHAPS.search(text, at):
        cue = _SAYS.search(text, max(at, perhaps.start() - _BEHIND))
        if cue is None:
            return
        at = cue.end()
        joined = _JOIN.match(text, at)
        begin = joined.end() if joined else at
        run = _RUN.match(text, begin)
        if run is None or (cue["stays"] and not _EXACT.search(run[0])):
            continue
        ends = [one.start() for one in (_ENDS.search(run[0]), _FIRM.search(run[0])) if one is not None]
        end = begin + min(ends, default=len(run[0]))
        if end == run.end():
            end = _gone_on(text, end)
        said = text[begin:end]
        if len(said) > 1 and not (cue["stays"] and (_WORK.search(said) or not _EXACT.search(said))):
            yield begin, end
            at = end


def _gone_on(text: str, end: int) -> int:
    """Where an address ends that goes on behind a comma or in brackets with a house, a stair or a door."""
    for _ in range(_PARTS):
        more = _ON.match(text, end)
        if more is None:
            break
        end = more.end()
    return end


def homes_in(text: str | None) -> list[str]:
    """The homes that a text names, as they are written there."""
    return [text[start:end].strip() for start, end in home_spans(text)] if text else []


def without_homes(text: str, known: Iterable[str] = ()) -> str:
    """A text in which nobody's home stands: neither what it calls one, nor one of those `known`.

    A known home is found without its region too, and however its letters are spaced.
    """
    left = _hidden(text, home_spans(text))
    for home in known:
        left = _hidden(left, _written(left, home))
    return left


def blanked(text: str) -> str:
    """The text with a comma for each letter of a home: what is read from it stands where it stood, and is no home."""
    return _hidden(text, home_spans(text), "，")


def _hidden(text: str, spans: Iterable[tuple[int, int]], letter: str = "") -> str:
    kept, at = [], 0
    for start, end in spans:
        kept += [text[at:start], letter * (end - start) or HIDDEN]
        at = end
    return "".join([*kept, text[at:]])


def _written(text: str, home: str) -> list[tuple[int, int]]:
    """Where a known home stands: its street and number, behind as much of its region as is named."""
    places = [number for number, letter in enumerate(text) if letter not in _BETWEEN]
    bare = "".join(text[number] for number in places)
    regions, rest = _parted("".join(letter for letter in home if letter not in _BETWEEN))
    found: list[tuple[int, int]] = []
    at = bare.find(rest) if len(rest) >= _LEAST else -1
    while at >= 0:
        begin = at
        for region in reversed(regions):
            if bare.endswith(region, 0, begin):
                begin -= len(region)
        found.append((places[begin], places[at + len(rest) - 1] + 1))
        at = bare.find(rest, at + len(rest))
    return found


def _parted(home: str) -> tuple[list[str], str]:
    """The regions that an address begins with, widest first, and the rest, which names the house."""
    regions: list[str] = []
    while (region := _REGION.match(home)) is not None and len(home) - region.end() >= _LEAST:
        regions.append(region[0])
        home = home[region.end() :]
    return regions, home
