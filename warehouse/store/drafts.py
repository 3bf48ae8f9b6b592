"""Drafts of one officer: kept, taken up again, dropped, swept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warehouse.engine import one_at_a_time
from warehouse.models import DraftRow, new_id


def put_draft(
    session: Session,
    *,
    account_id: str,
    case_id: str,
    act: str,
    about: str,
    typed: dict[str, list[str]],
    case_version: int,
    at: datetime,
) -> DraftRow:
    """Keep what was typed; an earlier draft of the same form is replaced. One at a time until the end."""
    one_at_a_time(session, f"draft:{account_id}:{case_id}:{act}:{about}")
    row = find_draft(session, account_id=account_id, case_id=case_id, act=act, about=about)
    if row is None:
        row = DraftRow(id=new_id("drf"), account_id=account_id, case_id=case_id, act=act, about=about)
        session.add(row)
    row.typed, row.case_version, row.at = typed, case_version, at
    session.flush()
    return row


def find_draft(session: Session, *, account_id: str, case_id: str, act: str, about: str | None) -> DraftRow | None:
    """The officer's draft of a form; with `about` None the newest of the act, whatever it is for."""
    question = select(DraftRow).where(
        DraftRow.account_id == account_id, DraftRow.case_id == case_id, DraftRow.act == act
    )
    if about is not None:
        question = question.where(DraftRow.about == about)
    return session.scalars(question.order_by(DraftRow.at.desc(), DraftRow.id).limit(1)).first()


def sweep(session: Session, *, before: datetime) -> int:
    """Drop the drafts that were last typed before a moment. Returns how many."""
    dropped: int = session.execute(delete(DraftRow).where(DraftRow.at < before)).rowcount  # type: ignore[attr-defined]  # a DELETE has a cursor result
    return dropped
