"""How a text about a complaint is shown: the one function for all that leaves the sealed columns.

What people tell and what officers write of it names who told it: complainants, those on their roster, their
telephones, their numbers and where they live.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from casework.homes import without_homes
from casework.identifiers import mask_identity_number, mask_phone
from casework.written_numbers import without_numbers
from warehouse.queries.masks import bare_name, mask_secret, mask_told, without_name


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
    text = without_numbers(text, tell.numbers, _nothing if tell.secret else _ends)
    text = (mask_secret(text) if tell.secret else mask_told(text)) or ""
    letters = bare_name(text)
    for one in sorted(tell.named, key=lambda one: (not one.secret, -len(one.name), one.name)):
        if bare_name(one.name) in letters:
            text = without_name(text, one.name, secret=one.secret and one.teller)
    return text


def _nothing(_number: str) -> str:
    return "***"


def _ends(number: str) -> str:
    masked = mask_phone(number) if len(number) <= 12 else mask_identity_number(number)
    return masked or "***"
