"""Numbers that look right and belong to nobody: identity numbers, credit codes, phones, amounts in words."""

from __future__ import annotations

from random import Random

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CODE_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_DIGITS = "零一二三四五六七八九"
_HOME_REGIONS = ("370202", "370203", "370211", "370212", "370213", "370214", "370281", "370282", "370283", "370285")
_MOBILE = (130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 156, 158, 159, 166, 176, 178, 180, 182, 186, 189)


def id_check(first17: str) -> str:
    """The eighteenth character of an identity number (GB 11643)."""
    return _ID_CHECK[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def identity_number(rng: Random) -> str:
    """A well-formed identity number of a person of working age."""
    digits = rng.randrange(45 * 12 * 28 * 1000)
    digits, serial = divmod(digits, 1000)
    digits, day = divmod(digits, 28)
    years, month = divmod(digits, 12)
    first17 = f"{rng.choice(_HOME_REGIONS)}{1960 + years}{month + 1:02d}{day + 1:02d}{serial:03d}"
    return first17 + id_check(first17)


def code_check(first17: str) -> str:
    """The last character of a unified social credit code; a remainder of 31 is written 0."""
    total = sum(_CODE_CHARS.index(c) * w for c, w in zip(first17, _CODE_WEIGHTS, strict=True))
    return _CODE_CHARS[(31 - total % 31) % 31]


def credit_code(rng: Random, district: str) -> str:
    """A well-formed credit code of an enterprise of a district."""
    first17 = f"91{district}MA" + "".join(rng.choices(_CODE_CHARS, k=7))
    return first17 + code_check(first17)


def mobile(rng: Random) -> str:
    """Eleven digits of a mobile phone."""
    return f"{rng.choice(_MOBILE)}{rng.randrange(10**8):08d}"


def in_words(number: int) -> str:
    """A whole number in Chinese numerals: 32000 is 三万二千."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        tail = in_words(low) if low else ""
        return f"{in_words(high)}万{'零' if low and low < 1000 else ''}{tail}"
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
            zero = False
        elif text and number:
            zero = True
    return text[1:] if text.startswith("一十") else text or _DIGITS[0]
