"""Employers, sites and addresses in running text: cut where a name must begin, kept only if it names something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from dedupe.employers import employer
from dedupe.reading import Span
from dedupe.sites import site

_WORD = r"[\u4e00-\u9fffA-Za-z0-9（）()·*?]"
_LEGAL = r"(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|公司|集团)"
_HOUSE = (
    r"(?:厂|酒店|宾馆|饭店|驾校|学校|幼儿园|医院|超市|合作社|会所|影院|矿业|科技|置业|物业|家政|传媒|网吧|健身房|美容院"
    r"|培训中心|矿|施工队|工程队|局)"
)
_FIRM = re.compile(rf"{_WORD}{{2,30}}?{_LEGAL}(?:[一二三四五六七八九十第\d]+(?:分)?公司)?")
_AT_WORK = rf"{_HOUSE}(?=[拖欠不恶长上打工，。,的老员无克任做])"
_PLACE_OF_WORK = re.compile(rf"{_WORD}{{2,20}}?{_AT_WORK}")
_CUES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"用工单位是(?P<it>{_WORD}{{2,25}}?)(?=[，。,])",
        rf"(?:在|到|给)(?P<it>{_WORD}{{2,25}}?)(?=承建的|承包的)",
        rf"(?:^|[。，：:\n])(?P<it>{_WORD}{{2,25}}?)(?=承包了|承建了)",
        rf"经人介绍到(?P<it>{_WORD}{{2,20}}?)(?=的)",
        rf"入职(?P<it>{_WORD}{{2,25}}?)(?=[，。,])",
        rf"(?:在|于)(?P<it>{_WORD}{{2,25}}?)(?=上班|打工|工作|任职|当)",
        rf"给(?P<it>{_WORD}{{2,25}}?)(?=干|做|打工)",
        rf"(?:是|为)(?P<it>{_WORD}{{2,25}}?)(?=的(?:一名)?(?:员工|职工|工人))",
        rf"(?:^|[。，：:\n]|投诉|举报|反映|关于)(?P<it>{_WORD}{{2,25}}?)(?=(?:老板)?(?:恶意|长期|一直|故意|无故)*(?:拖欠|欠薪|不发工资|克扣|扣发|欠发))",
    )
)
# Where a name must begin: behind the last of these words, if a name is left.
_BEGIN = re.compile(
    r"(投诉|举报|反映|关于|我们|本人|我是|我在|我于|我|现在|一直在|年在|月在|日在|分别在|在|于|到|给|由|被|向|对|是|为|和|与|及|跟|找|请|叫|让|说|称|的|了|去|从|但|因|请问|单位|入职|承包|加入|开发商|施工方|总包方?|分包方?|用人单位|劳务方|\d+[日号年月]|挂靠|叫做|名叫|[)）])"
)
_NUMBERED = r"(?:第?[一二三四五六七八九十\d]{1,6}(?:期|标段?|号地块)|项目部?|工地)"
_SPOTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"承(?:建|包)(?:的|了)(?P<it>{_WORD}{{2,22}}?)(?=做|干|，|,|。|中|项目|工程|工地|里)",
        rf"工地(?:在|是|位于)(?P<it>{_WORD}{{2,22}}?)(?=[，。,])",
        rf"经人介绍到{_WORD}{{2,25}}?的(?P<it>{_WORD}{{2,22}}?)(?=干|做)",
        rf"在(?P<it>{_WORD}{{2,22}}?)(?=(?:的)?(?:工地|项目)(?:上)?(?:做|干|打工|上班|工作|务工|施工|从事))",
        rf"(?P<it>{_WORD}{{2,20}}?(?:小区|花园|家园|公寓|广场|大厦|安置房|公园|新城|名都|首府|学校|医院|产业园|工业园|隧道|铁路|高速|地铁|大桥|苑|府|湾|城|里|墅|庭|郡|台|庄|园)?{_NUMBERED})",
        rf"(?:^|[。，：:\n]|投诉|反映)(?P<it>{_WORD}{{2,20}}?(?:小区|花园|家园|公寓|广场|大厦|安置房|公园|新城|产业园|工业园|工程|苑|府|湾|城))(?=拖欠|欠)",
    )
)
_ADDRESSES = (
    re.compile(rf"(?:地址|工作地点|位置|厂址|店址)(?:在|是|为)?[：:]?(?P<it>{_WORD}{{4,40}}?)(?=[，。,；;\n]|$)"),
    re.compile(rf"位于(?P<it>{_WORD}{{4,40}}?)(?=[，。,；;]|的)"),
    re.compile(rf"在(?P<it>{_WORD}{{4,40}}?(?:路|街|巷|道|村|镇|号))(?=附近|旁|对面|边上)"),
    re.compile(r"(?P<it>[\u4e00-\u9fff]{2,14}(?:路|街|大道|巷)\d+号)"),
)
# What stands in whatever the patterns find that begin anywhere, or at every 在 and every comma; and how many characters
# before it they may begin. Where none of it is left in a text, or far from the next of it, they are not tried.
_Try: TypeAlias = tuple[re.Pattern[str], re.Pattern[str] | None, int]
_PLACES: tuple[_Try, ...] = (
    (_ADDRESSES[0], None, 0),
    (_ADDRESSES[1], None, 0),
    (_ADDRESSES[2], re.compile(r"[路街巷道村镇号](?:附近|旁|对面|边上)"), 41),
    (_ADDRESSES[3], re.compile(r"[路街道巷]\d+号"), 15),
)
_FIRMS: tuple[_Try, ...] = (
    *((cue, re.compile(r"承[包建]了") if "承包了" in cue.pattern else None, 26) for cue in _CUES),
    (_FIRM, re.compile(r"公司|集团"), 34),
    (_PLACE_OF_WORK, re.compile(_AT_WORK), 20),
)
_SITES: tuple[_Try, ...] = tuple(
    (spot, re.compile(_NUMBERED) if _NUMBERED in spot.pattern else None, 23) for spot in _SPOTS
)


def _tried(tries: Iterable[_Try], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """What each of these patterns finds in a text, with its rank among them."""
    for rank, (pattern, needs, reach) in enumerate(tries):
        if needs is None:
            for found in pattern.finditer(text):
                yield rank, found
            continue
        at = 0
        while needed := needs.search(text, at):
            last = pattern.search(text, max(at, needed.start() - reach))
            if last is None:
                break
            at = last.end()
            yield rank, last


_NOT_FIRMS = re.compile(
    r"(监察|政府|法院|人社局|劳动局|教育局|公安|派出所|仲裁|信访|银行卡|电话|热线|市长|书记|领导|住建|街道办|管委会|社保|税务|工商|平台|媒体|工资|血汗|农民工|起诉|我们|员工|拖欠|多次|反映|已经|一直|中间|时候|没有|曾任|我|你|他|怎么|为何|如何|当时|大家|什么)"
)


_ENDS_LEGAL, _HAS_LEGAL = re.compile(rf"{_LEGAL}$"), re.compile(_LEGAL)
_SITE_LIKE = re.compile(r"(?:期|标段?|小区|花园|家园|公寓|广场|大厦|安置房|公园|新城|项目部?|工地|号楼|地块)$")
_BY_ITSELF, _OPENED = re.compile(r"公司|厂|集团|[我他们人]"), re.compile(r"[(（]")


class Once:
    """The employer in a text, looked for when it is first asked for."""

    __slots__ = ("_found", "_looked", "_text")

    def __init__(self, text: str) -> None:
        self._text, self._looked = text, False
        self._found: Span | None = None

    def __call__(self) -> Span | None:
        """Where the firm stands, if it does."""
        if not self._looked:
            self._found, self._looked = employer_in(self._text), True
        return self._found


def employer_in(text: str) -> Span | None:
    """The employer complained of: what stands where employers stand, a legal form counting most, then the first."""
    found: list[tuple[int, int, Span]] = []
    for rank, match in _tried(_FIRMS, text):
        group = "it" if rank < len(_CUES) else 0
        one = _cut(text, match.start(group), match.end(group))
        if one is None or _NOT_FIRMS.search(one.value):
            continue
        firm = employer(one.value)
        if firm is None or not firm.core or not 2 <= len(firm.core) <= 9:
            continue
        legal = bool(_ENDS_LEGAL.search(one.value))
        if not legal and (firm.site or site_like(one.value)):
            continue
        found.append((-(4 * legal + 2 * bool(firm.trade) + (rank < len(_CUES)) + bool(firm.place)), one.start, one))
    return min(found, key=lambda item: item[:2])[2] if found else None


def site_in(text: str, employer_of: Callable[[], Span | None]) -> Span | None:
    """The site a text speaks of. Where the firm stands is only asked where something looks like a site."""
    for _, match in _tried(_SITES, text):
        start, firm = match.start("it"), employer_of()
        if firm and start < firm.end and match.end("it") > firm.start:
            start = firm.end  # 青岛建工集团泉悦公园二期: the firm's name ends where the site begins.
        one = _cut(text, start, match.end("it"))
        spot = site(one.value) if one and not _NOT_FIRMS.search(one.value) else None
        if one and spot and len(spot.core) >= 2 and not _HAS_LEGAL.search(one.value):
            return one
    return None


def address_in(text: str) -> Span | None:
    """The address a text gives."""
    for _, match in _tried(_PLACES, text):
        one = _cut(text, match.start("it"), match.end("it"), keep="的")
        spot = site(one.value) if one else None
        if one and spot and (spot.core or spot.town):
            return one
    return None


def site_like(text: str) -> bool:
    """A text that names a site rather than a firm: 泉悦公园二期, 三标段, 某某小区."""
    return bool(_SITE_LIKE.search(text))


def _cut(text: str, start: int, end: int, *, keep: str = "") -> Span | None:
    """Let a name begin behind the last word that cannot belong to it, as long as a name is left."""
    begin = start
    for found in _BEGIN.finditer(text, start, end):
        before = text[begin : found.start()]
        if found.group() in "和与及跟" and not (len(before) >= 5 or _BY_ITSELF.search(before)):
            continue  # 安和电子, 和岭: part of a name more often than an "and".
        if found.group() in ")）" and _OPENED.search(before):
            continue  # 源丰（青岛）食品: what stands in brackets is part of the name.
        if end - found.end() >= 2 and found.group() not in keep and _names_something(text[found.end() : end]):
            begin = found.end()
    value = text[begin:end].strip("（()）·* ")
    if len(value) < 2:
        return None
    begin = text.index(value, begin)
    return Span(value, begin, begin + len(value))


def _names_something(rest: str) -> bool:
    firm = employer(rest)
    if firm and (firm.core or firm.site):
        return True
    return not _ENDS_LEGAL.search(rest) and site(rest) is not None
