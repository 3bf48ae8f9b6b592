"""What every step of a listing needs: the record at its step, a clock of its own, the paper of a decision."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import TimeLimit
from casework.errors import NotAllowed
from casework.people import Actor
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, add_paper
from warehouse.models import CaseRow, ClockRow, JointListingRow
from warehouse.store.clocks import start_clock
from warehouse.store.handling import documents_of
from warehouse.store.sparing import last_listing


def start(session: Session, case: CaseRow, limit: TimeLimit, on: date, *, actor: Actor, at: datetime) -> ClockRow:
    """Start a clock of the listing on a case."""
    calendar = calendar_in_force(session)
    return start_clock(session, limit, started_on=on, calendar=calendar, by=actor.id, at=at, case_id=case.id)


def at_step(session: Session, case: CaseRow, *states: str) -> JointListingRow:
    """The listing of a case, which is at one of these steps. Raises `NotAllowed`."""
    row = last_listing(session, case.id)
    if row is None or row.state not in states:
        raise NotAllowed("The listing of this case is not at this step.")
    return row


def decision_paper(
    session: Session, case: CaseRow, row: JointListingRow, kind: str, reason: str, *, actor: Actor, at: datetime
) -> Issued:
    """The paper of a decision on a listing, with the reason as it was given then."""
    session.flush()
    body = {"listing": row.id, "reason": reason.strip()}
    told = [one for one in documents_of(session, case.id, ("listing_notice",)) if one.body.get("listing") == row.id]
    party = told[-1].addressee_id if told else None
    paper = add_paper(session, case, kind, local_day(at), body, actor=actor, at=at, addressee_id=party)
    return Issued(paper.id, paper.document_no)
