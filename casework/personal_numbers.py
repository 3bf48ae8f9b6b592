"""Numbers of persons in a text for the public: telephones, identity numbers of 18 and of 15 figures, cards (R29 §6).

In every spelling that `casework.written_numbers` reads. Days, sums of money and lists of short numbers are none.

A number is looked for twice: among whatever stands round it, when it is grouped as such numbers are, and grouped in any
way, when no other figures stand beside it.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from casework.written_numbers import readings

_SIGN = r"[\s._·・‧•\-‐‑‒–—―/\\*~:|()\[\]]"
"""What parts the groups of one number; commas and signs of sums part two."""
_BETWEEN = re.compile(rf"(?<=\d){_SIGN}{{1,3}}(?=[\dX])")
_GAP, _APART = f"{_SIGN}{{0,3}}", f"{_SIGN}{{1,3}}"
_GAP_OF_CARD = r"[\s._·\-‐‑‒–—―]{0,3}"
_MONTH, _OF_MONTH = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{9,11}|\d{16,19}|\d{17}X)(?!\d)")
"""Telephones, identity numbers and cards in one piece; a sum of money is none of these."""
_DAY = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d[-./年]{_MONTH}(?:[-./月]{_OF_MONTH})?"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
_SUM = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,2})?(?=[十百千万亿]*元(?![旦宵]))|(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)"
)
_MM, _DD = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_BORN = _MM + _DD
_IDENTITY = re.compile(rf"(?<!\d)[1-9]\d{{5}}(?:19|20)\d\d{_BORN}\d{{3}}[\dX](?!\d)")
_OLD_IDENTITY = re.compile(rf"(?<!\d)[1-9]\d{{7}}{_BORN}\d{{3}}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_EIGHT = rf"(?:\d{{4}}{_GAP}\d{{4}}|\d{_GAP}\d{{3}}{_GAP}\d{{4}}|\d{{3}}{_GAP}\d{{5}})"
_GROUPED = (
    re.compile(rf"(?<!\d)(?=((?:(?:00)?86{_GAP})?1[3-9]\d{_GAP}{_EIGHT})(?!\d))"),
    re.compile(rf"(?<!\d)(?=(1[3-9]\d{_GAP}(?:19|20)\d\d{_APART}\d\d{_APART}\d\d)(?!\d))"),
    re.compile(rf"(?<!\d)(?=(1{_APART}[3-9](?:{_APART}\d){{9}})(?!\d))"),
    re.compile(r"(?<!\d)(?=(1[3-9](?:[ .·-]\d\d){4}[ .·-]\d)(?!\d))"),
    re.compile(rf"(?<!\d)(?=(0(?:10|2\d|[3-9]\d\d){_GAP}\d{{3,4}}{_GAP}\d{{4}})(?!\d))"),
    re.compile(rf"(?<!\d)(?=([1-9]\d{{5}}{_GAP}(?:19|20)\d\d{_GAP}{_MM}{_GAP}{_DD}{_GAP}\d{{3}}{_GAP}[\dX])(?!\d))"),
    re.compile(
        rf"(?<!\d)(?=([1-9]\d\d{_APART}\d{{3}}{_APART}(?:19|20)\d{_APART}\d{_MM}{_APART}{_DD}\d{_APART}\d\d[\dX])(?!\d))"
    ),
    re.compile(
        rf"(?<!\d)(?=([1-9]\d{{3}}{_APART}\d\d(?:19|20){_APART}\d\d{_MM}{_APART}{_DD}\d\d{_APART}\d[\dX])(?!\d))"
    ),
    re.compile(rf"(?<!\d)(?=([1-9](?:{_APART}\d){{5}}{_APART}[12]{_APART}[90](?:{_APART}\d){{9}}{_APART}[\dX])(?!\d))"),
    re.compile(rf"(?<!\d)(?=([1-9]\d{{5}}{_GAP}\d\d{_MM}{_DD}{_GAP}\d{{3}})(?!\d))"),
    re.compile(rf"(?<!\d)(?=(62\d\d(?:{_GAP_OF_CARD}\d{{4}}){{3}}(?:{_GAP_OF_CARD}\d{{1,3}})?)(?!\d))"),
    re.compile(r"(?<!\d)(?=((?:\d{17}X|\d{16,19}(?!X)))(?!\d))"),
)
"""Mobiles, one of them with a piece that reads as a day, landlines (a code of an area is 010, 02x or of four figures),
identity numbers and cards, as they are grouped among other figures."""
_CARD = re.compile(rf"(?<!\d)(?=([3-59]\d{{3}}(?:{_GAP_OF_CARD}\d{{4}}){{3}}(?:{_GAP_OF_CARD}\d{{1,3}})?)(?!\d))")
"""Of another kind than the most usual: four sums of money may look like it."""
_NO_FIGURE = re.compile(r"[^\dX]+")
_ABROAD = re.compile(r"(?:00)?86(?=1\d{10}\Z)")


def personal_numbers(text: str) -> list[str]:
    """The numbers of persons that a text holds, as figures in one piece, sorted; of a telephone without the country.

    Of an identity number and of a mobile a piece may read as a day or be followed by what makes it a sum.
    """
    found = {number for plain in readings(text) for number in _read(plain)}
    return sorted(found - {one[:-1] for one in found if one.endswith("X")})


def _read(plain: str) -> set[str]:
    paid_none = _SUM.sub("元", plain)
    others = _BETWEEN.sub("", _DAY.sub("日", paid_none))
    alone = {
        *_NUMBER.findall(_without_country(others)),
        *_OLD_IDENTITY.findall(others),
        *_MOBILE.findall(_BETWEEN.sub("", paid_none)),
    }
    alone |= set(_IDENTITY.findall(_BETWEEN.sub("", plain)))
    among = [one for pattern in _GROUPED for one in pattern.findall(plain)] + _CARD.findall(paid_none)
    return alone | {_ABROAD.sub("", _NO_FIGURE.sub("", one)) for one in among}


def _without_country(text: str) -> str:
    """A text whose groups are joined already, without the country and the brackets round the code of an area."""
    plain = normalize("NFKC", text).upper()
    plain = re.sub(r"(?:\+|(?<!\d)00)86[ -]?(?=\(?\d)|(?<!\d)86[ -]?(?=\(?1[3-9])", " ", plain)
    plain = re.sub(r"\((1[3-9]\d|0\d{2,3})\)", r" \1 ", plain)
    return re.sub(r"(?<=\d)[ -]+(?=\d)", "", plain)
