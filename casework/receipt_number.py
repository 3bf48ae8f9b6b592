"""Receipt numbers (回执号): what a worker is given for a complaint, and asks with later on.

Twelve characters of thirty, none of which is read as another: 59 bits by chance, so that nobody meets one by trying.
Together with the last four digits of the worker's own telephone it opens the progress of that one complaint.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: what is written by hand is read by somebody else."""
LENGTH = 12
_PART = 4
_FORM = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
_BETWEEN = re.compile(r"[\s\-‐-―_.·]+")
_FOUR = re.compile(r"[0-9]{4}")


def receipt_from(token: str) -> str:
    """The receipt number that belongs to a random token of the form: the same for the same, so that a form that is
    sent twice over a bad line has one number. It is as hard to guess as the token is, up to 59 bits.
    """
    number = int.from_bytes(sha256(b"arrears receipt 1\x00" + token.encode()).digest())
    found = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        found.append(LETTERS[place])
    return "".join(found)


def written(receipt: str) -> str:
    """A receipt number as it is shown: three parts of four."""
    return "-".join(receipt[place : place + _PART] for place in range(0, LENGTH, _PART))


def asked_at(page: str, receipt: str) -> str:
    """The address that a message to a worker carries: the number stands behind the #, which no server sees."""
    return f"{page.rstrip('/')}/progress#{written(receipt)}"


def typed(text: str) -> str | None:
    """A receipt number from what somebody typed: small letters, full width, dashes and blanks; None for any other."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    return plain if _FORM.fullmatch(plain) else None


def last_four(phone: str | None) -> str | None:
    """The last four digits of a telephone number; None where there are fewer."""
    digits = "".join(letter for letter in unicodedata.normalize("NFKC", phone or "") if letter in "0123456789")
    return digits[-4:] if _FOUR.fullmatch(digits[-4:]) else None
