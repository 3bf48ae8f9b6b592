"""Quiet hours: when nobody is written to, and from when on they may be again. Hours of the office's own clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from casework.calendar import SHANGHAI, Calendar
from casework.errors import BadInput

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight where the second is the earlier. The two equal: none."""

    begins: time
    ends: time

    @classmethod
    def read(cls, text: str) -> QuietHours:
        """As the setting writes them, "21:00-08:00". Raises `BadInput`."""
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise BadInput("Quiet hours are written as 21:00-08:00.")
        first, last = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        return cls(time(*divmod(first, 60)), time(*divmod(last, 60)))

    def hold(self, at: datetime) -> bool:
        """Whether nobody is written to at this moment. The first minute is quiet, the last is not."""
        now = at.astimezone(SHANGHAI).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

    def over_at(self, at: datetime) -> datetime:
        """From when on one may write: this moment, or the end of the quiet hours it lies in."""
        if not self.hold(at):
            return at
        local = at.astimezone(SHANGHAI)
        end = datetime.combine(local.date(), self.ends, SHANGHAI)
        return (end if end > local else end + timedelta(days=1)).astimezone(at.tzinfo)


def officers_read(at: datetime, quiet: QuietHours, calendar: Calendar) -> bool:
    """Whether officers are written to now: on days that work, outside the quiet hours."""
    return not quiet.hold(at) and calendar.works(at.astimezone(SHANGHAI).date())
