"""Call-backs (回访): who is to be asked, how often they were tried, and whether that is done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import WorkStatus
from casework.reply import FINAL
from warehouse.models import ComplaintVersionRow, ReplyRow, SatisfactionRow
from warehouse.store.lives import last_work_step, living
from warehouse.store.settings import whole

_UNDONE = ("pending", "delivered", "failed")


def concluded_at(session: Session, case_id: str) -> datetime | None:
    """When a case was last concluded: call-backs before that asked about something else."""
    return last_work_step(session, case_id, (WorkStatus.CONCLUDED,))


def settled(session: Session, complaint_id: str, *, since: datetime | None) -> bool:
    """Whether nobody needs to call this complainant any more.

    They answered, were tried as often as the office tries, gave no phone, or asked to be left alone.
    """
    said = ComplaintVersionRow
    newest = select(said.id).where(said.complaint_id == complaint_id, said.newest)
    if session.scalar(newest.where(said.wants_reply, said.complainant_phone.is_not(None))) is None:
        return True
    tried = select(SatisfactionRow.answered).where(SatisfactionRow.complaint_id == complaint_id)
    if since is not None:
        tried = tried.where(SatisfactionRow.asked_at >= since)
    tries = session.scalars(tried).all()
    return any(tries) or len(tries) >= whole(session, "callback.tries")


def waiting_callbacks(session: Session, case_id: str) -> int:
    """How many complainants of a case are still to be called back."""
    since = concluded_at(session, case_id)
    return sum(not settled(session, one, since=since) for one in living(session, case_id))


def answer_owed(session: Session, complaint_id: str) -> bool:
    """Whether a final answer to a complaint is still under way."""
    question = select(ReplyRow.id).where(
        ReplyRow.complaint_id == complaint_id, ReplyRow.kind.in_(FINAL), ReplyRow.state.in_(_UNDONE)
    )
    return session.scalar(question.limit(1)) is not None


def final_answers_owed(session: Session, complaint_ids: Collection[str]) -> tuple[set[str], set[str]]:
    """Of these complaints: whose final answer is under way, and whose was refused by its channel for good."""
    row = ReplyRow
    question = select(row.complaint_id, row.state).where(
        row.complaint_id.in_(complaint_ids), row.kind.in_(FINAL), row.state.in_(_UNDONE)
    )
    found = session.execute(question).all()
    unsent = {one for one, state in found if state != "failed"}
    return unsent, {one for one, _ in found} - unsent
