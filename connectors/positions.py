"""Positions of channels that are ordered by a moment: `2026-11-20T00:15:00+00:00|key`, which sorts as it reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from casework.errors import CursorRefused
from casework.record import Cursor
from connectors.base import Channel

SKEW = timedelta(minutes=15)
"""How far the other side's clock may run before ours."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)\|(.{0,150})", re.DOTALL)


def position(at: datetime, key: str) -> str:
    """Where a record stands: whole seconds in UTC, then as much of its key as can be printed."""
    plain = "".join(letter if letter.isprintable() else "_" for letter in key[:150])
    return f"{at.astimezone(UTC).replace(microsecond=0).isoformat()}|{plain}"


def start_from(channel: Channel, cursor: Cursor | None, *, now: datetime, first_days: float) -> datetime:
    """The moment from which to pull: the cursor less the overlap, or `first_days` back when there is none.

    Raises `CursorRefused` for a position of another form, before the year 2000 or in the future: to start from such a
    one would be a silent gap.
    """
    if cursor is None:
        return now - timedelta(days=first_days)
    found = _FORM.fullmatch(cursor.position) if isinstance(cursor.position, str) else None
    if cursor.channel != channel.name or found is None:
        raise CursorRefused(f"The position of {channel.name} has not the form of this channel.")
    try:
        at = datetime.fromisoformat(found[1])
    except ValueError:
        raise CursorRefused(f"The position of {channel.name} is not a moment.") from None
    if not EARLIEST <= at <= now + SKEW:
        raise CursorRefused(f"The position of {channel.name} is not in the time that can be.")
    return at - timedelta(minutes=channel.overlap_minutes)


def from_moment(channel: Channel, since: datetime) -> Cursor:
    """The cursor of a pull that asks for all that changed since a moment, whatever was landed."""
    return Cursor(channel.name, position(since + timedelta(minutes=channel.overlap_minutes), ""))


def moment_of(record_position: str) -> datetime | None:
    """The moment a position stands at; None for a channel that is not ordered by moments."""
    found = _FORM.fullmatch(record_position)
    try:
        return datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


class Marks:
    """Positions for the records of one pull, never falling and never in the future.

    A record whose own moment cannot be read stands where the one before it stood, and one that a fast clock put into
    the future stands at now: neither may carry the cursor to a place from which nothing is found again.
    """

    def __init__(self, start: datetime, now: datetime) -> None:
        self._last = min(start, now)
        self._now = now

    def mark(self, at: datetime | None, key: str) -> str:
        """The position of the next record."""
        if at is not None:
            self._last = max(self._last, min(at, self._now))
        return position(self._last, key)
