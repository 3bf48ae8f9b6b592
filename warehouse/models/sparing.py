"""Flexible enforcement and its opposite: what a sparing rests on, and what follows when it is broken or refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment


class HistorySearchRow(Base):
    """One search for earlier offences of a case's employer, kept as evidence whatever it found."""

    __tablename__ = "history_search"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    outcome_id: Mapped[str | None] = mapped_column(ForeignKey("outcome.id"), comment="None: searched on its own")
    since_on: Mapped[date | None] = mapped_column(comment="from when an offence bars; None: from ever")
    hits: Mapped[int] = mapped_column(comment="earlier offences found over the whole history")
    barring: Mapped[int] = mapped_column(comment="of these, since the day")
    found: Mapped[dict[str, Any]] = mapped_column(
        EncryptedJson("history_search.found"), comment="codes, names, employers and cases that were asked for and found"
    )
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class EducationRow(Base):
    """The party was educated (批评教育, APL §33 para 3)."""

    __tablename__ = "education"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    educated_on: Mapped[date]
    way: Mapped[str] = mapped_column(CODE, comment="casework.sparing.EDUCATION_WAYS")
    officer_ids: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="two or more (QD §28)")
    person: Mapped[str] = mapped_column(Encrypted("education.person"))
    said: Mapped[str] = mapped_column(Encrypted("education.said"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class LegalReviewRow(Base):
    """One legal review (法制审核) of one submitted outcome, by somebody who neither proposed nor decides it."""

    __tablename__ = "legal_review"
    __table_args__ = (Index(None, "case_id"), Index(None, "outcome_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    outcome_id: Mapped[str] = mapped_column(ForeignKey("outcome.id"))
    passed: Mapped[bool]
    opinion: Mapped[str] = mapped_column(Encrypted("legal_review.opinion"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class RedFlagRow(Base):
    """One fact that bars sparing: an incident, a refusal, a flight, a retaliation and so on. A head may lift it."""

    __tablename__ = "red_flag"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(CODE, comment="casework.sparing.RedFlag")
    seen_on: Mapped[date]
    basis: Mapped[str] = mapped_column(Encrypted("red_flag.basis"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    lifted_by: Mapped[str | None] = mapped_column(ID)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_why: Mapped[str | None] = mapped_column(Encrypted("red_flag.lifted_why"))


class PledgeDutyRow(Base):
    """One obligation of a pledge with its day, and whether it was kept."""

    __tablename__ = "pledge_duty"
    __table_args__ = (UniqueConstraint("pledge_id", "seq"), Index(None, "due_on"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    pledge_id: Mapped[str] = mapped_column(ForeignKey("pledge.id"))
    seq: Mapped[int]
    says: Mapped[str] = mapped_column(Encrypted("pledge_duty.says"))
    due_on: Mapped[date]
    kept: Mapped[bool | None] = mapped_column(comment="None: not yet checked")
    checked_by: Mapped[str | None] = mapped_column(ID)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Encrypted("pledge_duty.reason"))
    told_at: Mapped[datetime | None] = mapped_column(Moment, comment="when the officers were told that it is due")


class FollowUpRow(Base):
    """The visit to a spared employer (事后回访) that its approval scheduled, its result, and a relapse."""

    __tablename__ = "follow_up"
    __table_args__ = (Index(None, "case_id"), Index(None, "outcome_id", unique=True))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    outcome_id: Mapped[str] = mapped_column(ForeignKey("outcome.id"))
    clock_id: Mapped[str] = mapped_column(ForeignKey("clock.id"))
    done_on: Mapped[date | None]
    officer_ids: Mapped[list[str] | None] = mapped_column(PLAIN_JSON)
    finding: Mapped[str | None] = mapped_column(CODE, comment="casework.sparing.FOLLOW_UP_RESULTS")
    said: Mapped[str | None] = mapped_column(Encrypted("follow_up.said"))
    relapsed_on: Mapped[date | None] = mapped_column(comment="the flag: offended again within the window")
    relapse_case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    told_at: Mapped[datetime | None] = mapped_column(Moment, comment="when the officers were told that it is due")
    by: Mapped[str | None] = mapped_column("done_by", ID)
    at: Mapped[datetime | None] = mapped_column("done_at", Moment)


class RevocationRow(Base):
    """A sparing is proposed to be revoked, because a pledge was broken; a head decides."""

    __tablename__ = "revocation"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','revoked','upheld')", name="state"),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    outcome_id: Mapped[str] = mapped_column(ForeignKey("outcome.id"))
    duty_id: Mapped[str | None] = mapped_column(ForeignKey("pledge_duty.id"))
    state: Mapped[str] = mapped_column(CODE)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Encrypted("revocation.reason"))


class JointListingRow(Base):
    """One way onto the joint-sanction list and off it (失信联合惩戒名单, R45 §5-17), with its days."""

    __tablename__ = "joint_listing"
    __table_args__ = (
        CheckConstraint("state IN ('told','objected','verified','listed','spared','dropped','removed')", name="state"),
        Index(None, "case_id"),
        Index(None, "decided_on"),
        Index(None, "employer_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("rectification_order.id"))
    decision_id: Mapped[str | None] = mapped_column(
        ForeignKey("document.id"), comment="the handling decision that ran out unpaid, where no order did"
    )
    trigger: Mapped[str] = mapped_column("grounds", CODE, comment="criminal_figure | group_incident")
    rural_basis: Mapped[str | None] = mapped_column(
        Encrypted("joint_listing.rural_basis"),
        comment="why the workers are rural migrants, where the case does not say so",
    )
    persons: Mapped[list[str]] = mapped_column(
        EncryptedJson("joint_listing.persons"), comment="legal representative and responsible persons: listed too"
    )
    state: Mapped[str] = mapped_column(CODE)
    told_on: Mapped[date]
    objected_on: Mapped[date | None]
    objection: Mapped[str | None] = mapped_column(Encrypted("joint_listing.objection"))
    verified_on: Mapped[date | None]
    verified: Mapped[str | None] = mapped_column(Encrypted("joint_listing.verified"))
    credit_pledge_on: Mapped[date | None] = mapped_column(comment="信用承诺书, another paper than the pledge letter")
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(ID)
    reason: Mapped[str | None] = mapped_column(Encrypted("joint_listing.reason"))
    listed_until: Mapped[date | None]
    corrected_on: Mapped[date | None]
    removal_asked_on: Mapped[date | None]
    removal_decided_on: Mapped[date | None]
    taken_down_on: Mapped[date | None]
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class CrimeTransferRow(Base):
    """One transfer to the police (移送公安), from the report of two officers to what the police decided (TRF §5-12)."""

    __tablename__ = "crime_transfer"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reported','refused','approved','handed_over','reconsider','police_filed','police_refused')",
            name="state",
        ),
        Index(None, "handed_at"),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str] = mapped_column(CODE)
    officer_ids: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="two or more (TRF §5)")
    reported_on: Mapped[date]
    report: Mapped[str] = mapped_column(Encrypted("crime_transfer.report"))
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Encrypted("crime_transfer.reason"))
    packet: Mapped[dict[str, str] | None] = mapped_column(
        EncryptedJson("crime_transfer.packet"), comment="the five papers (TRF §6), where each lies or why there is none"
    )
    handed_at: Mapped[datetime | None] = mapped_column(Moment)
    police: Mapped[str | None] = mapped_column(Encrypted("crime_transfer.police"))
    police_answered_on: Mapped[date | None]
    police_answer: Mapped[str | None] = mapped_column(Encrypted("crime_transfer.police_answer"))
    reconsider_asked_on: Mapped[date | None]
    materials_on: Mapped[date | None]
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
