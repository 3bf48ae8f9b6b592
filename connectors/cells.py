"""Cells of tables that people typed: numbers that lost digits, months that a spreadsheet turned into dates."""

from __future__ import annotations

import re

from casework.calendar import SHANGHAI
from connectors.fields import Fields, as_moment, tidy

_LOST_DIGITS = re.compile(r"\d(\.\d+)?E\+\d+\Z")
_SERIAL = re.compile(r"\d{5}(\.\d+)?\Z")


def lost_digits(text: str) -> bool:
    """Was this a number cell of more than fifteen digits? Then its last digits are gone."""
    return bool(_LOST_DIGITS.match(text))


def digits(fields: Fields, name: str, remarks: list[str]) -> str | None:
    """An id, a phone, a code: in half-width; None with a remark where digits were lost."""
    said = fields.text(name, longest=200)
    if said is None:
        return None
    plain = tidy(said)
    if lost_digits(plain):
        remarks.append(f"digits_lost:{name}")
        return None
    return plain


def month(fields: Fields, name: str) -> str | None:
    """A month, also where a spreadsheet has made a date (and so a serial) of it."""
    said = fields.raw(name)
    if isinstance(said, str) and _SERIAL.match(tidy(said)):
        return f"{as_moment(said, field=name).astimezone(SHANGHAI):%Y-%m}"
    return fields.month(name)
