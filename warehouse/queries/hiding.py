"""How a text about a complaint is shown: the one function for all that leaves the sealed columns.

What people tell and what officers write of it names who told it: complainants, those on their roster, their
telephones, their numbers and where they live.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import digit

from casework.homes import without_homes
from casework.identifiers import mask_identity_number, mask_phone
from warehouse.queries.masks import bare_name, mask_secret, mask_told, without_name

_SPELLED = {letter: str(figure) for figure, letter in enumerate("〇一二三四五六七八九")} | {"零": "0", "幺": "1"}
_GAP = re.compile(r"[\W_]{0,3}")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a text must not name: who told it or stands on its roster (`teller`), or the boss they complain of.

    Of a teller in confidence (`secret`) not even the surname is left.
    """

    name: str
    teller: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """All that gives away who told it: names, numbers as figures in one piece, homes as they were written.

    `secret`: any of it was told in confidence.
    """

    named: Sequence[Named] = ()
    numbers: Collection[str] = ()
    homes: Sequence[str] = ()
    secret: bool = False


NOBODY = Tell()


def hide(text: str | None, tell: Tell = NOBODY, *, story: bool = False) -> str | None:
    """A text without who told it: names as 王*, numbers by their ends, homes as ***.

    Where anything was told in confidence, no figure of a number of a person is left, and no surname of its tellers. A
    `story` is what was told itself: whoever decides on it reads where its teller lives, but in confidence.
    """
    if not text:
        return text
    if tell.secret or not story:
        text = without_homes(text, tell.homes)
    text = _without_numbers(text, tell.numbers, secret=tell.secret)
    text = (mask_secret(text) if tell.secret else mask_told(text)) or ""
    letters = bare_name(text)
    for one in sorted(tell.named, key=lambda one: (not one.secret, -len(one.name), one.name)):
        if bare_name(one.name) in letters:
            text = without_name(text, one.name, secret=one.secret and one.teller)
    return text


def _without_numbers(text: str, numbers: Collection[str], *, secret: bool) -> str:
    """A text without numbers that are known, whatever stands between their figures and in whatever figures."""
    for number in sorted(numbers, key=lambda one: (-len(one), one)):
        for start, end in reversed(list(_spans(text, number))):
            text = text[:start] + ("***" if secret else _ends(number)) + text[end:]
    return text


def _ends(number: str) -> str:
    masked = mask_phone(number) if len(number) <= 12 else mask_identity_number(number)
    return masked or "***"


def _spans(text: str, number: str) -> Iterator[tuple[int, int]]:
    places = [(at, figure) for at, letter in enumerate(text) if (figure := _figure(letter))]
    figures = "".join(figure for _, figure in places)
    at = figures.find(number)
    while at >= 0:
        taken = [place for place, _ in places[at : at + len(number)]]
        if all(_GAP.fullmatch(text, left + 1, right) for left, right in pairwise(taken)):
            yield taken[0], taken[-1] + 1
            at = figures.find(number, at + len(number))
        else:
            at = figures.find(number, at + 1)


def _figure(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    value = digit(letter, None)
    return str(value) if value is not None else "X" if letter in "XxＸｘ" else ""
