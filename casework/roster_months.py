"""The months of a roster's line, however they were written."""

from __future__ import annotations

import re
from datetime import date, timedelta
from unicodedata import normalize

from casework.ledger import Span, span_of

ORDINARY_FIRST, ORDINARY_LAST = "1990-01", "2099-12"
_MONTH = re.compile(r"((?:19|20)\d\d)[-./年]?(0[1-9]|1[0-2]|[1-9])(?:月|月份)?\Z")
_DAY = re.compile(r"((?:19|20)\d\d)[-./年](\d{1,2})[-./月](\d{1,2})日?(?:[T ]\d{1,2}:\d\d(?::\d\d)?)?\Z")
_SPANS = (
    re.compile(
        r"(?P<y>(?:19|20)\d\d)[-./年]?(?P<m>\d{1,2})月?(?:-|~|至|到|—+|–)(?P<y2>(?:19|20)\d\d)[-./年]?(?P<m2>\d{1,2})(?:月|月份)?\Z"
    ),
    re.compile(r"(?P<y>(?:19|20)\d\d)年(?P<m>\d{1,2})月?(?:-|~|至|到|—+|–|、)(?P<m2>\d{1,2})(?:月|月份)\Z"),
    re.compile(r"(?P<y>(?:19|20)\d\d)[-./](?P<m>\d{1,2})(?:~|至|到|—+|–)(?P<m2>\d{1,2})\Z"),
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?\Z")


def months_of(cell: str) -> Span | None:
    """A month, a day's month, or a span of months; also where a spreadsheet made a date or a serial of it."""
    text = re.sub(r"\s+", " ", normalize("NFKC", cell)).strip()
    if _SERIAL.match(text):
        day = date(1899, 12, 30) + timedelta(days=int(float(text)))
        return _ordinary(span_of(f"{day:%Y-%m}", None))
    tight = text.replace(" ", "")
    for shape in _SPANS:
        found = shape.match(tight)
        if found:
            parts = found.groupdict()
            return _ordinary(
                span_of(_month(parts["y"], parts["m"]), _month(parts.get("y2") or parts["y"], parts["m2"]))
            )
    if (full := _DAY.match(text)) and not _is_a_day(full[1], full[2], full[3]):
        return None
    one = full or _MONTH.match(tight)
    return _ordinary(span_of(_month(one[1], one[2]), None)) if one else None


def _is_a_day(*parts: str) -> bool:
    try:
        date(*map(int, parts))
    except ValueError:
        return False
    return True


def _month(year: str, month: str) -> str:
    return f"{year}-{int(month):02d}"


def _ordinary(span: Span) -> Span | None:
    months = (span.first[5:], span.last[5:])
    fits = ORDINARY_FIRST <= span.first <= span.last <= ORDINARY_LAST and all("01" <= one <= "12" for one in months)
    return span if fits else None
