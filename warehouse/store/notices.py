"""In-house notices: held for the grace of a recall, then shown. Ids only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.models import NoticeRow, new_id


def write_notices(
    session: Session,
    account_ids: Iterable[str],
    *,
    kind: str,
    due_at: datetime,
    case_id: str | None = None,
    assignment_id: str | None = None,
    prevention_id: str | None = None,
) -> None:
    """One notice to each account, shown from `due_at` on: of a case, or of a prevention notice."""
    session.add_all(
        NoticeRow(
            id=new_id("ntc"),
            account_id=account_id,
            kind=kind,
            case_id=case_id,
            assignment_id=assignment_id,
            prevention_id=prevention_id,
            due_at=due_at,
        )
        for account_id in account_ids
    )
    session.flush()


def cancel_undelivered(session: Session, *, assignment_id: str, at: datetime) -> list[str]:
    """Take back the notices of an assignment that nobody was shown. Returns the accounts that were shown theirs."""
    rows = session.scalars(select(NoticeRow).where(NoticeRow.assignment_id == assignment_id).with_for_update()).all()
    for row in rows:
        if row.delivered_at is None and row.cancelled_at is None:
            row.cancelled_at = at
    return sorted(row.account_id for row in rows if row.delivered_at is not None)


def deliver_due(session: Session, *, at: datetime) -> int:
    """Show what is due. Returns how many notices that were."""
    question = (
        update(NoticeRow)
        .where(NoticeRow.due_at <= at, NoticeRow.delivered_at.is_(None), NoticeRow.cancelled_at.is_(None))
        .values(delivered_at=at)
    )
    delivered: int = session.execute(question).rowcount  # type: ignore[attr-defined]  # an UPDATE has a cursor result
    return delivered


def read_notices(session: Session, *, account_id: str, assignment_id: str, at: datetime) -> None:
    """The account has acted on an assignment: its notices count as shown and read."""
    question = select(NoticeRow).where(
        NoticeRow.account_id == account_id,
        NoticeRow.assignment_id == assignment_id,
        NoticeRow.cancelled_at.is_(None),
    )
    for row in session.scalars(question):
        row.delivered_at, row.read_at = row.delivered_at or at, row.read_at or at


def settle_notices(session: Session, *, prevention_id: str, at: datetime) -> None:
    """What a prevention notice gave rise to is done: nobody need be told of it, or read it, any more."""
    question = select(NoticeRow).where(NoticeRow.prevention_id == prevention_id, NoticeRow.read_at.is_(None))
    for row in session.scalars(question.with_for_update()):
        row.delivered_at, row.read_at = row.delivered_at or at, at


def mark_read(session: Session, notice_ids: Collection[str], *, account_id: str, at: datetime) -> tuple[int, int]:
    """The account has read these. Returns how many of them are its own, and how many were unread until now."""
    question = select(NoticeRow).where(
        NoticeRow.id.in_(notice_ids),
        NoticeRow.account_id == account_id,
        NoticeRow.delivered_at.is_not(None),
        NoticeRow.cancelled_at.is_(None),
    )
    own = session.scalars(question.with_for_update()).all()
    fresh = [row for row in own if row.read_at is None]
    for row in fresh:
        row.read_at = at
    return len(own), len(fresh)
