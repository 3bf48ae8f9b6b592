"""Who somebody is: phones, identity numbers, credit codes and names, with what is masked kept as far as it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from stdnum.cn import ric, uscc

from dedupe.text import clean

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
    said = clean(text).translate(_MASKS)
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


@lru_cache(maxsize=200_000)
def id_number(text: str | None) -> IdNumber | None:
    """The identity number of a field; None when too little of it can be seen to compare."""
    said = re.sub(r"[^0-9x*]", "", clean(text).replace("×", "*").replace("＊", "*"))
    if len(said) == 18 and said[:-1].isdigit():
        return IdNumber(said.upper(), bool(ric.is_valid(said.upper())))
    hidden = said[:-1].replace("x", "*") + said[-1:] if said else ""
    visible = len(hidden) - hidden.count("*")
    return IdNumber(hidden.upper(), valid=False) if len(hidden) in (15, 18) and visible >= 6 else None


@lru_cache(maxsize=100_000)
def credit_code(text: str | None) -> str | None:
    """The unified social credit code of a field, if its check digit is right: a wrong one identifies nobody."""
    said = re.sub(r"[^0-9a-z]", "", clean(text)).upper()
    return said if len(said) == 18 and uscc.is_valid(said) else None


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
    said = re.sub(r"[^\w*×]", "", clean(text))
    said = _ROLES.sub("", said)
    bare = _TITLES.sub("", said) if len(said) > 1 else said
    titled = bare != said and len(bare) <= 2
    masked = bare.translate(_MASKS)
    if not masked or not re.fullmatch(r"[\u3400-\u9fff*]{1,6}", masked) or masked[0] == "*":
        return None
    long = 2 if masked[:2] in _COMPOUND and len(masked) > 2 else 1
    given = masked[long:]
    if titled and len(given) == 1 and given != "*":
        given = ""  # 王建师傅 is heard as often as 王师傅: keep what is sure.
    return Person(masked[:long], given)
