"""Lives: every step of a complaint and of a case, the enforcement of decisions, and the archive."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, Base, Encrypted, Moment


class LifeMoveRow(Base):
    """One step of a complaint, or of a case at work or in law. Rows are only ever added; `newest` says where it is."""

    __tablename__ = "life_move"
    __table_args__ = (
        CheckConstraint("life IN ('complaint','work','law')", name="life"),
        CheckConstraint("(case_id IS NULL) <> (complaint_id IS NULL)", name="one_subject"),
        UniqueConstraint("case_id", "life", "step_no"),
        UniqueConstraint("complaint_id", "step_no"),
        Index(None, "done_at", "became"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    life: Mapped[str] = mapped_column(CODE, comment="casework.lifecycle.Life")
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    complaint_id: Mapped[str | None] = mapped_column(ForeignKey("complaint.id"))
    step_no: Mapped[int] = mapped_column(comment="from 1, in the order of this life")
    was: Mapped[str] = mapped_column(CODE)
    became: Mapped[str] = mapped_column(CODE)
    newest: Mapped[bool] = mapped_column(comment="the step that says where it is; the only column that ever changes")
    rule_version: Mapped[str] = mapped_column(CODE, comment="of the table of steps")
    reason: Mapped[str | None] = mapped_column(Encrypted("life_move.reason"))
    ground: Mapped[str | None] = mapped_column(
        CODE, comment="of a complaint that is declined: casework.handling.DECLINE_GROUNDS"
    )
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class EnforcementRow(Base):
    """One thing done to have a decision carried out: it was performed, demanded, or the court was asked."""

    __tablename__ = "enforcement"
    __table_args__ = (
        CheckConstraint("kind IN ('performed','demanded','applied')", name="kind"),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(CODE)
    done_on: Mapped[date]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), comment="the demand (催告书)")
    court: Mapped[str | None] = mapped_column(Encrypted("enforcement.court"))
    note: Mapped[str | None] = mapped_column(Encrypted("enforcement.note"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class PartyActRow(Base):
    """One thing the party did: what it said to the prior notice, or that it went against the decision."""

    __tablename__ = "party_act"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('stated','waived','hearing_asked','heard','remedy_taken','remedy_ended')", name="kind"
        ),
        Index(None, "case_id"),
        Index(None, "outcome_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), comment="the paper it answers")
    kind: Mapped[str] = mapped_column(CODE, comment="casework.party.Party")
    code: Mapped[str | None] = mapped_column(CODE, comment="which remedy was taken, or how it ended")
    done_on: Mapped[date]
    said: Mapped[str] = mapped_column(Encrypted("party_act.said"))
    answer: Mapped[str | None] = mapped_column(
        Encrypted("party_act.answer"), comment="what was examined again, or how the remedy ended"
    )
    notified_on: Mapped[date | None] = mapped_column(comment="when it was told of its hearing")
    outcome_id: Mapped[str | None] = mapped_column(ID, comment="the outcome that a remedy went against")
    amount_fen: Mapped[int | None] = mapped_column(
        BigInteger, comment="as a review or a court changed it: what is to be paid in all, or the fine"
    )
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class CaseArchiveRow(Base):
    """One volume of one case (一案一卷), bound and put away until a year."""

    __tablename__ = "case_archive"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    archive_no: Mapped[str] = mapped_column(CODE, unique=True)
    archived_on: Mapped[date]
    kept_until: Mapped[date] = mapped_column(comment="setting archive.years, from the day of archiving")
    papers: Mapped[int] = mapped_column(comment="how many papers the volume holds")
    note: Mapped[str | None] = mapped_column(Encrypted("case_archive.note"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
