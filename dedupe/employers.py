"""What an employer's name is made of: place, core name (字号), trade, legal form, branch, and the site it speaks of.

Whole names cannot be compared: 蓝天海产 and 蓝天水产 are 92 % alike and two firms, while a firm with and without its
district is only 86 % alike. So a name is taken apart once and its parts are compared each in its own way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dedupe.persons import SURNAMES, foreman
from dedupe.regions import COUNTRY, Place, leading_place, place
from dedupe.sites import Site, site
from dedupe.text import clean, says_something, sound
from dedupe.trades import WORDS, split_trade

_FORM = re.compile(
    r"(?:控股|集团)?(?:股份)?(?:有限)?(?:责任)?(?:总|分)?公司$|(?:企业|实业)?集团(?:总公司|股份)?$|股份$|个体工商户$|\(有限合伙\)$|有限合伙$"
    r"|有限司公?$|有?限公司$|有公司$|有限公$|责任司公$|[总分]?厂$|经营部$|合作社$|工作室$|事务所$|有限$|有限责任$"
)
_BRANCH = re.compile(
    r"(?P<kind>分公司|分行|支行|分店|营业部|分厂|办事处|分院|分校|(?<=公司)[一二三四五六七八九十\d]+公司)(?:营业部)?$"
)
_PROJECT = re.compile(
    r"(项目部?|工地|标段?|工程部|现场|工区|安置房|楼盘|[一二三四五六七八九十\d]+期|小区|施工队|班组?)(?:\(.*\))?$"
)
_COMPANY = re.compile(r"(?:有限(?:责任)?公司|股份有限公司|集团公司|公司|集团|厂(?![房区家长]))")
_NUMBERED = re.compile(r"第?[一二三四五六七八九十\d]+(?:期|标段)")
_PARENT = re.compile(rf"{_COMPANY.pattern}|银行|证券(?!营业部)|信用社|联社")
_NOISE = re.compile(
    r"^(\*?st|原|某|[一两二三四五六七八九十几\d]+家|一个|这个|那个|该|本|我们|我)+"
    r"|[\"'“”‘’《》<>·.,，。、;；:：\-_—*\s?？!！&]"
)
_BRACKET = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
_FORMER = re.compile(r"[(\[【](?:原|曾用名|原名|现|现名|简称)[:：]?(.+?)[)\]】]")
_NOBODY = re.compile(
    r"(?:包?工头|老板|个人|私人|企业|工厂|工程|建筑|建设|施工|单位|公司|厂|厂子|工地|项目部?|劳务|班组|分公司|集团|用人|承包商|开发商|装修队?"
    r"|施工队|建筑队|工程队|饭店|酒店|超市|商店|学校|医院|驾校|餐厅|门店|店|饭馆|有限|责任|股份|单位负责人|负责人|分包|总包|方|某)+"
)


LONGEST = 120
"""Characters of a name that are read; whoever writes more wrote a story into the field."""


@dataclass(frozen=True, slots=True)
class Employer:
    """A name taken apart. `core` is the 字号, "" when the name says nothing; `aliases` are other cores it gives itself.

    `place` is the region named, `site` the project, phase and section, when the name speaks of one.
    """

    core: str
    trade: str
    place: Place
    form: str
    branch: str
    site: Site | None
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Core and trade in one: the comparable name."""
        return self.core + self.trade

    @property
    def heard(self) -> str:
        """How the core sounds."""
        return sound(self.core)

    @property
    def perhaps_person(self) -> bool:
        """A bare name of three characters behind a surname may be the boss and not a firm."""
        return len(self.core) == 3 and self.core[0] in SURNAMES and not (self.trade or self.form or self.place)


@lru_cache(maxsize=200_000)
def employer(text: str | None) -> Employer | None:
    """Take a name apart; None when it names neither a firm nor a site."""
    said = clean(text)[:LONGEST]
    if foreman(said):
        return None
    aliases: tuple[str, ...] = ()
    if _FORMER.search(said):
        other_names = (employer(name) for name in _FORMER.findall(said))
        aliases = tuple(sorted({other.core for other in other_names if other and other.core}))
        said = _FORMER.sub("", said)
    where = Place()
    for inside in _BRACKET.findall(said):
        found = place(inside)
        where = where.joined(found)
        said = re.sub(
            rf"[(\[【〔]{re.escape(inside)}[)\]】〕]",
            "" if found or inside in COUNTRY or _FORM.search(inside) else inside,
            said,
        )
    said = _NOISE.sub("", said)
    if not said:
        return None
    said, spot = _without_site(said)
    named = said
    lead, rest = leading_place(said)
    where, said = where.joined(lead), rest
    said, branch = _without_branch(said)
    form, said = _without_form(said)
    core, trade = split_trade(said)
    if len(core) < 2 or core in WORDS or _NOBODY.fullmatch(core) or not says_something(core):
        core, trade = _only_trade(core + trade, named[: len(named) - len(rest)])
    if not core and not spot:
        return Employer("", trade, where, form, branch, None, aliases) if trade or form or where else None
    return Employer(core, trade, where, form, branch, spot, aliases)


def _only_trade(words: str, lead: str) -> tuple[str, str]:
    """A name of trade words alone says nothing (餐饮管理), unless a place (青岛食品) or a bank makes it a name."""
    if len(words) < 2 or _NOBODY.fullmatch(words) or not says_something(words):
        return "", ""
    if words.endswith("银行"):
        return words, ""
    return (lead + words, "") if lead else ("", "")


def _without_site(said: str) -> tuple[str, Site | None]:
    """Cut off the project a name ends in: 青岛建工集团泉悦公园二期项目部 is a firm at a site."""
    if not _PROJECT.search(said) and (_COMPANY.search(said) or not _NUMBERED.search(said)):
        return said, None
    firms = list(_COMPANY.finditer(said))
    if not firms:
        return "", site(said)
    cut = firms[-1].end()
    return said[:cut], site(said[cut:])


def _without_branch(said: str) -> tuple[str, str]:
    """Cut off the branch a name ends in: 建设银行深圳分行, 建工集团有限公司第二分公司."""
    found = _BRANCH.search(said)
    if not found:
        return said, ""
    cuts = [firm.end() for firm in _PARENT.finditer(said) if 2 <= firm.end() <= found.start("kind")]
    if cuts:
        return said[: cuts[-1]], said[cuts[-1] :]
    head = said[: found.start("kind")]
    for length in range(min(8, len(head) - 2), 1, -1):
        if place(head[-length:]):
            return head[:-length], said[len(head) - length :]
    head = re.sub(r"第?[一二三四五六七八九十\d]+$", "", head)
    return (head, said[len(head) :]) if len(head) >= 2 else (said, "")


def _without_form(said: str) -> tuple[str, str]:
    """Take the legal form off the end, as often as it stands there."""
    form = ""
    while found := _FORM.search(said):
        if not found.group() or not said[: found.start()]:
            return (form or said, "") if found.group() and not said[: found.start()] else (form, said)
        form, said = found.group() + form, said[: found.start()]
    return form, said
