"""Answers that do not arrive, for pages: one shown otherwise, one refused, and a day that does not add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.receipts import Balance
from casework.reply import Receipt, ReplyKind
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ChannelRow, ComplaintRow, ComplaintVersionRow, ReplyRow
from warehouse.store.receipts import keep_day
from warehouse.store.replies import begin_attempt, note_delivered, note_failed, note_read_back, write_reply

SENT = "您反映的欠薪问题已办结，单位已支付工资8000元。"
SHOWN = "您反映的欠薪问题已办结，单位已支付工资3000元。"
ODD = date(2026, 11, 20)


def make_stuck(store: Warehouse, at: datetime) -> str:
    """Two answers to one complaint of a case, written two days ago. Returns the complaint's id."""
    then = at - timedelta(days=2)
    with store.write() as session:
        said = ComplaintVersionRow
        question = (
            select(ComplaintRow)
            .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
            .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
            .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
            .where(CaseMembershipRow.valid_to.is_(None), said.wants_reply, CaseRow.district_code.startswith("3702"))
            .where(ComplaintRow.channel != "walk_in")
            .order_by(ComplaintRow.complaint_no)
        )
        complaint = session.scalars(question.limit(1)).one()
        session.get_one(ChannelRow, complaint.channel).answers = True
        session.flush()
        for kind, body in ((ReplyKind.ACCEPTED, SENT), (ReplyKind.RESULT, "办理结果如下。")):
            moments = {"at": then, "not_before": then}
            reply_id = write_reply(
                session, complaint_id=complaint.id, kind=kind, body=body, by="system:test", **moments
            )
            assert reply_id is not None
            begin_attempt(session, reply_id)
            if kind is ReplyKind.ACCEPTED:
                note_delivered(session, reply_id, at=then)
                for _ in range(3):
                    note_read_back(session, reply_id, Receipt("R000001", SHOWN, then), at=then)
            else:
                words = "The hotline has no order of this number; it takes no reply."
                note_failed(session, reply_id, code="refused_by_channel", words=words, at=then)
        keep_day(session, complaint.channel, ODD, Balance(received=3, answered=1, unproven=1, still_open=2), at=then)
        return complaint.id


def answers(store: Warehouse, complaint_id: str) -> list[ReplyRow]:
    """The answers that `make_stuck` made, oldest first, detached."""
    with store.read() as session:
        question = select(ReplyRow).where(ReplyRow.complaint_id == complaint_id).order_by(ReplyRow.seq.desc()).limit(2)
        rows = list(session.scalars(question))
        session.expunge_all()
        return rows[::-1]
