"""Where somebody worked: the project, its phase, section and building, and the street it lies in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dedupe.numbers import number
from dedupe.regions import Place, leading_place
from dedupe.text import clean, says_something

_NUMBER = r"([零一二三四五六七八九十百\d]+|[a-z](?=标|区|地块))"
_PHASE = re.compile(rf"第?{_NUMBER}期(?:工程)?")
_SECTION = re.compile(rf"第?{_NUMBER}(?:号)?(?:标段|合同段|标|工区|地块|批次)|标段{_NUMBER}")
_BUILDING = re.compile(r"(\d+|[一二三四五六七八九十]+)(?:#|号)?(?:楼|栋|幢|号楼|座)")
_HOUSE = re.compile(r"(\d+)号(?!楼|栋|幢)")
_TAIL = re.compile(
    r"(项目部|项目|工地|工程部|工程|现场|施工|在建|建设|楼盘|附近|旁边?|斜?对面|门口|院内|内|处|路口|的)+$"
)
_NOISE = re.compile(r"[\"'“”‘’《》<>·.,，。、;；:：\-_—*\s()\[\]【】#?？!！&]")
_KIND = re.compile(
    r"(?:住宅小区|小区|花园|家园|公寓|广场|大厦|大楼|综合楼|办公楼|宿舍楼?|教学楼|安置房|安置区|公园|新城|新村|名都|首府|学校|中学|小学|医院|产业园"
    r"|工业园|科技园|物流园|园区|厂房|车间|仓库|仓储|隧道|铁路|高速|地铁|大桥|管网|绿化|改造|商场|酒店|幼儿园)$"
)
_TOWN = re.compile(r"^([\u4e00-\u9fff]{1,5}?(?:街道办事处|街道办|街道|镇|乡|开发区|园区))(?=.{2,})")
_VAGUE = re.compile(
    r"(?:工地|项目|项目部|工厂|厂里?|厂区|公司|店里?|车间|单位|家里|本地|市区|县城|城区|农村|村里|某|小区|工程|建筑|学校|车间里|门店"
    r"|[省市区县镇乡]?(?:人民)?政府|法院|派出所|医院|车站|火车站|打工|干活|务工|承建|承包)*"
)
_OFFICE = re.compile(
    r"(?:劳务|项目|人事|财务|工程|管理|生产|销售|施工|作业|后勤|综合|第?[一二三四五六七八九十\d]|班组?|部门?|队|组|科|分公司|总部|车间|办公室)+"
)


LONGEST = 120
"""Characters of a site's name that are read."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site taken apart. Numbers are their own fields: one digit tells the first phase from the second.

    `core` is its name and `kind` what it is (小区, 综合楼): names are compared without it.
    """

    core: str
    kind: str
    phase: int | None
    section: str | None
    buildings: frozenset[str]
    house: str | None
    town: str
    place: Place


def _value(text: str) -> str:
    said = number(text)
    return text if said is None else str(int(said))


@lru_cache(maxsize=200_000)
def site(text: str | None) -> Site | None:
    """Take a site's name or address apart; None when it names no place (工地, 厂里)."""
    said = clean(text)[:LONGEST]
    if not said:
        return None
    where, said = leading_place(said, least=0)
    town = ""
    if found := _TOWN.match(said):
        town, said = re.sub(r"(街道办事处|街道办|街道|镇|乡)$", "", found.group(1)), said[found.end() :]
    phase = _PHASE.search(said)
    section = _SECTION.search(said)
    house = _HOUSE.search(said)
    buildings = frozenset(_value(found) for found in _BUILDING.findall(said))
    for cut in (_PHASE, _SECTION, _BUILDING, _HOUSE):
        said = cut.sub("", said)
    core = _NOISE.sub("", said)
    core = _TAIL.sub("", core) or core
    kind = ""
    if (found := _KIND.search(core)) and found.start() >= 2:
        core, kind = core[: found.start()], found.group()
    if _VAGUE.fullmatch(core) or _OFFICE.fullmatch(core) or not says_something(core):
        core, kind = "", ""
    number_of_phase = number(phase.group(1)) if phase else None
    one = Site(
        core=core,
        kind=kind,
        phase=int(number_of_phase) if number_of_phase is not None else None,
        section=_value(section.group(1) or section.group(2)) if section else None,
        buildings=buildings,
        house=house.group(1) if house else None,
        town=town,
        place=where,
    )
    return one if core or town or one.phase or one.section or house else None
