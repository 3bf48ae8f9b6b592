"""Numbers as people write them: digits, Chinese numerals, and both at once (3万5, 十二, 两万三千)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
DIGITS |= {character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
GROUPS = {"万": 10_000, "亿": 100_000_000}
NUMERAL = "零〇一二三四五六七八九两十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_TOKEN = re.compile(r"\d+(?:\.\d+)?|.")


@lru_cache(maxsize=50_000)
def number(text: str) -> Decimal | None:
    """The number a text says, or None. A last bare digit after 万 or 千 is a tenth of it: 两万三 is 23,000."""
    text = text.replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        plain = Decimal(text)
    except InvalidOperation:
        pass
    else:
        return plain if plain.is_finite() else None
    if len(text) > 1 and all(character in DIGITS for character in text):
        return Decimal("".join(str(DIGITS[character]) for character in text))
    total, section, digit, unit = Decimal(0), Decimal(0), None, 1
    for token in _TOKEN.findall(text):
        if token[0] in "0123456789":
            digit = Decimal(token)
        elif token in DIGITS:
            digit, unit = Decimal(DIGITS[token]), unit if DIGITS[token] else 1
        elif token in UNITS:
            section += (Decimal(1) if digit is None else digit) * UNITS[token]
            digit, unit = None, UNITS[token]
        elif token in GROUPS:
            total = (total + section + (digit or 0)) * GROUPS[token]
            section, digit, unit = Decimal(0), None, GROUPS[token]
        else:
            return None
    if digit is None:
        return total + section
    return total + section + digit * (unit // 10 if unit >= 100 and digit < 10 else 1)


def month_number(text: str | None) -> int | None:
    """A month YYYY-MM as a running number: year * 12 + month - 1."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text or "")
    return int(found.group(1)) * 12 + int(found.group(2)) - 1 if found else None


def month_text(running: int) -> str:
    """A running month number as YYYY-MM."""
    return f"{running // 12:04d}-{running % 12 + 1:02d}"
