"""Which day of which channel is certified (拉取凭证): whether the pulls prove that all of the day was fetched.

A pull begins where the one before it ended (its cursor) and brings all that came since. So a day is certified by the
first complete pull begun after its end, however late, as long as no pull is missing between: a channel that was down
on Tuesday and caught up on Wednesday has told its Tuesday. A pull that was cut short moves the cursor only over what
it landed; one that answered "nothing" on a working day proves nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from casework.calendar import SHANGHAI, local_day

CERTIFIED, MISSING, ACCEPTED, PAUSED, UNUSED = "certified", "missing", "accepted", "paused", "unused"
STATES = (CERTIFIED, MISSING, ACCEPTED, PAUSED, UNUSED)


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull: when it began, from which cursor to which, how many records it saw, landed anew and set aside."""

    started_at: datetime
    cursor_from: str | None
    cursor_to: str | None
    complete: bool
    seen: int
    landed: int
    refused: int


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """One day of one channel: its state (`STATES`), what certifies it, and what the pulls begun on it brought.

    `certified_at` is when the certifying pull began. `reason` is why a head accepted that the certificate lacks.
    """

    channel: str
    day: date
    state: str
    certified_at: datetime | None = None
    pulls: int = 0
    seen: int = 0
    landed: int = 0
    refused: int = 0
    reason: str = ""


def channel_days(
    channel: str,
    pulls: Sequence[Pull],
    days: Iterable[date],
    *,
    since: date | None,
    paused_on: date | None = None,
) -> list[ChannelDay]:
    """The days of one channel. `pulls` are those from the last before the days to the first complete one after them.

    `since` is the day of its first pull of all: before it the channel was not in use. From `paused_on` it is set aside
    by a person and has no plan.
    """
    complete = [pull.started_at for pull in pulls if pull.complete]
    torn = _torn(pulls, since)
    counted: dict[date, Counter[str]] = {}
    for pull in pulls:
        own = counted.setdefault(local_day(pull.started_at), Counter())
        own.update(pulls=1, seen=pull.seen, landed=pull.landed, refused=pull.refused)
    found = []
    for day in days:
        place = bisect_left(complete, datetime.combine(day + timedelta(days=1), time(), SHANGHAI))
        closed = complete[place] if place < len(complete) else None
        if since is None or day < since:
            state, closed = UNUSED, None
        elif closed is not None and not any(begins <= day <= ends for begins, ends in torn):
            state = CERTIFIED
        else:
            state, closed = (PAUSED if paused_on is not None and day >= paused_on else MISSING), None
        found.append(ChannelDay(channel, day, state, closed, **dict[str, Any](counted.get(day, {}))))
    return found


def _torn(pulls: Sequence[Pull], since: date | None) -> list[tuple[date, date]]:
    """The days between two pulls of which the later did not begin where the earlier ended: one between is lost.

    A pull without a cursor asks for everything, and mends what was torn before it.
    """
    found: list[tuple[date, date]] = []
    for before, pull in zip((None, *pulls), pulls, strict=False):
        if pull.cursor_from is None:
            found = found if not pull.complete else []
        elif before is not None and pull.cursor_from != before.cursor_to:
            found.append((local_day(before.started_at), local_day(pull.started_at)))
        elif before is None and local_day(pull.started_at) == since:
            found.append((since, since))
    return found
