"""Credit codes: checks that warn and never reject. Phones as digits, and the masks people see.

Published lists hold wrong and old codes, so a bad check digit is a remark on a complaint and no reason to refuse it.
"""

from __future__ import annotations

import re
import unicodedata

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MOBILE = re.compile(r"1[3-9]\d{9}\Z")


def plain(text: str) -> str:
    """Half-width, upper-case, without spaces, dashes and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in folded if char.isalnum() or char in "*+")


def uscc_check_digit(first_17: str) -> str:
    """The last character of a credit code (GB 32100): 31 minus the weighted sum modulo 31, where 31 reads as 0.

    That 31 reads as 0 is unverified against the text of the standard, and the only reading in range.
    """
    total = sum(_USCC_ALPHABET.index(char) * weight for char, weight in zip(first_17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def is_uscc(text: str) -> bool:
    """Whether a text is a unified social credit code with the right check digit."""
    code = plain(text)
    if len(code) != len(_USCC_WEIGHTS) + 1 or any(char not in _USCC_ALPHABET for char in code):
        return False
    return uscc_check_digit(code[:-1]) == code[-1]


def uscc_remark(text: str) -> str | None:
    """What is odd about a credit code, as a remark code: `uscc_old_number`, `uscc_length` or `uscc_check`."""
    code = plain(text)
    if is_uscc(code):
        return None
    if len(code) == 15 and code.isdigit():
        return "uscc_old_number"
    return "uscc_check" if len(code) == len(_USCC_WEIGHTS) + 1 else "uscc_length"


def plain_phone(text: str) -> str:
    """A phone as digits alone, without the country's +86."""
    digits = "".join(char for char in plain(text) if char.isdigit() and char.isascii())
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and _MOBILE.match(digits[len(prefix) :]):
            return digits[len(prefix) :]
    return digits


def mask_name(name: str | None) -> str | None:
    """王* for any name, however long: the length would tell."""
    return name.strip()[:1] + "*" if name and name.strip() else None


def mask_phone(phone: str | None) -> str | None:
    """138****5678; what is too short to hide is hidden as a whole."""
    return _keep(phone, 3, 4)


def mask_identity_number(number: str | None) -> str | None:
    """370215********1234."""
    return _keep(number, 6, 4)


def _keep(text: str | None, first: int, last: int) -> str | None:
    if not text or not text.strip():
        return None
    bare = text.strip()
    hidden = len(bare) - first - last
    return bare[:first] + "*" * hidden + bare[-last:] if hidden >= last else "*" * len(bare)
