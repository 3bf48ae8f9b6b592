"""Investigation: supervised by a superior, chased by a head, and what was approved by whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, Moment


class InquiryAnswerRow(Base):
    """What came of one notice of inquiry on one day: whether the party came, and which lines it handed in."""

    __tablename__ = "inquiry_answer"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    answered_on: Mapped[date]
    came: Mapped[bool]
    handed_in: Mapped[list[int]] = mapped_column(PLAIN_JSON, comment="numbers of the lines (casework.inquiry)")
    note: Mapped[str | None] = mapped_column(Encrypted("inquiry_answer.note"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class SupervisionRow(Base):
    """A superior supervises a case (督办): what is asked, by which day, and what was answered."""

    __tablename__ = "supervision"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    superior: Mapped[str] = mapped_column(Encrypted("supervision.superior"), comment="who supervises, as typed")
    demand: Mapped[str] = mapped_column(Encrypted("supervision.demand"))
    ordered_on: Mapped[date]
    due_on: Mapped[date]
    clock_id: Mapped[str] = mapped_column(ForeignKey("clock.id"))
    answer: Mapped[str | None] = mapped_column(Encrypted("supervision.answer"))
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None] = mapped_column(ID)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class ChaseRow(Base):
    """A head nudged the inspectors of a case once (催办)."""

    __tablename__ = "chase"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignment.id"))
    words: Mapped[str | None] = mapped_column(Encrypted("chase.words"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class ApprovalRow(Base):
    """One approval of a step that a higher head must allow (审批): who, when, what, why."""

    __tablename__ = "approval"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    clock_id: Mapped[str | None] = mapped_column(ForeignKey("clock.id"))
    step: Mapped[str] = mapped_column(CODE, comment="extend_investigation")
    approver: Mapped[str] = mapped_column(Encrypted("approval.approver"), comment="name and post of who approved")
    approved_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Encrypted("approval.reason"))
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
