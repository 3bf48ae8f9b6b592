"""Suspensions of deadlines, and the holiday notices that were loaded."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, PLAIN_JSON, Base, Encrypted, Moment


class ClockPauseRow(Base):
    """One suspension of a deadline (中止) that a head approved: from which day to which no day counts.

    Without a last day it still holds. With a last day before the first it was taken back on the day it began.
    """

    __tablename__ = "clock_pause"
    __table_args__ = (
        Index(None, "clock_id"),
        Index(
            "one_open_pause",
            "clock_id",
            unique=True,
            sqlite_where=text("last_on IS NULL"),
            postgresql_where=text("last_on IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    clock_id: Mapped[str] = mapped_column(ForeignKey("clock.id"))
    first_on: Mapped[date] = mapped_column(comment="the first day that does not count")
    last_on: Mapped[date | None] = mapped_column(comment="the last day that does not count")
    ground: Mapped[str] = mapped_column(CODE, comment="casework.suspension.GROUNDS")
    reason: Mapped[str] = mapped_column(Encrypted("clock_pause.reason"))
    approved_by: Mapped[str] = mapped_column(ID)
    approved_at: Mapped[datetime] = mapped_column(Moment)
    resumed_by: Mapped[str | None] = mapped_column(ID)
    resumed_at: Mapped[datetime | None] = mapped_column(Moment)


class HolidayNoticeRow(Base):
    """One yearly holiday notice as it was loaded. Its days are in `calendar_day` under the same version."""

    __tablename__ = "holiday_notice"
    __table_args__ = (UniqueConstraint("version"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(comment="the year the notice is for")
    source: Mapped[str] = mapped_column(LONG, comment="number or address of the notice")
    papers: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="addresses of the notice, as the file names them")
    days: Mapped[int]
    moved: Mapped[int] = mapped_column(comment="due days that it moved")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
