"""Blind indexes of personal values: what makes two of them equal, in one place, for writing and for searching.

A masked value has none: two people may hide behind the same stars.
"""

from __future__ import annotations

import re
import unicodedata

from warehouse.crypto import keyring

_MASKED = re.compile(r"[*＊×某]")
_SHORTEST_PHONE, _TAIL = 7, 4


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return digits.removeprefix("86") if len(digits) > 12 else digits


def phone_blind(phone: str | None) -> str | None:
    """Equal for the same number however it is written; None for a masked or unusable one."""
    if phone is None or _MASKED.search(phone):
        return None
    digits = _digits(phone)
    return keyring().blind("phone", digits) if len(digits) >= _SHORTEST_PHONE else None


def phone_tail_blind(phone: str | None) -> str | None:
    """Of the last four digits, for search; a number masked in the middle still shows them."""
    tail = unicodedata.normalize("NFKC", phone or "").strip()[-_TAIL:]
    return keyring().blind("phone_tail", tail) if len(tail) == _TAIL and tail.isdigit() else None


def id_no_blind(id_no: str | None) -> str | None:
    """Of a whole identity number; the last letter may be written small."""
    return None if id_no is None or _MASKED.search(id_no) else keyring().blind("id_no", id_no)


def name_blind(name: str | None) -> str | None:
    """Of a whole name."""
    return None if name is None or _MASKED.search(name) else keyring().blind("name", name)
