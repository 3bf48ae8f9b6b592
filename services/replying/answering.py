"""受理告知: every complaint of a case that is out is told so, on its own channel, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import WorkStatus
from casework.reply import ReplyKind
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ChannelRow,
    ComplaintRow,
    ComplaintVersionRow,
    ReplyRow,
)
from warehouse.store.lives import ended_apart
from warehouse.store.replies import write_replies
from warehouse.store.settings import text

_OUT = (WorkStatus.DISPATCHED, WorkStatus.IN_PROGRESS)


def answer_accepted(
    session: Session, *, by: str, at: datetime, not_before: datetime, case_id: str | None = None
) -> int:
    """Write the answer to every complaint that wants one and has none: of one case, or of all that are out.

    A complaint that joins a case after its dispatch is found here too. Returns how many answers were written.
    """
    told = select(ReplyRow.id).where(
        ReplyRow.complaint_id == ComplaintRow.id, ReplyRow.kind == ReplyKind.ACCEPTED, ReplyRow.state != "withdrawn"
    )
    said = ComplaintVersionRow
    question = (
        select(ComplaintRow.id, CaseRow.matter_no)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .join(ChannelRow, ChannelRow.name == ComplaintRow.channel)
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .where(CaseMembershipRow.valid_to.is_(None), CaseRow.status.in_(_OUT), ~told.exists(), ~ended_apart())
        .where(ChannelRow.answers, said.wants_reply)
        .order_by(ComplaintRow.id)
    )
    if case_id is not None:
        question = question.where(CaseRow.id == case_id)
    body = text(session, "reply.accepted.body")
    bodies = {one: body.format(matter_no=matter_no) for one, matter_no in session.execute(question).tuples()}
    return len(write_replies(session, bodies, kind=ReplyKind.ACCEPTED, by=by, at=at, not_before=not_before))
