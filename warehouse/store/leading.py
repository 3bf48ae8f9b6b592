"""Numbers that lead on: a merged case and the one that stays."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import CaseRow


def leading_here(session: Session, case_id: str) -> list[str]:
    """A case and every case that was merged into it, however often in between."""
    found, fresh = [case_id], [case_id]
    while fresh:
        question = select(CaseRow.id).where(CaseRow.merged_into.in_(fresh), CaseRow.id.not_in(found))
        fresh = list(session.scalars(question.order_by(CaseRow.id)))
        found += fresh
    return found


def leads_to(session: Session, case: CaseRow) -> CaseRow:
    """The case that stays, at the end of the numbers that lead on."""
    while case.merged_into is not None:
        case = session.get_one(CaseRow, case.merged_into)
    return case
