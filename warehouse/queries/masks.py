"""Masked forms for pages. Queries give these out, so that no page holds the plain value by accident.

A complaint told in confidence shows nobody at all: not even a surname.
"""

from __future__ import annotations

import re
from functools import lru_cache

from casework.homes import without_homes
from casework.identifiers import mask_identity_number, mask_name, mask_phone

_GAP = r"[ \t\u00a0\u3000\-－‐–—]{0,3}"
_OPEN, _SHUT = r"[(（]?", r"[)）]?"
_MOBILE = r"[1１][3-9３-９]"
_PHONES = re.compile(
    rf"(?<!\d)(?:(?:\+|＋|00|００)?(?:86|８６){_GAP})?{_OPEN}(?P<head>{_MOBILE}\d){_SHUT}"
    rf"(?:{_GAP}\d{{4}}{_GAP}|\d{_GAP}\d{{3}}{_GAP}|{_GAP}\d{{3}}{_GAP}\d)(?P<tail>\d{{4}})(?!\d)"
)
_ONE_BY_ONE = re.compile(r"(?<!\d)[1１](?:[ \-.]\d){10}(?!\d)")
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<head>\d{{6}})(?:\d{{8}}|{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP})(?P<tail>\d{{3}}[\dXxＸｘ])(?!\d)"
)
_CARDS = re.compile(rf"(?<!\d)(?:\d{{12,19}}|[3-69]\d{{3}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,4}})?)(?!\d)")
_LANDLINES = re.compile(r"(?<!\d)(0\d{2,3}-?)\d{4}(\d{3,4})(?!\d)")
_LONG_RUNS = re.compile(r"(?<!\d)(\d{3})\d{4,}")
_SPELLED = re.compile("[〇零幺一二三四五六七八九]{7,}")
_BY_FEATURE = {"phone": mask_phone, "id_no": mask_identity_number, "name": mask_name, "boss": mask_name}
_PLAIN = frozenset({"code", "employer", "district", "heads", "amount", "period", "told", "crew"})


_ANY_NUMBER = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:\d[- ]?){6,18}[\dXx](?!\d)")
_BETWEEN = r"[\s·・.*_-]{0,2}"
_APART = re.compile(r"[\s·・.*_-]+")


@lru_cache(maxsize=4_096)
def _written(name: str) -> re.Pattern[str]:
    """A name as people write it: 王芳, 王 芳, 王·芳."""
    return re.compile(_BETWEEN.join(map(re.escape, "".join(name.split()))))


def bare_name(text: str) -> str:
    """A text without what people put between the letters of a name."""
    return _APART.sub("", text)


def mask_secret(text: str | None, *names: str | None) -> str | None:
    """A narrative told in confidence: no digit of a phone or number of a person is left, no surname and no home."""
    if not text:
        return text
    masked = without_homes(text)
    for numbers in (_NUMBERS, _PHONES, _ONE_BY_ONE, _CARDS, _SPELLED, _ANY_NUMBER):
        masked = numbers.sub("***", masked)
    for name in names:
        masked = without_name(masked, name, secret=True)
    return masked


def mask_told(text: str | None, *names: str | None) -> str | None:
    """A narrative with numbers of phones, persons and cards masked, however they are grouped, and the named persons."""
    if not text:
        return text
    masked = _NUMBERS.sub(r"\g<head>********\g<tail>", text)
    masked = _PHONES.sub(r"\g<head>****\g<tail>", masked)
    masked = _ONE_BY_ONE.sub(lambda found: mask_phone(re.sub(r"\D", "", found[0])) or "", masked)
    masked = _LANDLINES.sub(r"\1****\2", masked)
    masked = _CARDS.sub(_last_four, masked)
    masked = _SPELLED.sub("***", masked)
    for name in names:
        masked = without_name(masked, name)
    return masked


def without_name(text: str, name: str | None, *, secret: bool = False) -> str:
    """A text without a name, however its letters are spaced: 王*, or in confidence not even that."""
    letters = "".join((name or "").split())
    if not name or len(letters) < (1 if secret else 2):
        return text
    return _written(name).sub("**" if secret else mask_name(name) or "", text)


def _last_four(card: re.Match[str]) -> str:
    figures = "".join(filter(str.isdigit, card[0]))
    return "*" * (len(figures) - 4) + figures[-4:]


def mask_evidence(feature: str, value: object) -> str | None:
    """One value quoted in evidence, masked by what kind of field it stands in."""
    if value is None or value == "":
        return None
    text = str(value)
    if feature in _BY_FEATURE:
        mask = _BY_FEATURE[feature]
        return ", ".join(mask(one) or "" for one in re.split(r"[,，、;；]\s*", text))
    if feature in _PLAIN:
        return text
    return _LONG_RUNS.sub(r"\1****", mask_told(text) or "")
