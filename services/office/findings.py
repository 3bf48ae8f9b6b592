"""What a check says: what was looked at, how it is, in words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from services.office.vitals import Health

__all__ = ["Finding", "Health"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it is, in words, and what to do where it is not well."""

    subject: str
    health: Health
    words: str
    do: str = ""
