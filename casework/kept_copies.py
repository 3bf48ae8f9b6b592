"""Which of many copies are kept: all of late, then one a day, then one a month."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

ALL_FOR = timedelta(days=1)
DAILY_FOR = timedelta(days=35)
MONTHLY_FOR = timedelta(days=2 * 366)
"""House rule: what a mistake noticed today, this month or after a year needs. After that a copy is let go of."""
Copy = TypeVar("Copy", bound=Hashable)


def spare(copies: Collection[tuple[Copy, datetime]], at: datetime) -> set[Copy]:
    """Those of these copies, each with when it was made, that need not be kept. Never the newest, nor one to come.

    Of a day or a month the last copy is kept, by the days of `at`'s zone.
    """
    kept: dict[object, tuple[datetime, Copy]] = {}
    for one, made in copies:
        kept_as = _kept_as(one, made.astimezone(at.tzinfo), at)
        if kept_as is not None and (kept_as not in kept or made > kept[kept_as][0]):
            kept[kept_as] = made, one
    newest = max(copies, key=lambda copy: copy[1], default=None)
    return {one for one, _ in copies} - {one for _, one in kept.values()} - ({newest[0]} if newest else set())


def _kept_as(one: Hashable, made: datetime, at: datetime) -> object | None:
    """What a copy is kept for: itself, its day or its month; nothing when it is older than all of these."""
    age = at - made
    if age <= ALL_FOR:
        return one
    if age <= DAILY_FOR:
        return made.date()
    return (made.year, made.month) if age <= MONTHLY_FOR else None
