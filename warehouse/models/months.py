"""Statistics: frozen figures, and what changed since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, NAME, Base, Encrypted, Moment


class MonthRow(Base):
    """One frozen month (锁定本月)."""

    __tablename__ = "month"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    definition: Mapped[str] = mapped_column(CODE, comment="version of the definitions of the figures")
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    frozen_by: Mapped[str] = mapped_column(ID)
    digest: Mapped[str] = mapped_column(String(64))


class MonthCellRow(Base):
    """One figure of a frozen month."""

    __tablename__ = "month_cell"
    __table_args__ = (UniqueConstraint("month", "figure", "dimension", "member"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    figure: Mapped[str] = mapped_column(CODE)
    dimension: Mapped[str] = mapped_column(CODE, comment="total | channel | nature | outcome | …")
    member: Mapped[str] = mapped_column(NAME)
    value: Mapped[int | None] = mapped_column(BigInteger, comment="counts, or fen; None: nothing to count")


class RestatementRow(Base):
    """One figure of a frozen month that later facts would change, and why."""

    __tablename__ = "restatement"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    figure: Mapped[str] = mapped_column(CODE)
    dimension: Mapped[str] = mapped_column(CODE)
    member: Mapped[str] = mapped_column(NAME)
    was: Mapped[int | None] = mapped_column(BigInteger)
    now: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Encrypted("restatement.reason"))
    at: Mapped[datetime] = mapped_column("done_at", Moment)
