"""Masked forms for pages. Queries give these out, so that no page holds the plain value by accident.

A complaint told in confidence shows nobody at all: not even a surname.
"""

from __future__ import annotations

import re

from casework.identifiers import mask_identity_number, mask_name, mask_phone

_NUMBERS = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_PHONES = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_CARDS = re.compile(r"(?<!\d)\d{12,19}(?!\d)")
_LANDLINES = re.compile(r"(?<!\d)(0\d{2,3}-?)\d{4}(\d{3,4})(?!\d)")
_LONG_RUNS = re.compile(r"(?<!\d)(\d{3})\d{4,}")
_BY_FEATURE = {"phone": mask_phone, "id_no": mask_identity_number, "name": mask_name, "boss": mask_name}
_PLAIN = frozenset({"code", "employer", "district", "heads", "amount", "period", "told", "crew"})


_ANY_NUMBER = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:\d[- ]?){6,18}[\dXx](?!\d)")


def mask_secret(text: str | None, *names: str | None) -> str | None:
    """A narrative told in confidence: no digit of a phone or number of a person is left, and no surname."""
    if not text:
        return text
    masked = _ANY_NUMBER.sub("***", text)
    for name in names:
        if name and name.strip():
            masked = masked.replace(name.strip(), "**")
    return masked


def mask_told(text: str | None, *names: str | None) -> str | None:
    """A narrative with numbers of phones, persons and cards masked, and the named persons too."""
    if not text:
        return text
    masked = _NUMBERS.sub(r"\1********\2", text)
    masked = _PHONES.sub(r"\1****\2", masked)
    masked = _LANDLINES.sub(r"\1****\2", masked)
    masked = _CARDS.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], masked)
    for name in names:
        if name and len(name.strip()) > 1:
            masked = masked.replace(name.strip(), mask_name(name) or "")
    return masked


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
