"""What a weekday usually brings, by the certificates of the same weekday before: the baseline of a pull."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from warehouse.models import PullCertificateRow

WEEKS, FEWEST = 8, 3
"""How many such days are looked back on, and how many of them make a baseline."""


def usual_on(session: Session, channel: str, day: date, works: Callable[[date], bool]) -> int | None:
    """How many records such a weekday brings, the median of the last eight that were worked, or not, as this one is.

    A day counts as a whole, with all its pulls; one without a pull does not count. None: fewer than three are known.
    Changed records count as well as new ones, canaries do not.
    """
    row = PullCertificateRow
    brought = []
    for weeks in range(1, WEEKS + 1):
        then = day - timedelta(weeks=weeks)
        if works(then) != works(day):
            continue
        begin = datetime.combine(then, time(), SHANGHAI)
        pulls, landed = session.execute(
            select(func.count(), func.sum(row.landed_new + row.landed_versions - row.canaries)).where(
                row.channel == channel,
                row.run_id.not_like("import:%"),
                row.started_at >= begin,
                row.started_at < begin + timedelta(days=1),
            )
        ).one()
        if pulls:
            brought.append(int(landed or 0))
    return int(median(brought)) if len(brought) >= FEWEST else None
