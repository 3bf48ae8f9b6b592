"""The comparable form of an employer's name, for whoever groups by employer outside the linker."""

from __future__ import annotations

from dedupe.employers import employer


def name_key(text: str | None) -> str:
    """What is left of a name without place, legal form and punctuation; "" when it says nothing (有限公司)."""
    known = employer(text)
    return known.key if known else ""
