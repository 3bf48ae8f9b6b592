"""Employers as people keep them: what was merged and parted, and who is told of the next complaint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, Moment


class EmployerEventRow(Base):
    """One thing a person decided about who an employer is, with what its inverse needs."""

    __tablename__ = "employer_event"
    __table_args__ = (
        CheckConstraint("kind IN ('merge','split_alias','verify_code')", name="kind"),
        Index(None, "employer_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    step_no: Mapped[int] = mapped_column(unique=True, comment="from 1, in the order they were decided")
    kind: Mapped[str] = mapped_column(CODE, comment="merge | split_alias | verify_code")
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    other_id: Mapped[str | None] = mapped_column(
        ForeignKey("employer.id"), comment="the employer merged in, or the one split off"
    )
    before: Mapped[dict[str, Any]] = mapped_column("state_before", PLAIN_JSON, comment="what the inverse needs")
    reason: Mapped[str | None] = mapped_column(Encrypted("employer_event.reason"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(ID)


class EmployerWatchRow(Base):
    """One officer is told when a new complaint names one employer, until they ask no more."""

    __tablename__ = "employer_watch"
    __table_args__ = (Index(None, "employer_id"), Index(None, "account_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
