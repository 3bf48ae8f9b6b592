"""The plain rule that every office starts with: the same employer name or the same phone is the same trouble."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from sandbox.told import Told

_PLACE = re.compile(r"^(山东省?)?(青岛市?|烟台市?|潍坊市?|威海市?|日照市?|淄博市?)?(即墨[区市]?)?")
_SUFFIX = re.compile(r"(股份|集团)?有限(责任)?公司$|公司$")
_MARKS = re.compile(r"[\s()（）“”\"'。，,.·-]")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_FIRM = re.compile(r"[\u4e00-\u9fff（）()]{2,14}?(?:公司|厂)")

MOST = {"n": 200, "p": 20}
"""So many complaints may share a name or a phone before the careful rule no longer goes by it."""


def plain_name(name: str) -> str:
    """The name without width, marks, place and legal form."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", name))
    return _SUFFIX.sub("", _PLACE.sub("", text))


def plain_phone(phone: str) -> str | None:
    """Eleven digits or nothing."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[-11:]
    return digits if _MOBILE.fullmatch(digits) else None


def _keys(one: Told, *, read_text: bool, careful: bool) -> Iterable[str]:
    name, phones = one.employer_name, [one.complainant_phone] if one.complainant_phone else []
    if read_text:
        firm = None if name else _FIRM.search(one.narrative)
        name = name or (firm.group() if firm else None)
        phones += _MOBILE.findall(one.narrative)
    if name and plain_name(name) and (one.district_code or not careful):
        yield f"n{plain_name(name)}{one.district_code if careful else ''}"
    for phone in phones:
        if key := plain_phone(phone):
            yield "p" + key


def plain_rule(told: Iterable[Told], *, read_text: bool = False, careful: bool = False) -> dict[str, str]:
    """Complaint id to group, by union over equal names and equal phones.

    With `read_text` also those in the text. With `careful` names count within one district alone, and what more
    complaints share than `MOST` counts for nothing: the best that could be made of the rule.
    """
    parent: dict[str, str] = {}

    def root(item: str) -> str:
        while parent.setdefault(item, item) != item:
            parent[item] = item = parent[parent[item]]
        return item

    keys = {one.complaint_id: set(_keys(one, read_text=read_text, careful=careful)) for one in told}
    shared = Counter(key for held in keys.values() for key in held)
    for item, held in keys.items():
        mine = root("c" + item)
        for key in sorted(held):
            if not careful or shared[key] <= MOST[key[0]]:
                parent[root(key)] = mine
                mine = root(mine)
    return {item: root("c" + item) for item in keys}
