"""The publication of grave breaches (重大劳动保障违法行为社会公布, R29): what is before the public, and since when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, Base, Encrypted, Moment


class PublicationRow(Base):
    """One publication of one breach of one employer, from the proposal to its withdrawal, with its days.

    The text is what stands published now; what stood before a correction is in the paper of then.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','approved','dropped','published','withdrawn')", name="state"),
        Index(None, "case_id"),
        Index(None, "employer_id"),
        Index(None, "published_on"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    decision_id: Mapped[str | None] = mapped_column(
        ForeignKey("document.id"), comment="the served decision on the breach; None: it went to the police"
    )
    breach: Mapped[str] = mapped_column(CODE, comment="casework.publication.Breach (R29 §5)")
    basis: Mapped[str | None] = mapped_column(
        Encrypted("publication.basis"), comment="on what it rests that it is grave, where the records do not show it"
    )
    code: Mapped[str | None] = mapped_column(
        Encrypted("publication.code"), comment="registration number, where no credit code is on record"
    )
    address: Mapped[str] = mapped_column(Encrypted("publication.address"))
    legal_rep: Mapped[str] = mapped_column(Encrypted("publication.legal_rep"))
    facts: Mapped[str] = mapped_column(Encrypted("publication.facts"))
    handled: Mapped[str] = mapped_column(Encrypted("publication.handled"))
    state: Mapped[str] = mapped_column(CODE)
    unpaid_fen: Mapped[int | None] = mapped_column(
        BigInteger, comment="what was unpaid when it was proposed; None: proposed before this was kept"
    )
    weighed: Mapped[str | None] = mapped_column(
        Encrypted("publication.weighed"), comment="of the head who approved: what changed since the proposal comes to"
    )
    decided_on: Mapped[date | None] = mapped_column(comment="when a head approved or dropped it")
    decided_by: Mapped[str | None] = mapped_column(ID)
    reason: Mapped[str | None] = mapped_column(Encrypted("publication.reason"), comment="of the head who decided")
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), comment="the paper that is published")
    published_on: Mapped[date | None]
    place: Mapped[str | None] = mapped_column(Encrypted("publication.place"), comment="website, newspaper, television")
    objected_on: Mapped[date | None] = mapped_column(comment="the last objection of the employer")
    objection: Mapped[str | None] = mapped_column(Encrypted("publication.objection"))
    answered_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(CODE, comment="casework.publication.ANSWERS")
    corrected_on: Mapped[date | None] = mapped_column(comment="the last correction")
    withdrawn_on: Mapped[date | None]
    withdrawn_why: Mapped[str | None] = mapped_column(CODE, comment="casework.publication.WITHDRAWALS")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
