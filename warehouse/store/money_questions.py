"""Questions whether the money came (到账确认): who is to be asked of a case, who was, and what they said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.money_came import Came, Said, stands, summed
from warehouse.models import CaseRow, ComplaintVersionRow, MoneyQuestionRow, new_id
from warehouse.store.callbacks import concluded_at
from warehouse.store.lives import living


def reachable(session: Session, case_id: str) -> list[str]:
    """The complaints of a case whose tellers want to hear and gave a telephone, and that did not end apart."""
    said = ComplaintVersionRow
    inside = living(session, case_id)
    question = select(said.complaint_id).where(
        said.complaint_id.in_(inside), said.newest, said.wants_reply, said.complainant_phone.is_not(None)
    )
    return sorted(session.scalars(question))


def questions_of(session: Session, case_id: str, *, since: datetime | None) -> list[MoneyQuestionRow]:
    """What was asked about the last conclusion of a case, or about all of them."""
    row = MoneyQuestionRow
    question = select(row).where(row.case_id == case_id)
    if since is not None:
        question = question.where(row.concluded_at >= since)
    return list(session.scalars(question.order_by(row.asked_at, row.complaint_id)))


def ask(session: Session, case: CaseRow, complaint_ids: Collection[str], *, silent_after: date, at: datetime) -> int:
    """Ask these workers about the last conclusion of their case; who was asked about it already is not asked again."""
    since = concluded_at(session, case.id) or case.opened_at
    row = MoneyQuestionRow
    asked = set(
        session.scalars(select(row.complaint_id).where(row.complaint_id.in_(complaint_ids), row.concluded_at == since))
    )
    new = sorted(set(complaint_ids) - asked)
    session.add_all(
        row(
            id=new_id("mny"),
            complaint_id=one,
            case_id=case.id,
            concluded_at=since,
            asked_at=at,
            silent_after=silent_after,
        )
        for one in new
    )
    session.flush()
    return len(new)


def open_question(session: Session, complaint_id: str) -> MoneyQuestionRow | None:
    """The newest question to the teller of a complaint, held until the end of the transaction; None: never asked."""
    row = MoneyQuestionRow
    question = select(row).where(row.complaint_id == complaint_id).order_by(row.concluded_at.desc()).limit(1)
    return session.scalars(question.with_for_update()).first()


def said_of(session: Session, case: CaseRow, *, today: date) -> tuple[Said, int]:
    """What the workers of a case say of its last conclusion, and how many who can be reached were not asked yet."""
    since = concluded_at(session, case.id)
    rows = questions_of(session, case.id, since=since)
    inside = set(reachable(session, case.id))
    found: list[Came] = [stands(row.came, row.silent_after, today) for row in rows if row.complaint_id in inside]
    return summed(found), len(inside - {row.complaint_id for row in rows})
