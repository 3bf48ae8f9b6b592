"""What the steps onto the joint-sanction list and off it share: where a listing stands, and the terms that start."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.clocks import TimeLimit
from casework.errors import NotAllowed
from casework.people import Actor
from services.working_days import calendar_in_force
from warehouse.models import CaseRow, ClockRow, JointListingRow
from warehouse.store.clocks import start_clock
from warehouse.store.sparing import last_listing


def start_term(session: Session, case: CaseRow, limit: TimeLimit, on: date, *, actor: Actor, at: datetime) -> ClockRow:
    """A term of the way onto the list or off it starts on a day."""
    calendar = calendar_in_force(session)
    return start_clock(session, limit, started_on=on, calendar=calendar, by=actor.id, at=at, case_id=case.id)


def at_step(session: Session, case: CaseRow, *states: str) -> JointListingRow:
    """The newest listing of a case, where it stands at one of these steps."""
    row = last_listing(session, case.id)
    if row is None or row.state not in states:
        raise NotAllowed("The listing of this case is not at this step.")
    return row
