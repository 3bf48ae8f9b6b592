"""Passwords: argon2id with the least parameters OWASP names, two hashes at a time, and a policy from the settings."""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from casework.errors import BadInput
from warehouse.store.settings import whole

_LONGEST = 256
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_TWO_AT_ONCE = threading.BoundedSemaphore(2)
"""Fifty logins at once would otherwise take a gigabyte."""


def hashed(password: str) -> str:
    """The stored form of a password."""
    with _TWO_AT_ONCE:
        return _HASHER.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one. Without a stored one it takes as long and says no."""
    nobody = _of_nobody()
    try:
        with _TWO_AT_ONCE:
            return _HASHER.verify(stored or nobody, password[:_LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _of_nobody() -> str:
    return _HASHER.hash("the password of nobody")


def check_policy(session: Session, password: str, *, login: str) -> None:
    """Raise `BadInput`, saying what to change, for a password the office does not take (GB/T 22239 身份鉴别)."""
    length, classes = whole(session, "account.password.length"), whole(session, "account.password.classes")
    if not length <= len(password) <= _LONGEST:
        raise BadInput(f"A password has {length} to {_LONGEST} characters.")
    kinds = (
        any(char.islower() for char in password),
        any(char.isupper() for char in password),
        any(char.isdigit() for char in password),
        any(not char.isalnum() or not char.isascii() for char in password),
    )
    if sum(kinds) < classes:
        raise BadInput(f"A password mixes {classes} of: small letters, capital letters, digits, other characters.")
    if login.strip().casefold() in password.casefold():
        raise BadInput("A password does not contain the login name.")


_SYLLABLES = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789")


def handed_out(session: Session) -> str:
    """A password by chance that the policy takes, to be read out once and changed at the first login."""
    parts: list[str] = []
    while not parts or len("-".join(parts)) < whole(session, "account.password.length") or len(parts) < len(_SYLLABLES):
        letters = _SYLLABLES[len(parts) % len(_SYLLABLES)]
        parts.append("".join(secrets.choice(letters) for _ in range(5)))
    return "-".join(parts)
