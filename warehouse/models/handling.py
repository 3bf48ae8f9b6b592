"""Handling: what was done, issued, promised, paid, decided, handed on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.handling import PROVING
from warehouse.models.base import CODE, ID, LONG, NAME, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment


class VisitRow(Base):
    """One visit of two or more officers to an employer (走访)."""

    __tablename__ = "visit"
    __table_args__ = (Index(None, "case_id"), Index(None, "visited_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    visited_at: Mapped[datetime] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(Encrypted("visit.place"))
    officer_ids: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="two or more (QD §28)")
    people_met: Mapped[str | None] = mapped_column(Encrypted("visit.people_met"))
    problems_found: Mapped[int] = mapped_column(default=0)
    problems_corrected: Mapped[int] = mapped_column(default=0)
    findings: Mapped[str | None] = mapped_column(Encrypted("visit.findings"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class DocumentRow(Base):
    """One numbered paper (文书). Numbers run per year and kind.

    It is of a case, or of one of its complaints: such a one goes with the complaint, whatever case that is in.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("kind", "year", "serial"),
        CheckConstraint("complaint_id IS NULL OR case_id IS NULL", name="one_subject"),
        Index(None, "case_id"),
        Index(None, "complaint_id"),
        Index(None, "issued_on"),
        Index(None, "served_on"),
        Index(None, "done_at", "kind"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    complaint_id: Mapped[str | None] = mapped_column(
        ForeignKey("complaint.id"), comment="whose paper it is, where it is not the whole case's"
    )
    kind: Mapped[str] = mapped_column(CODE, comment="casework.documents: inquiry_notice, rectification_order, …")
    year: Mapped[int]
    serial: Mapped[int]
    document_no: Mapped[str] = mapped_column(NAME)
    issued_on: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(
        EncryptedJson("document.body"), comment="the blanks as filled; never the complaint's words"
    )
    served_on: Mapped[date | None]
    served_how: Mapped[str | None] = mapped_column(CODE)
    served_ref: Mapped[str | None] = mapped_column(
        Encrypted("document.served_ref"), comment="of a posting: where the photo or video lies (SPC13 §4)"
    )
    as_served: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJson("document.as_served"), comment="every blank as the party read it; stands from the service on"
    )
    announced_on: Mapped[date | None] = mapped_column(comment="service by notice: counts as served when its term ended")
    announced_why: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJson("document.announced_why"), comment="the way that was tried before, and why it failed"
    )
    addressee_id: Mapped[str | None] = mapped_column(
        ID, comment="the party of the chain it goes to in the employer's place, as it was named liable to pay"
    )
    void_on: Mapped[date | None] = mapped_column(comment="since when it says nothing; its number is not used again")
    void_why: Mapped[str | None] = mapped_column(Encrypted("document.void_why"))
    void_by: Mapped[str | None] = mapped_column(ID)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class RectificationOrderRow(Base):
    """One order to correct by a day (限期改正指令书). May exist without a case (exit A)."""

    __tablename__ = "rectification_order"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    workers: Mapped[int | None]
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    law: Mapped[str] = mapped_column(Encrypted("rectification_order.law"))
    demand: Mapped[str] = mapped_column(Encrypted("rectification_order.demand"))
    due_on: Mapped[date]
    corrected_on: Mapped[date | None]
    corrected_by: Mapped[str | None] = mapped_column(ID)


