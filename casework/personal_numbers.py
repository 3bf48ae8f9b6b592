"""Numbers of persons in a text for the public: telephones, identity numbers of 18 and of 15 figures, cards (R29 §6).

In every spelling that `casework.written_numbers` reads. Days, sums of money and lists of short numbers are none.
"""

from __future__ import annotations

import re

from casework.secrecy import numbers_in
from casework.written_numbers import in_figures

_BETWEEN = re.compile(r"(?<=\d)[\s._·・‧•\-‐‑‒–—―/\\*~:()\[\]\u00ad\u200b-\u200f\u2060\ufeff]{1,3}(?=[\dX])")
"""What parts the groups of one number; commas and signs of sums part two."""
_MONTH, _OF_MONTH = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DAY = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d[-./年]{_MONTH}(?:[-./月]{_OF_MONTH})?"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
_SUM = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,2})?(?=[十百千万亿]*元)|(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)"
)
_BORN = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(rf"(?<!\d)[1-9]\d{{5}}(?:19|20)\d\d{_BORN}\d{{3}}[\dX](?!\d)")
_OLD_IDENTITY = re.compile(rf"(?<!\d)[1-9]\d{{7}}{_BORN}\d{{3}}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def personal_numbers(text: str) -> list[str]:
    """The numbers of persons that a text holds, as figures in one piece, sorted.

    Of an identity number and of a mobile a piece may read as a day.
    """
    plain = in_figures(text)
    paid_none = _SUM.sub("元", plain)
    others = _BETWEEN.sub("", _DAY.sub("日", paid_none))
    found = {*numbers_in([others]), *_OLD_IDENTITY.findall(others), *_MOBILE.findall(_BETWEEN.sub("", paid_none))}
    return sorted(found | set(_IDENTITY.findall(_BETWEEN.sub("", plain))))
