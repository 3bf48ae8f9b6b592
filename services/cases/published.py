"""What a publication rests on falls: what the public reads must follow (R29 §5, §11; APL §48).

A decision is annulled or changed; the police refuse the case that it was published for, or it is taken back.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.clocks import PUBLICATION_CORRECT, PUBLICATION_TRANSFER, WITHDRAW_PUBLISHED, TimeLimit
from services.office.step_clocks import start_step
from warehouse.models import CaseRow, DocumentRow, PublicationRow
from warehouse.store.clocks import cancel_clock, running
from warehouse.store.notices import write_notices
from warehouse.store.publication_grounds import fell_since
from warehouse.store.published import stands_on_transfer, stands_published


def decision_fell(session: Session, case: CaseRow, decision: DocumentRow, on: date, *, by: str, at: datetime) -> None:
    """Start the deadline to withdraw or to correct, where this decision stands published and none of the kind runs.

    A penalty is withdrawn within three working days, by the act (APL §48, §85); a decision to pay is corrected within
    the days of R29 §11, which is a decree.
    """
    row = stands_published(session, case.id, decision.id)
    limit = WITHDRAW_PUBLISHED if decision.kind == "penalty_decision" else PUBLICATION_CORRECT
    if row is not None:
        _owed(session, row, limit, on, by=by, at=at)


def transfer_fell(session: Session, case: CaseRow, on: date, *, by: str, at: datetime) -> None:
    """The same where a breach stands published because the police had the case, and they do not have it any more.

    Whether they are asked to reconsider is open then: should they take it after all, `transfer_stands` ends the
    deadline.
    """
    row = stands_on_transfer(session, case.id)
    if row is not None:
        _owed(session, row, PUBLICATION_TRANSFER, on, by=by, at=at)


def transfer_stands(session: Session, case: CaseRow, *, by: str, at: datetime) -> None:
    """The police have the case again: nothing is to be put right, unless it is for another reason."""
    row = stands_on_transfer(session, case.id)
    if row is None or _owed_otherwise(session, row):
        return
    for clock in running(session, kind=PUBLICATION_TRANSFER.kind, case_id=case.id):
        if clock.source == PUBLICATION_TRANSFER.source:
            cancel_clock(session, clock, reason="transferred", by=by, at=at)


def _owed(session: Session, row: PublicationRow, limit: TimeLimit, on: date, *, by: str, at: datetime) -> None:
    if running(session, kind=limit.kind, case_id=row.case_id):
        return
    start_step(session, row.case_id, limit, on, by=by, at=at)
    told = [row.decided_by] if row.decided_by else []
    write_notices(session, told, kind="publication_fell", case_id=row.case_id, due_at=at)


def _owed_otherwise(session: Session, row: PublicationRow) -> bool:
    """Whether an objection that was accepted, or a decision that fell, still waits for a correction."""
    decision = session.get(DocumentRow, row.decision_id) if row.decision_id else None
    fell = fell_since(session, decision, row.at)
    accepted = row.answered_on if row.answer == "accepted" else None
    return any(day is not None and (row.corrected_on is None or row.corrected_on < day) for day in (fell, accepted))
