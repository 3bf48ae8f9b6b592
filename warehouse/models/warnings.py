"""Warning: the wage feeds and what they gave rise to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, NAME, PLAIN_JSON, Base, Encrypted, Moment


class ProjectRow(Base):
    """One construction project of the wage-payment platform, as it last said."""

    __tablename__ = "project"

    project_code: Mapped[str] = mapped_column(CODE, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    district_code: Mapped[str | None] = mapped_column(CODE)
    owner_name: Mapped[str | None] = mapped_column(NAME)
    general_contractor: Mapped[str | None] = mapped_column(NAME)
    general_contractor_uscc: Mapped[str | None] = mapped_column(CODE)
    pay_day: Mapped[int | None]
    started_on: Mapped[date | None]
    deposit_paid: Mapped[bool | None]
    landed_id: Mapped[str] = mapped_column(ForeignKey("landed.id"))


class ProjectFirmRow(Base):
    """One firm that the wage feed names on a project, in one part of its liability chain (724 §24-30).

    An employer is kept of every firm that leads a project or pays wages there, so that it is found before anybody
    complains of it; of an owner only where one is known already.
    """

    __tablename__ = "project_firm"
    __table_args__ = (
        UniqueConstraint("project_code", "part", "name"),
        CheckConstraint("part IN ('project_owner','general_contractor','subcontractor')", name="part"),
        Index(None, "employer_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    project_code: Mapped[str] = mapped_column(CODE)
    part: Mapped[str] = mapped_column(CODE, comment="subcontractor: whoever has a payroll there and does not lead it")
    name: Mapped[str] = mapped_column(NAME, comment="as the feed writes it")
    uscc: Mapped[str | None] = mapped_column(CODE, comment="as the feed says it, where it is a credit code")
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    since: Mapped[datetime] = mapped_column("named_since", Moment)
    until: Mapped[datetime | None] = mapped_column(
        "named_until", Moment, comment="since when the project names another in its place"
    )


class AccountBalanceRow(Base):
    """What a dedicated wage account held on a day."""

    __tablename__ = "account_balance"
    __table_args__ = (UniqueConstraint("project_code", "as_of"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    project_code: Mapped[str] = mapped_column(CODE)
    as_of: Mapped[date]
    balance_fen: Mapped[int] = mapped_column(BigInteger)
    paid_in_fen: Mapped[int | None] = mapped_column(BigInteger)
    agreed_fen: Mapped[int | None] = mapped_column(BigInteger)
    landed_id: Mapped[str] = mapped_column(ForeignKey("landed.id"))


class PayPeriodRow(Base):
    """One payroll of one employer on one project for one month, as it last said."""

    __tablename__ = "pay_period"
    __table_args__ = (UniqueConstraint("project_code", "employer_name", "month"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    project_code: Mapped[str] = mapped_column(CODE)
    employer_name: Mapped[str] = mapped_column(NAME)
    employer_uscc: Mapped[str | None] = mapped_column(CODE)
    month: Mapped[str] = mapped_column(String(7))
    due_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    landed_id: Mapped[str] = mapped_column(ForeignKey("landed.id"))


class PayLineRow(Base):
    """One worker's pay in one payroll (724 §15)."""

    __tablename__ = "pay_line"
    __table_args__ = (Index(None, "pay_period_id"), Index(None, "id_no_blind"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    pay_period_id: Mapped[str] = mapped_column(ForeignKey("pay_period.id"))
    worker_name: Mapped[str | None] = mapped_column(Encrypted("pay_line.worker_name"))
    id_no: Mapped[str | None] = mapped_column(Encrypted("pay_line.id_no"))
    id_no_blind: Mapped[str | None] = mapped_column(String(64))
    days: Mapped[Any | None] = mapped_column(Numeric(6, 1))
    due_fen: Mapped[int | None] = mapped_column(BigInteger)
    paid_fen: Mapped[int | None] = mapped_column(BigInteger)


class AttendanceMonthRow(Base):
    """How many heads and days the gates of a project saw in a month."""

    __tablename__ = "attendance_month"
    __table_args__ = (UniqueConstraint("project_code", "month"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    project_code: Mapped[str] = mapped_column(CODE)
    month: Mapped[str] = mapped_column(String(7))
    heads: Mapped[int]
    days: Mapped[int]
    landed_id: Mapped[str] = mapped_column(ForeignKey("landed.id"))


class FeedVersionRow(Base):
    """One version of one record of the wage feed, as figures: what was known on a day is the newest one come by then.

    The rows of `project`, `account_balance`, `pay_period` and `attendance_month` hold what the platform says last. A
    worker is the head of a blind index here, never a name.
    """

    __tablename__ = "feed_version"
    __table_args__ = (
        UniqueConstraint("table_name", "record_id", "version"),
        Index(None, "arrived_at"),
        Index(None, "project_code"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    table_name: Mapped[str] = mapped_column(CODE, comment="project | account_balance | pay_period | attendance_month")
    record_id: Mapped[str] = mapped_column(ID, comment="the row of that table; of a project its code")
    version: Mapped[int] = mapped_column(comment="from 1, in the order they came")
    project_code: Mapped[str] = mapped_column(CODE)
    month: Mapped[str | None] = mapped_column(String(7), comment="of a payroll and of attendance")
    said: Mapped[dict[str, Any]] = mapped_column(PLAIN_JSON, comment="ids, days, counts and fen; nothing personal")
    arrived_at: Mapped[datetime] = mapped_column(Moment, comment="when it landed here")
    changed_at: Mapped[datetime] = mapped_column(Moment, comment="when the platform says that it changed there")
    landed_id: Mapped[str] = mapped_column(ForeignKey("landed.id"))


class OutsideArrearsRow(Base):
    """What another body says that an employer owes it (724 §38): social insurance, water, power or gas."""

    __tablename__ = "outside_arrears"
    __table_args__ = (UniqueConstraint("kind", "employer_id", "as_of"), Index(None, "employer_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(CODE, comment="insurance | utility")
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    months: Mapped[int] = mapped_column(comment="unpaid; 0: nothing is owed on that day")
    owed_fen: Mapped[int] = mapped_column(BigInteger)
    as_of: Mapped[date]
    arrived_at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column("done_by", ID)


class WarningRow(Base):
    """One early warning on an employer, a project or a channel: rule, version, owner, outcome.

    What a person settled stays as it was settled; the same finding is raised anew only when it got worse, or when it
    had ended meanwhile.
    """

    __tablename__ = "warning"
    __table_args__ = (
        Index(None, "state"),
        Index(None, "employer_id"),
        Index(None, "identity_key", "raised_at"),
        Index(None, "raised_at"),
        Index(None, "settled_at"),
        Index(
            "one_open_warning",
            "identity_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    rule: Mapped[str] = mapped_column(CODE)
    rule_version: Mapped[str] = mapped_column(CODE)
    level: Mapped[str] = mapped_column(CODE, comment="yellow | orange | red")
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    channel: Mapped[str | None] = mapped_column(ForeignKey("channel.name"))
    project_code: Mapped[str | None] = mapped_column(CODE, comment="of the wage-payment platform")
    district_code: Mapped[str | None] = mapped_column(CODE, comment="where it is: of the project, else of the employer")
    identity_key: Mapped[str | None] = mapped_column(
        String(200), comment="rule and what it is about; of the warnings on one thing only one is open"
    )
    facts: Mapped[dict[str, Any]] = mapped_column(PLAIN_JSON, comment="figures for the sentence; ids and counts")
    raised_at: Mapped[datetime] = mapped_column(Moment)
    looked_at: Mapped[datetime | None] = mapped_column(Moment, comment="when a run last found it standing")
    ended_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when a run no longer found it, whatever a person said"
    )
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date | None]
    snoozed_until: Mapped[date | None] = mapped_column(comment="hidden up to this day, unless its level rises")
    snoozed_by: Mapped[str | None] = mapped_column(ID)
    state: Mapped[str] = mapped_column(CODE, comment="open | confirmed | false_alarm | corrected | cleared")
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(ID)
    reason: Mapped[str | None] = mapped_column(Encrypted("warning.reason"))
    earlier_id: Mapped[str | None] = mapped_column(ID, comment="the one on the same thing before")
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change; travels through the form")


class WarningEvidenceRow(Base):
    """One row that speaks for or against a warning."""

    __tablename__ = "warning_evidence"
    __table_args__ = (Index(None, "warning_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    warning_id: Mapped[str] = mapped_column(ForeignKey("warning.id"))
    table_name: Mapped[str] = mapped_column(CODE)
    row_id: Mapped[str] = mapped_column(ID)
    speaks: Mapped[str] = mapped_column(CODE, comment="for | against")
