"""How long the work takes: when a queue was emptied, and what the office timed by hand before."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, Moment


class QueueEmptiedRow(Base):
    """An act of this officer left no case to dispatch in the places they dispatch in."""

    __tablename__ = "queue_emptied"
    __table_args__ = (Index(None, "done_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    act: Mapped[str] = mapped_column(CODE, comment="dispatch | judge | merge")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class TimeBaselineRow(Base):
    """What the office timed by hand before it merged complaints: single times, how, when and in which role."""

    __tablename__ = "time_baseline"
    __table_args__ = (
        CheckConstraint("measure IN ('minutes_per_complaint','hours_to_dispatch')", name="measure"),
        Index(None, "territory"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    territory: Mapped[str] = mapped_column(CODE, comment="the places it was measured for")
    measure: Mapped[str] = mapped_column(CODE, comment="warehouse.statistics.definitions.BASELINES")
    seconds: Mapped[list[int]] = mapped_column(PLAIN_JSON, comment="each complaint that was timed")
    timed_on: Mapped[date] = mapped_column(comment="the last day it was timed on")
    timed_by: Mapped[str] = mapped_column(CODE, comment="the role of who timed it, never a name")
    how: Mapped[str] = mapped_column(Encrypted("time_baseline.how"), comment="how it was timed, and where that lies")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    dropped_by: Mapped[str | None] = mapped_column(ID)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
