"""When a complaint is over: its answer is confirmed, or none is owed, and nobody needs to call its teller any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.lifecycle import APART, ENDED, VERDICTS, ComplaintStatus, LegalStatus
from warehouse.models import CaseRow
from warehouse.store.callbacks import answer_owed, concluded_at, settled, waiting_callbacks
from warehouse.store.cases import change_case
from warehouse.store.linkage import case_of
from warehouse.store.lives import living, standings, step_complaint, step_in_law


def close_if_settled(session: Session, complaint_id: str, *, by: str, at: datetime) -> bool:
    """Close a complaint that is over. Returns whether it was."""
    now = standings(session, [complaint_id])[complaint_id]
    if now is not ComplaintStatus.CONFIRMED and (now not in VERDICTS or answer_owed(session, complaint_id)):
        return False
    case_id = case_of(session, complaint_id)
    if case_id is not None and now not in APART and complaint_id in living(session, case_id):
        if session.get_one(CaseRow, case_id).status not in ENDED:
            return False
        if not settled(session, complaint_id, since=concluded_at(session, case_id)):
            return False
    step_complaint(session, complaint_id, ComplaintStatus.CLOSED, by=by, at=at)
    return True


def called_back_if_all_were(session: Session, case: CaseRow, *, by: str, at: datetime) -> int:
    """A closed case whose complainants were all called back says so; its version grows, so that older forms are stale.

    Returns how many are still to be called.
    """
    waiting = waiting_callbacks(session, case.id)
    if case.legal_status == LegalStatus.CLOSED and not waiting:
        into = step_in_law(session, case, LegalStatus.CALLED_BACK, by=by, at=at)
        change_case(case, {"legal_status": into}, by=by, at=at)
        session.flush()
    return waiting
