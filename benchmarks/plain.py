"""The plain rule that every office starts with: the same employer name or the same phone is the same trouble."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sandbox.told import Told

_PLACE = re.compile(r"^(山东省?)?(青岛市?|烟台市?|潍坊市?|威海市?|日照市?|淄博市?)?(即墨[区市]?)?")
_SUFFIX = re.compile(r"(股份|集团)?有限(责任)?公司$|公司$")
_MARKS = re.compile(r"[\s()（）“”\"'。，,.·-]")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_FIRM = re.compile(r"[\u4e00-\u9fff（）()]{2,14}?(?:公司|厂)")


def plain_name(name: str) -> str:
    """The name without width, marks, place and legal form."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", name))
    return _SUFFIX.sub("", _PLACE.sub("", text))


def plain_phone(phone: str) -> str | None:
    """Eleven digits or nothing."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[-11:]
    return digits if _MOBILE.fullmatch(digits) else None


def _keys(one: Told, *, read_text: bool) -> Iterable[str]:
    name, phones = one.employer_name, [one.complainant_phone] if one.complainant_phone else []
    if read_text:
        firm = None if name else _FIRM.search(one.narrative)
        name = name or (firm.group() if firm else None)
        phones += _MOBILE.findall(one.narrative)
    if name and plain_name(name):
        yield "n" + plain_name(name)
    for phone in phones:
        if key := plain_phone(phone):
            yield "p" + key


def plain_rule(told: Iterable[Told], *, read_text: bool = False) -> dict[str, str]:
    """Complaint id to group, by union over equal names and equal phones; with `read_text` also those in the text."""
    parent: dict[str, str] = {}

    def root(item: str) -> str:
        while parent.setdefault(item, item) != item:
            parent[item] = item = parent[parent[item]]
        return item

    ids = []
    for one in told:
        ids.append(one.complaint_id)
        mine = root("c" + one.complaint_id)
        for key in _keys(one, read_text=read_text):
            parent[root(key)] = mine
            mine = root(mine)
    return {item: root("c" + item) for item in ids}
