"""Cases: the work, its deadlines with their inputs, who has it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, NAME, PLAIN_JSON, Base, Encrypted, Moment


class CaseRow(Base):
    """One dispute: one employer, one site where there are several, one arrears episode. Optimistically locked."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            "status IN ('to_dispatch','dispatched','in_progress','concluded','closed','merged')", name="status"
        ),
        Index(None, "status", "legal_status"),
        Index(None, "status", "changed_at", "district_code"),
        Index(None, "opened_at", "status", "district_code", "employer_id"),
        Index(None, "ended_at", "status", "district_code", "opened_at"),
        Index(None, "status", "id"),
        Index(None, "employer_id"),
        Index(None, "group_incident"),
        Index(None, "employer_name"),
        Index(None, "site_name"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    matter_no: Mapped[str] = mapped_column(CODE, unique=True, comment="事项编号, from the first day; never reused")
    case_no: Mapped[str | None] = mapped_column(CODE, unique=True, comment="案号, from filing (立案) on")
    status: Mapped[str] = mapped_column(CODE, comment="work status: 待派发 / 待签收 / 在办 / 已办 / 结案 / 已并入")
    legal_status: Mapped[str] = mapped_column(CODE, comment="casework.lifecycle.LegalStatus")
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"), comment="None: employer unclear")
    employer_name: Mapped[str | None] = mapped_column(NAME, comment="as shown; the best spelling among the members")
    employer_picked_by: Mapped[str | None] = mapped_column(ID, comment="who named the employer; then members do not")
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    site_name: Mapped[str | None] = mapped_column(NAME)
    nature: Mapped[str] = mapped_column(CODE)
    sector: Mapped[str] = mapped_column(CODE)
    district_code: Mapped[str | None] = mapped_column(CODE, comment="six digits, or nine with the street")
    opened_at: Mapped[datetime] = mapped_column(Moment, comment="receipt of its oldest complaint")
    ended_at: Mapped[datetime | None] = mapped_column(Moment, comment="worked out of its records: warehouse.ends")
    main_complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    worker_count: Mapped[int | None] = mapped_column(comment="union over members, None: nobody said")
    amount_claimed_fen: Mapped[int | None] = mapped_column(BigInteger, comment="union over claims")
    amount_verified_fen: Mapped[int | None] = mapped_column(BigInteger)
    arrears_from: Mapped[str | None] = mapped_column(String(7))
    arrears_to: Mapped[str | None] = mapped_column(String(7))
    urgent: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False, comment="any member is: taints every derived view")
    group_incident: Mapped[bool] = mapped_column(default=False)
    needs_check: Mapped[bool] = mapped_column(default=False, comment="a pair waits for a person; not in one click")
    needs_supplement: Mapped[bool] = mapped_column(default=False, comment="the employer is unknown; not in one click")
    confidence: Mapped[float] = mapped_column(default=1.0, comment="weakest link of the merge, 0 to 1")
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), comment="the number leads on")
    suggested_lead_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    suggested_assisting_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    suggested_why: Mapped[list[str]] = mapped_column(PLAIN_JSON, default=list, comment="reason codes, strongest first")
    suggested_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change; travels through the form")
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str] = mapped_column(ID)


