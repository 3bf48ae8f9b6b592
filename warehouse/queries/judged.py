"""What people said of pairs: today's verdicts, newest first, and the one just given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from casework.people import Actor
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, JudgementRow
from warehouse.queries.officers import names_of
from warehouse.queries.sight import seen_by


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict a person gave, which stands and can be taken back."""

    judgement_id: str
    left_id: str
    right_id: str
    left_no: str
    right_no: str
    verdict: str
    by: str
    at: datetime


def judged_since(session: Session, actor: Actor, start: datetime, *, limit: int = 8) -> list[Judged]:
    """Verdicts people gave since a moment that still stand, newest first."""
    return _judged(session, actor, JudgementRow.at >= start, limit=limit)


def undoable(session: Session, actor: Actor, judgement_id: str | None) -> Judged | None:
    """One verdict, if it stands and this person may know of it."""
    if not judgement_id:
        return None
    return next(iter(_judged(session, actor, JudgementRow.id == judgement_id, limit=1)), None)


def _judged(session: Session, actor: Actor, which: ColumnElement[bool], *, limit: int) -> list[Judged]:
    left, right = aliased(ComplaintRow), aliased(ComplaintRow)
    rows = session.execute(
        select(JudgementRow, left.complaint_no, right.complaint_no)
        .join(left, left.id == JudgementRow.left_id)
        .join(right, right.id == JudgementRow.right_id)
        .join(
            CaseMembershipRow,
            (CaseMembershipRow.complaint_id == JudgementRow.left_id) & CaseMembershipRow.valid_to.is_(None),
        )
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(
            JudgementRow.by_person.is_(True),
            JudgementRow.newest.is_(True),
            JudgementRow.retracts.is_(None),
            which,
            seen_by(actor),
        )
        .order_by(JudgementRow.at.desc(), JudgementRow.id)
        .limit(limit)
    ).all()
    names = names_of(session, (row[0].by for row in rows))
    return [
        Judged(row.id, row.left_id, row.right_id, left_no, right_no, row.verdict, names.get(row.by, row.by), row.at)
        for row, left_no, right_no in rows
    ]
