"""One row of `arrears resolve` as a record of the linker. What makes a row useless, and what is merely left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from casework.errors import ArrearsError, Unreadable
from casework.linkage import LinkRecord
from connectors.fields import as_moment, tidy
from dedupe.numbers import number

REQUIRED = ("complaint_id", "channel", "submitted_at")
COLUMNS = (
    *REQUIRED,
    "employer_name",
    "employer_uscc",
    "site_name",
    "site_address",
    "district_code",
    "complainant_name",
    "complainant_phone",
    "complainant_id_no",
    "workers_count",
    "amount_owed",
    "arrears_from",
    "arrears_to",
    "narrative",
)
_TEXTS = (*COLUMNS[3:11], "narrative")
_MOST_YUAN = Decimal(10) ** 11
_MONTH = re.compile(r"(\d{4})[-/.年]?(0?[1-9]|1[0-2])月?(?:[-/.]\d{1,2})?")


class BadRow(ArrearsError):
    """A row that cannot be linked. The message says what was wrong and quotes nothing of it."""


def read_row(cells: Mapping[str, str]) -> tuple[LinkRecord, tuple[str, ...]]:
    """The record of a row, and what had to be left out of it. Raises `BadRow`."""
    for name in REQUIRED:
        if not cells.get(name, "").strip():
            raise BadRow(f"The row has no {name}.")
    notes: list[str] = []
    texts: dict[str, Any] = {name: cells.get(name, "").strip() or None for name in _TEXTS}
    first, last = _month(cells, "arrears_from", notes), _month(cells, "arrears_to", notes)
    if first and last and first > last:
        notes.append("arrears_from lies after arrears_to; both were left out.")
        first = last = None
    record = LinkRecord(
        complaint_id=cells["complaint_id"].strip(),
        channel=cells["channel"].strip(),
        submitted_at=_moment(cells["submitted_at"]),
        workers_count=_count(cells, notes),
        amount_owed=_yuan(cells, notes),
        arrears_from=first,
        arrears_to=last,
        **texts,
    )
    return record, tuple(notes)


def _moment(said: str) -> datetime:
    try:
        return as_moment(said, field="submitted_at")
    except (Unreadable, OverflowError, ValueError) as failed:
        raise BadRow("submitted_at is not a date.") from failed


def _month(cells: Mapping[str, str], name: str, notes: list[str]) -> str | None:
    said = tidy(cells.get(name, ""))
    if not said:
        return None
    found = _MONTH.fullmatch(said)
    if not found or not 1950 <= int(found.group(1)) <= 2200:
        notes.append(f"{name} is not a month (YYYY-MM) and was left out.")
        return None
    return f"{found.group(1)}-{int(found.group(2)):02d}"


def _count(cells: Mapping[str, str], notes: list[str]) -> int | None:
    said = re.sub(r"[人名个位]$", "", tidy(cells.get("workers_count", "")))
    if not said:
        return None
    value = _number(said)
    if value is None or value != int(value) or not 0 < value <= 1_000_000:
        notes.append("workers_count is not a number of persons and was left out.")
        return None
    return int(value)


def _yuan(cells: Mapping[str, str], notes: list[str]) -> Decimal | None:
    said = re.sub(r"^(?:¥|￥|rmb|人民币)|(?:元整?|块钱?|圆)$", "", tidy(cells.get("amount_owed", "")).lower()).strip()
    if not said:
        return None
    value = _number(said)
    if value is None or not 0 <= value <= _MOST_YUAN:
        notes.append("amount_owed is not a sum of money and was left out.")
        return None
    return value


def _number(said: str) -> Decimal | None:
    return number(said) if len(said) <= 40 else None
