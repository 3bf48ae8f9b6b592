"""Masked forms for pages. Queries give these out, so that no page holds the plain value by accident.

A complaint told in confidence shows nobody at all: not even a surname. Numbers are looked for as
`casework.written_numbers` reads figures: in circles, as words, with what is not seen between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from casework.homes import without_homes
from casework.identifiers import mask_identity_number, mask_name, mask_phone
from casework.written_numbers import MEETING, SPELLED, UNSEEN, figures_near, in_figures

_GAP_OF_CARD = rf"[ \t\u00a0\u3000\-－‐–—{UNSEEN}]{{0,3}}"
_GAP = rf"[ \t\u00a0\u3000\-－‐–—.·・•_/|~{UNSEEN}]{{0,3}}"
_OPEN, _SHUT = r"[(（]?", r"[)）]?"
_MOBILE = r"[1１][3-9３-９]"
_PHONES = re.compile(
    rf"(?<!\d)(?:(?:\+|＋|00|００)?(?:86|８６){_GAP})?{_OPEN}(?P<head>{_MOBILE}\d){_SHUT}"
    rf"(?:{_GAP}\d{{4}}{_GAP}|\d{_GAP}\d{{3}}{_GAP}|{_GAP}\d{{3}}{_GAP}\d)(?P<tail>\d{{4}})(?!\d)"
)
_ONE_BY_ONE = re.compile(rf"(?<!\d)[1１](?:[ \-.·_/|{UNSEEN}]{{1,3}}\d){{10}}(?!\d)")
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<head>\d{{6}})(?:\d{{8}}|{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP})(?P<tail>\d{{3}}[\dXxＸｘ])(?!\d)"
)
_CARDS = re.compile(
    rf"(?<!\d)(?:\d{{12,19}}|[3-69]\d{{3}}(?:{_GAP_OF_CARD}\d{{4}}){{3}}(?:{_GAP_OF_CARD}\d{{1,4}})?)(?!\d)"
)
_LANDLINES = re.compile(r"(?<!\d)(?P<head>0\d{2,3}-?)\d{4}(?P<tail>\d{3,4})(?!\d)")
_LANDLINES_APART = re.compile(
    rf"(?<!\d)(?P<head>0(?:10|2\d|[3-9]\d\d)[)）]?{_GAP})\d{{3,4}}{_GAP}(?P<tail>\d{{4}})(?!\d)"
)
_LONG_RUNS = re.compile(r"(?<!\d)(\d{3})\d{4,}")
_SPELLED = re.compile(f"{SPELLED}{{7,}}")
_BY_FEATURE = {"phone": mask_phone, "id_no": mask_identity_number, "name": mask_name, "boss": mask_name}
_PLAIN = frozenset({"code", "employer", "district", "heads", "amount", "period", "told", "crew"})

_Shown = Callable[[str, re.Match[str]], str]
"""What stands for a match, told the text at the same places."""
_Masks = tuple[tuple[re.Pattern[str], _Shown], ...]
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
    if figures_near(masked):
        masked = _twice(masked, _IN_CONFIDENCE)
    for name in names:
        masked = without_name(masked, name, secret=True)
    return masked


def mask_told(text: str | None, *names: str | None) -> str | None:
    """A narrative with numbers of phones, persons and cards masked, however they are grouped, and the named persons."""
    if not text:
        return text
    masked = _twice(text, _OPENLY) if figures_near(text) else text
    for name in names:
        masked = without_name(masked, name)
    return masked


def without_name(text: str, name: str | None, *, secret: bool = False) -> str:
    """A text without a name, however its letters are spaced: 王*, or in confidence not even that."""
    letters = "".join((name or "").split())
    if not name or len(letters) < (1 if secret else 2):
        return text
    return _written(name).sub("**" if secret else mask_name(name) or "", text)


def _twice(text: str, masks: _Masks) -> str:
    """A text masked as its figures are read; before that as it was written, where that differs: ①138… is no 1138…."""
    text = _masked(text, text, _SPELLED, _whole)
    for read in (str, in_figures) if MEETING.search(text) else (in_figures,):
        plain = read(text)
        for pattern, shown in masks:
            masked = _masked(text, plain, pattern, shown)
            if masked is not text:
                text, plain = masked, read(masked)
    return text


def _masked(text: str, plain: str, pattern: re.Pattern[str], shown: _Shown) -> str:
    """A text with what the pattern finds in its plain form, place by place, as it is shown.

    Noughts alone are no number: a row of rings is a blank.
    """
    pieces: list[str] = []
    at = 0
    for found in pattern.finditer(plain):
        if not found[0].strip("0○"):
            continue
        pieces += [text[at : found.start()], shown(text, found)]
        at = found.end()
    return "".join([*pieces, text[at:]]) if pieces else text


def _whole(_text: str, _found: re.Match[str]) -> str:
    return "***"


def _ends(stars: int) -> _Shown:
    def shown(text: str, found: re.Match[str]) -> str:
        return text[slice(*found.span("head"))] + "*" * stars + text[slice(*found.span("tail"))]

    return shown


def _one_by_one(_text: str, found: re.Match[str]) -> str:
    return mask_phone(re.sub(r"\D", "", found[0])) or ""


def _last_four(_text: str, found: re.Match[str]) -> str:
    figures = "".join(filter(str.isdigit, found[0]))
    return "*" * (len(figures) - 4) + figures[-4:]


_IN_CONFIDENCE: _Masks = tuple(
    (one, _whole) for one in (_NUMBERS, _PHONES, _ONE_BY_ONE, _LANDLINES_APART, _CARDS, _ANY_NUMBER)
)
_OPENLY: _Masks = (
    (_NUMBERS, _ends(8)),
    (_PHONES, _ends(4)),
    (_ONE_BY_ONE, _one_by_one),
    (_LANDLINES, _ends(4)),
    (_LANDLINES_APART, _ends(4)),
    (_CARDS, _last_four),
)


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
