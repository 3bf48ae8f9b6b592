"""Numbers of persons in a text for the public: telephones, identity numbers of 18 and of 15 figures, cards (R29 §6).

Written in one piece or in groups, with dots, dashes or spaces between, in figures of any script and in Chinese ones.
Days and sums of money are none.
"""

from __future__ import annotations

import re
from unicodedata import digit, normalize

from casework.secrecy import numbers_in

_SPELLED = {letter: str(figure) for figure, letter in enumerate("〇一二三四五六七八九")} | {"零": "0", "幺": "1"}
_BETWEEN = re.compile(r"(?<=\d)[\s.·・‧•\-‐‑‒–—―]{1,3}(?=[\dX])")
_MONTH, _OF_MONTH = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DAY = re.compile(rf"(?<!\d)(?:19|20)\d\d[-./年]{_MONTH}(?:[-./月]{_OF_MONTH})?(?!\d)")
_SUM = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,2})?(?=[十百千万亿]*元)|(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)"
)
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)")
_OLD_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")


def personal_numbers(text: str) -> list[str]:
    """The numbers of persons that a text holds, as figures in one piece, sorted."""
    plain = "".join(map(_figure, normalize("NFKC", text).upper()))
    others = _BETWEEN.sub("", _SUM.sub("元", _DAY.sub("日", plain)))
    found = {*numbers_in([others]), *_OLD_IDENTITY.findall(others)}
    return sorted(found | set(_IDENTITY.findall(_BETWEEN.sub("", plain))))


def _figure(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    value = digit(letter, None)
    return letter if value is None else str(value)
