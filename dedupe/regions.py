"""Places in names: provinces, cities and counties, with and without 省/市/区/县. Facts from `data/regions.tsv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "regions.tsv"
_PROVINCE = re.compile(r"(省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_CITY = re.compile(r"(市|地区|盟|(?:(?:(?!族)[\u4e00-\u9fff]){1,4}族)+自治州)$")
_COUNTY = re.compile(r"(区|县|市|旗)$")
_HOME = "3702"
_OLD = (
    ("81", "香港"),
    ("82", "澳门"),
    ("71", "台湾"),
    ("370215", "即墨市"),
    ("370211", "胶南市"),
    ("370211", "青岛开发区"),
    ("370211", "西海岸新区"),
    ("370214", "高新区"),
)
_STANDIN = re.compile(r"^(?:(?!全|本|我|各|外)[\u4e00-\u9fff]{2}省|[a-z]\d{0,2}县?[市区县])+")
"""Places that the list does not know, and letters that stand for a place in texts made anonymous."""
COUNTRY = ("中国", "中华人民共和国", "全国")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name says it is, as a region code of two, four or six digits; "" when it does not say."""

    code: str = ""

    def __bool__(self) -> bool:
        return bool(self.code)

    def joined(self, other: Place) -> Place:
        """The more exact of the two."""
        return other if len(other.code) > len(self.code) else self

    def agrees(self, other: Place) -> bool:
        """One lies within the other, or one does not say."""
        return self.code.startswith(other.code) or other.code.startswith(self.code)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every name of a region and its code. A short county name counts at home only: 新华 and 长安 are words."""
    known: dict[str, str] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, province, city, county = line.split("\t")
        for name, short, size in ((province, _PROVINCE, 2), (city, _CITY, 4), (county, _COUNTY, 6)):
            if name.startswith(("市辖区", "县", "省直辖", "自治区直辖")):
                continue
            known.setdefault(name, code[:size])
            bare = short.sub("", name)
            if len(bare) >= 2 and (size < 6 or code.startswith(_HOME)):
                known.setdefault(bare, code[:size])
            elif size == 6 and len(bare) >= 2:
                known.setdefault("/" + bare, code)
    known |= {name: code for code, name in _OLD}
    for name, code in [(name, code) for name, code in known.items() if code.startswith(_HOME) and len(name) <= 3]:
        for slip in _slips(name):
            known.setdefault(slip, code)
    return known


def _slips(name: str) -> list[str]:
    """A name with two neighbours exchanged or one character doubled, as hurried typing makes it."""
    swapped = [name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1)]
    doubled = [name[: at + 1] + name[at:] for at in range(len(name))]
    return [slip for slip in swapped + doubled if slip != name]


@lru_cache(maxsize=1)
def _lengths() -> dict[str, tuple[int, ...]]:
    """By the first two characters of a name, how long names that begin so are, longest first."""
    known: dict[str, set[int]] = {}
    for name in (bare.removeprefix("/") for bare in (*_names(), *COUNTRY)):
        known.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in known.items()}


@lru_cache(maxsize=100_000)
def place(text: str) -> Place:
    """The region a text names and nothing else; an empty place if it says more or other."""
    code = _names().get(text, "")
    if not code and len(text) > 2:
        found, rest = leading_place(text, least=0)
        return found if not rest else Place()
    return Place(code)


def leading_place(said: str, *, least: int = 2) -> tuple[Place, str]:
    """Take the regions off the front of a name, as long as `least` characters of name remain."""
    where = Place()
    bare = _STANDIN.sub("", said)
    said = bare if len(bare) >= max(least, 2) else said
    while said[:2] in _lengths():
        for country in COUNTRY:
            if said.startswith(country) and len(said) - len(country) >= max(least, 2):
                said = said[len(country) :]
        for length in _lengths().get(said[:2], ()):
            if length > len(said) - least:
                continue
            head = said[:length]
            code = _names().get(head) or (_names().get("/" + head) if where else None)
            if code and (where.agrees(Place(code)) or length > 2):
                where = where.joined(Place(code))
                said = said[length:]
                break
        else:
            break
    return where, re.sub(r"^[省市区县](?=..)", "", said) if where else said
