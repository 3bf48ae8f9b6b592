"""Who somebody is: phones, identity numbers, credit codes and names, with what is masked kept as far as it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from stdnum.cn import uscc

from dedupe.text import clean

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦"
    "江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳"
    "盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MASKS = str.maketrans(dict.fromkeys("×＊*xX某", "*"))
_COMPOUND = frozenset(
    (
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "夏侯",
        "轩辕",
        "端木",
        "百里",
        "南宫",
    )
)
_TITLES = re.compile(r"(先生|女士|师傅|老板|经理|工头|班长|队长|大哥|大姐|同志|总|工|哥|姐|氏|小姐)$")
_ROLES = re.compile(
    r"^(包工头|工头|老板|班组长|班长|队长|项目经理|经理|负责人|投诉人|来电人|本人|姓名|市民|网友|我叫|一个姓|姓)[:：]?"
)


LONGEST = 60
"""Characters of a field that are read for a person or a number."""
_FULL = rf"[{SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}|[*×某]{{1,2}})"
_FOREMAN = re.compile(
    rf"(?:包工头|工头|老板|个人|个体户?|带班|班长|队长|包工队)[:：]?(?P<before>{_FULL}|[{SURNAMES}])"
    rf"|(?P<behind>{_FULL}?)[(（]?(?:包工头|工头|老板|总|经理|班组|工程队|施工队|建筑队|装修队|包工队|个人|师傅)[)）]?"
    rf"|(?P<short>[{SURNAMES}](?:某某?|\*{{1,2}})?(?:老板|总|经理|工头|师傅|某|班组|工程队))"
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: eleven characters for a mobile, `*` for each hidden digit."""

    digits: str

    @property
    def full(self) -> bool:
        """Every digit is known."""
        return "*" not in self.digits


@lru_cache(maxsize=200_000)
def phone(text: str | None) -> Phone | None:
    """The first telephone number in a field, with what is masked kept as `*`; None when nobody could be called."""
    said = clean(text)[:LONGEST]
    if len(said) == 11 and said.isdigit() and said.isascii() and len(set(said)) > 2:
        return Phone(said)
    said = said.translate(_MASKS)
    for part in re.split(r"[/、,;；，和或]", said):
        digits = re.sub(r"[^\d*]", "", part.removeprefix("+86"))
        if len(digits) == 13 and digits.startswith("86"):
            digits = digits[2:]
        visible = len(digits) - digits.count("*")
        if 7 <= len(digits) <= 12 and visible >= 4 and len(set(digits)) > 2:
            return Phone(digits)
    return None


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number, `*` for what is hidden. `valid` when it is whole and its check digit is right."""

    digits: str
    valid: bool


def _checks(digits: str) -> bool:
    """GB 11643: month and day can be, and the last character is the weighted sum of the others modulo 11."""
    total = sum(map(mul, map(int, digits[:17]), _ID_WEIGHTS))
    dated = 1 <= int(digits[10:12]) <= 12 and 1 <= int(digits[12:14]) <= 31
    return dated and "10X98765432"[total % 11] == digits[17]


@lru_cache(maxsize=200_000)
def id_number(text: str | None) -> IdNumber | None:
    """The identity number of a field; None when too little of it can be seen to compare."""
    said = clean(text)[:LONGEST]
    if not (said.isdigit() and said.isascii()):
        said = re.sub(r"[^0-9x*]", "", said.replace("×", "*").replace("＊", "*"))
    if len(said) == 18 and said[:-1].isdigit():
        return IdNumber(said.upper(), _checks(said.upper()))
    hidden = said[:-1].replace("x", "*") + said[-1:] if said else ""
    visible = len(hidden) - hidden.count("*")
    return IdNumber(hidden.upper(), valid=False) if len(hidden) in (15, 18) and visible >= 6 else None


_TYPED = 3
"""A code of so few different characters was typed to fill the field."""
_NO_PERSON = re.compile("公司|有限|集团|单位|企业|工厂|工地|项目")


@lru_cache(maxsize=100_000)
def credit_code(text: str | None) -> str | None:
    """The unified social credit code of a field, if its check digit is right: a wrong one identifies nobody."""
    said = re.sub(r"[^0-9a-z]", "", clean(text)).upper()
    return said if len(said) == 18 and len(set(said)) > _TYPED and uscc.is_valid(said) else None


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name. `given` holds `*` for hidden characters and is "" when only the surname is known (张师傅)."""

    surname: str
    given: str

    @property
    def whole(self) -> bool:
        """Surname and given name are both known in full."""
        return bool(self.given) and "*" not in self.given

    @property
    def key(self) -> str:
        """The whole name, or "" when it is not known."""
        return self.surname + self.given if self.whole else ""


@lru_cache(maxsize=200_000)
def person(text: str | None) -> Person | None:
    """Who a field names. Titles and roles are taken off; a hidden given name keeps its length."""
    said = clean(text)[:LONGEST]
    if not said.isalnum():
        said = re.sub(r"[^\w*×]", "", re.sub(r"[(（][^)）]*[)）]?$", "", said))
    said = _ROLES.sub("", said)
    bare = _TITLES.sub("", said) if len(said) > 1 else said
    if len(bare) == 2 and bare[0] in "小老阿大":
        return Person(bare[1], "") if re.match(r"[\u3400-\u9fff]", bare[1]) else None
    titled = bare != said and len(bare) <= 2
    masked = bare.translate(_MASKS)
    if not re.fullmatch(r"[\u3400-\u9fff][\u3400-\u9fff*]{0,5}", masked) or _NO_PERSON.search(masked):
        return None
    long = 2 if masked[:2] in _COMPOUND and len(masked) > 2 else 1
    given = masked[long:]
    if titled and len(given) == 1 and given != "*":
        given = ""  # 王建师傅 is heard as often as 王师傅: keep what is sure.
    return Person(masked[:long], given)


@lru_cache(maxsize=200_000)
def foreman(text: str | None) -> Person | None:
    """Whoever stands in a field that asks for a firm: 包工头王建国, 王总, 张建国班组. None when it is not a person."""
    found = _FOREMAN.fullmatch(clean(text)[:LONGEST])
    return person(found.group(found.lastgroup or 0)) if found else None
