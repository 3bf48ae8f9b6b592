"""What is to be paid on a case: as verified, or where a review or a court changed the order to pay, as changed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.leniency import Exit
from casework.lifecycle import ENDED
from casework.party import Party
from warehouse.models import CaseRow, OutcomeRow, PartyActRow
from warehouse.store.outcomes import waiting_outcome


def changed_sum(session: Session, outcome: OutcomeRow) -> int | None:
    """The sum of an outcome in fen as a review or a court changed it last; None where none did."""
    row = PartyActRow
    question = select(row.amount_fen).where(
        row.outcome_id == outcome.id, row.kind == Party.REMEDY_ENDED.value, row.code == "changed"
    )
    return session.scalar(question.order_by(row.done_on.desc(), row.at.desc(), row.id.desc()).limit(1))


def changed_wages(session: Session, case: CaseRow) -> int | None:
    """What the workers are to get in all by a handling decision that was changed, while it stands; additional
    compensation is in it. None: not changed, or the case was taken up again."""
    if case.status not in ENDED:
        return None
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is None or outcome.exit != Exit.HANDLING.value:
        return None
    return changed_sum(session, outcome)


def to_pay(session: Session, case: CaseRow) -> int | None:
    """The fen that payments are held against; None: nothing is verified yet."""
    changed = changed_wages(session, case)
    return case.amount_verified_fen if changed is None else changed
