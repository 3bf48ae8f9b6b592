"""How long people worked, told from what they did: the time before an act belongs to it, a pause does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from casework.calendar import SHANGHAI, Calendar
from casework.errors import BadInput

QUEUE_ACTS = frozenset(
    {
        "dispatch",
        "dispatch_batch",
        "recall",
        "recall_batch",
        "choose_inspector",
        "pick_employer",
        "judge",
        "take_back_verdict",
        "merge",
        "split",
        "undo",
        "reveal",
    }
)
"""Acts of emptying the queue, by their names in the audit log: sending, merging, and what is asked before either."""
LOGIN = "log_in"
LEAST_OFFICERS = 2
"""Of fewer nothing is shown, whatever the office sets: of one it would be that person's time (PIPL §6)."""
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])\Z")


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one person, and whether it was one of emptying the queue."""

    at: datetime
    of_queue: bool


def active(acts: Iterable[Act], *, begins: datetime, ends: datetime, pause: timedelta) -> timedelta:
    """The time worked on the queue between two moments.

    The gap before each act belongs to that act: it counts when the act was one of the queue, and then at most `pause`
    of it, for who rests longer than that is not reading a list. What is done between on other things counts nothing.
    """
    inside = sorted({act for act in acts if begins <= act.at <= ends}, key=lambda act: (act.at, not act.of_queue))
    total, before = timedelta(0), begins
    for act in inside:
        if act.of_queue:
            total += min(act.at - before, pause)
        before = act.at
    return total


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office works on a day that works, as spans in Shanghai in their order."""

    spans: tuple[tuple[time, time], ...]

    @classmethod
    def read(cls, written: Sequence[str]) -> OfficeHours:
        """From `08:30-12:00` and so on. Raises `BadInput` for what is written otherwise, empty, or not in order."""
        spans = []
        for one in written:
            said = _HOURS.match(one)
            if said is None:
                raise BadInput("Office hours are written like 08:30-12:00.")
            spans.append((time(int(said[1]), int(said[2])), time(int(said[3]), int(said[4]))))
        edges = [edge for span in spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise BadInput("Office hours stand in their order and do not overlap.")
        return cls(tuple(spans))

    def seconds(self, begins: datetime, ends: datetime, calendar: Calendar) -> float:
        """The working time between two moments: 0 where the second is not after the first."""
        if ends <= begins:
            return 0.0
        first, last = begins.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
        days = calendar.working_days(first.date(), last.date())
        whole = days * self._until(time.max)
        until_last = self._until(last.time()) - self._until(time.max) if calendar.works(last.date()) else 0.0
        until_first = self._until(first.time()) - self._until(time.max) if calendar.works(first.date()) else 0.0
        return whole + until_last - until_first

    def after(self, begins: datetime, span: timedelta, calendar: Calendar) -> datetime:
        """The first moment at which so much working time has passed since another."""
        local, left = begins.astimezone(SHANGHAI), span.total_seconds()
        day, since = local.date(), local.time()
        while True:
            for start, end in self.spans if calendar.works(day) else ():
                first = max(start, since)
                worked = _seconds(end) - _seconds(first)
                if worked > 0 and worked >= left:
                    return datetime.combine(day, first, SHANGHAI) + timedelta(seconds=left)
                left -= max(worked, 0.0)
            day, since = day + timedelta(days=1), time.min

    def _until(self, moment: time) -> float:
        """Seconds worked on a day up to a time of it."""
        return sum(max(_seconds(min(moment, end)) - _seconds(start), 0.0) for start, end in self.spans)


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
