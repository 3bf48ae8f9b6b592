"""Which employers were one at a moment: what people merged, took back and merged again, in the order they did it.

Reads only. A merge that no step tells of is as old as the employer itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from operator import itemgetter

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warehouse.models import EmployerEventRow, EmployerRow

_Turn = tuple[datetime, int, str | None]
"""From when on, the how manieth step, and the employer that one leads on to; None: to none."""


class Joined:
    """The employers of the store as they were joined, at any moment."""

    def __init__(self, session: Session) -> None:
        kept = select(EmployerRow.id, EmployerRow.merged_into).where(EmployerRow.merged_into.is_not(None))
        self._first: dict[str, str | None] = dict(session.execute(kept).tuples().all())
        self._turns: dict[str, list[_Turn]] = defaultdict(list)
        row = EmployerEventRow
        steps = select(row).where(or_(row.kind == "merge", (row.kind == "split_alias") & row.undone_at.is_not(None)))
        for step in session.scalars(steps.order_by(row.step_no)):
            self._take(step)
        for turns in self._turns.values():
            turns.sort(key=itemgetter(0, 1))
        self._moments = sorted({at for turns in self._turns.values() for at, _, _ in turns})

    def _take(self, step: EmployerEventRow) -> None:
        moved: dict[str, str | None] = step.before["moved"] if step.kind == "merge" else {str(step.other_id): None}
        for employer, before in moved.items():
            turns = self._turns[employer]
            if not turns:
                self._first[employer] = before
            if step.kind == "merge":
                turns.append((step.at, 2 * step.step_no, step.employer_id))
            if step.undone_at is not None:
                after = before if step.kind == "merge" else step.employer_id
                turns.append((step.undone_at, 2 * step.step_no + 1, after))

    def root(self, employer: str, at: datetime) -> str:
        """The employer that stayed, of one that is kept; what is no employer of ours stays as it is."""
        into = self._first.get(employer)
        for since, _, led in self._turns.get(employer, ()):
            if since > at:
                break
            into = led
        return into or employer

    def step(self, at: datetime) -> int:
        """How many times by then any two had become one, or two again: where it is the same, so is every `root`."""
        return bisect_right(self._moments, at)
