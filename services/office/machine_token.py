"""Which machine may read the figures of the installation: this one, or one that knows the token in a file."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from pathlib import Path

from casework.errors import BadInput

SHORTEST = 24
"""Characters of a token; the base64 of eighteen random bytes has as many."""
_PASSED_ON = ("x-forwarded-for", "x-real-ip", "forwarded", "via")


def token_in(path: Path) -> str:
    """The token that a file keeps. Raises `BadInput` where there is none, or one that could be guessed."""
    try:
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"The token file {path.name} cannot be read.") from None
    if len(token) < SHORTEST or any(letter.isspace() for letter in token):
        raise BadInput(f"The token in {path.name} is too short: take at least {SHORTEST} characters in one line.")
    return token


def may_read(path: Path | None, *, peer: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this machine itself, or shows the token.

    One that a reverse proxy passed on is not from this machine, whoever sent it: `headers` has names in small letters.
    """
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    if path is not None and scheme.lower() == "bearer" and shown:
        try:
            return hmac.compare_digest(shown.strip().encode(), token_in(path).encode())
        except BadInput:
            return False
    here = _loopback(peer or "") and _loopback(_host(headers.get("host", "")))
    return here and not any(name in headers for name in _PASSED_ON)


def _host(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def _loopback(place: str) -> bool:
    if place == "localhost":
        return True
    try:
        return ipaddress.ip_address(place).is_loopback
    except ValueError:
        return False