class PledgeRow(Base):
    """One signed pledge letter (《劳动维权》承诺书): what is promised by when."""

    __tablename__ = "pledge"
    __table_args__ = (Index(None, "case_id"), Index(None, "employer_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    signed_by: Mapped[str] = mapped_column(Encrypted("pledge.signed_by"))
    signed_on: Mapped[date]
    obligations: Mapped[str] = mapped_column(Encrypted("pledge.obligations"))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    due_on: Mapped[date]
    kept: Mapped[bool | None] = mapped_column(comment="None: not yet due or not yet checked")
    scan_ref: Mapped[str | None] = mapped_column(Encrypted("pledge.scan_ref"), comment="where the signed paper lies")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class PaymentRow(Base):
    """One back payment (补发), proven or reported: never a promise."""

    __tablename__ = "payment"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "paid_on"),
        CheckConstraint("amount_fen > 0", name="positive"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    paid_on: Mapped[date]
    workers: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    proof: Mapped[str] = mapped_column(CODE, comment="bank_voucher | signed_payroll | witness")
    proof_ref: Mapped[str | None] = mapped_column(Encrypted("payment.proof_ref"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


def is_proven() -> ColumnElement[bool]:
    """Whether a payment counts as paid: what only a witness says is reported, and proves none (724 §15)."""
    return PaymentRow.proof.in_(PROVING)


class PaymentLineRow(Base):
    """What one worker got in one payment."""

    __tablename__ = "payment_line"
    __table_args__ = (Index(None, "payment_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"))
    worker_name: Mapped[str] = mapped_column(Encrypted("payment_line.worker_name"))
    name_blind: Mapped[str | None] = mapped_column(ID)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class OutcomeRow(Base):
    """How a case ended, by one of the legal exits, with the conditions that were checked and by whom."""

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("state IN ('draft','submitted','approved','rejected')", name="state"),
        Index(None, "case_id", "state", "decided_at"),
        Index(None, "state"),
        Index(None, "decided_at"),
        Index(None, "exit", "decided_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    exit: Mapped[str] = mapped_column(CODE, comment="casework.leniency.Exit")
    basis: Mapped[str] = mapped_column(LONG, comment="law and article")
    offence_item: Mapped[str | None] = mapped_column(
        Encrypted("outcome.offence_item"), comment="item of the configured no-penalty list"
    )
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(
        EncryptedJson("outcome.conditions"),
        comment="key, met, fact, checked_by, at; a fact quotes what was typed",
    )
    amount_exempted_fen: Mapped[int | None] = mapped_column(BigInteger)
    exempted_article: Mapped[str | None] = mapped_column(
        Encrypted("outcome.exempted_article"), comment="which article and scale the waived fine is of"
    )
    jobs_kept: Mapped[int | None] = mapped_column(
        comment="people the employer keeps at work where it is spared, as the officer found; None: not asked, not known"
    )
    amount_fined_fen: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(Encrypted("outcome.note"))
    rule_version: Mapped[str] = mapped_column(CODE)
    state: Mapped[str] = mapped_column(CODE)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_reason: Mapped[str | None] = mapped_column(Encrypted("outcome.decided_reason"))
    waivers: Mapped[list[dict[str, Any]] | None] = mapped_column(
        EncryptedJson("outcome.waivers"), comment="row, step, units and amount of each waived fine"
    )
    fines: Mapped[list[dict[str, Any]] | None] = mapped_column(
        EncryptedJson("outcome.fines"), comment="row, step, units and range of each fine imposed"
    )
    amount_additional_fen: Mapped[int | None] = mapped_column(
        BigInteger, comment="加付赔偿金, ordered on top of the wages, to the workers"
    )
    notice_id: Mapped[str | None] = mapped_column(ID, comment="the prior notice it followed; used up by it")
    addressee_id: Mapped[str | None] = mapped_column(
        ID, comment="the party of the chain that is ordered to pay in the employer's place"
    )
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[str | None] = mapped_column(ID)


class ReferralRow(Base):
    """A case or complaint handed to another body (转办, 移送)."""

    __tablename__ = "referral"
    __table_args__ = (Index(None, "case_id"), Index(None, "referred_on"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    body: Mapped[str] = mapped_column(CODE, comment="housing | transport | water | police | arbitration | …")
    reason: Mapped[str] = mapped_column(Encrypted("referral.reason"))
    referred_on: Mapped[date]
    due_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Encrypted("referral.answer"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
