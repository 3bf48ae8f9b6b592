"""What every step of a listing needs: the record at its step, and the paper of a decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import NotAllowed
from casework.people import Actor
from services.paperwork.papers import Issued, add_paper
from warehouse.models import CaseRow, JointListingRow
from warehouse.store.handling import documents_of
from warehouse.store.sparing import last_listing


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