class CaseLinkRow(Base):
    """Two cases that know of each other and stay apart (关联案件): another site, next year's dispute."""

    __tablename__ = "case_link"
    __table_args__ = (Index(None, "left_id", "right_id", unique=True),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    left_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    right_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    why: Mapped[str] = mapped_column(CODE)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class ClockRow(Base):
    """One deadline with the inputs it was computed from. Of a case, or of one complaint."""

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (complaint_id IS NULL)", name="one_owner"),
        CheckConstraint("unit IN ('working','calendar')", name="unit"),
        CheckConstraint("state IN ('running','paused','met','cancelled')", name="state"),
        Index(None, "case_id", "state"),
        Index(None, "complaint_id", "state"),
        Index(None, "state", "due_on"),
        Index(None, "met_on", "due_on"),
        Index(
            "ix_clock_met_late",
            "met_on",
            "due_on",
            sqlite_where=text("met_on > due_on"),
            postgresql_where=text("met_on > due_on"),
        ),
        Index(None, "started_on", "kind"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    complaint_id: Mapped[str | None] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[str] = mapped_column(
        CODE, comment="accept | investigate | decide | serve | rectify | reply | penalty_90"
    )
    started_on: Mapped[date] = mapped_column(comment="the day that is not counted")
    length: Mapped[int]
    unit: Mapped[str] = mapped_column(CODE)
    due_on: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False, comment="暂定: the calendar of that year is not published")
    calendar_version: Mapped[str] = mapped_column(CODE)
    rule_version: Mapped[str] = mapped_column(CODE)
    source: Mapped[str] = mapped_column(LONG, comment="law and article")
    state: Mapped[str] = mapped_column(CODE, default="running")
    met_on: Mapped[date | None]
    due_at: Mapped[datetime | None] = mapped_column(Moment, comment="a term of hours: the moment it ends")
    met_at: Mapped[datetime | None] = mapped_column(Moment, comment="of a term of hours: the moment the duty was done")


class ClockEventRow(Base):
    """One thing that happened to a clock: started, met, paused, resumed, extended, recomputed."""

    __tablename__ = "clock_event"
    __table_args__ = (Index(None, "clock_id"), Index(None, "done_at", "kind"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    clock_id: Mapped[str] = mapped_column(ForeignKey("clock.id"))
    kind: Mapped[str] = mapped_column(CODE)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    by: Mapped[str] = mapped_column("done_by", ID)
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(
        Encrypted("clock_event.reason"), comment="as a head typed it; or a code, or the version of the calendar"
    )
    notice_id: Mapped[str | None] = mapped_column(ID, comment="the holiday notice that made it be counted again")


class DispatchBatchRow(Base):
    """One click: the frozen list that was sent, what was left out and why."""

    __tablename__ = "dispatch_batch"
    __table_args__ = (Index(None, "done_by", "done_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column("effect_key", String(255), unique=True, comment="idempotency key of the click")
    list_version: Mapped[str] = mapped_column(String(64), comment="digest of the (case, version) list the officer saw")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    asked: Mapped[int]
    sent: Mapped[int] = mapped_column(default=0)
    results: Mapped[list[dict[str, Any]]] = mapped_column(
        PLAIN_JSON, comment="per case: sent, or left out with the words"
    )
    recalled_at: Mapped[datetime | None] = mapped_column(Moment)
    recalled_by: Mapped[str | None] = mapped_column(ID)


class AssignmentRow(Base):
    """A case was with these two inspectors from then to then. At most one is live for a case."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("state IN ('sent','signed','recalled','sent_back','replaced','ended')", name="state"),
        CheckConstraint("lead_id <> assisting_id", name="two_persons"),
        Index(
            "one_live_assignment",
            "case_id",
            unique=True,
            sqlite_where=text("state IN ('sent','signed')"),
            postgresql_where=text("state IN ('sent','signed')"),
        ),
        # Whose case it is, and who was given it since: asked of thousands for a page, and answered by these alone.
        Index(None, "case_id", "dispatched_at", "state"),
        Index(None, "lead_id", "state", "case_id", "dispatched_at"),
        Index(None, "assisting_id", "state", "case_id", "dispatched_at"),
        Index(None, "batch_id"),
        Index(None, "dispatched_at"),
        Index(None, "ended_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    lead_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    assisting_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("dispatch_batch.id"))
    why: Mapped[list[str]] = mapped_column(PLAIN_JSON)
    dispatched_at: Mapped[datetime] = mapped_column(Moment)
    dispatched_by: Mapped[str] = mapped_column(ID)
    state: Mapped[str] = mapped_column(CODE)
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ID)
    ended_reason: Mapped[str | None] = mapped_column(Encrypted("assignment.ended_reason"))


class NoticeRow(Base):
    """One in-house notice to an account, held for the grace of a recall before it shows. Ids only."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "account_id", "read_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignment.id"))
    prevention_id: Mapped[str | None] = mapped_column(
        ForeignKey("prevention_notice.id"), comment="of an answer to this notice"
    )
    due_at: Mapped[datetime] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
