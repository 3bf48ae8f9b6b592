"""Statistics: locked figures, what they counted, what changed since, and what was last taken out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, NAME, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment


class MonthRow(Base):
    """One month locked over one territory (锁定本月)."""

    __tablename__ = "month"
    __table_args__ = (UniqueConstraint("month", "territory"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    territory: Mapped[str] = mapped_column(CODE, comment="administrative code its places start with; empty: everywhere")
    definition: Mapped[str] = mapped_column(CODE, comment="version of the definitions of the figures")
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    frozen_by: Mapped[str] = mapped_column(ID)
    digest: Mapped[str] = mapped_column(String(64))
    names: Mapped[dict[str, str] | None] = mapped_column(
        EncryptedJson("month.names"), comment="the officers of its rows by account, as they were called then"
    )
    times: Mapped[dict[str, Any] | None] = mapped_column(
        PLAIN_JSON, comment="the stopwatch as it stood then; None: locked before it was counted"
    )
    along: Mapped[dict[str, Any] | None] = mapped_column(
        PLAIN_JSON, comment="the cells since January, and of the year before; None: locked before they were counted"
    )


class MonthCellRow(Base):
    """One figure of a locked month."""

    __tablename__ = "month_cell"
    __table_args__ = (UniqueConstraint("month_id", "figure", "dimension", "member"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"))
    figure: Mapped[str] = mapped_column(CODE)
    dimension: Mapped[str] = mapped_column(CODE, comment="total | channel | nature | outcome | town | lead | kind")
    member: Mapped[str] = mapped_column(NAME)
    value: Mapped[int | None] = mapped_column(BigInteger, comment="counts, or fen; None: nothing to count")


class MonthItemRow(Base):
    """One case or complaint that a figure of a locked month counted, where it stood, and what it added."""

    __tablename__ = "month_item"
    __table_args__ = (Index(None, "month_id", "figure"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"))
    figure: Mapped[str] = mapped_column(CODE)
    subject_id: Mapped[str] = mapped_column(ID, comment="the case or complaint as it was then; it never moves")
    channel: Mapped[str] = mapped_column(CODE)
    nature: Mapped[str] = mapped_column(CODE)
    sector: Mapped[str] = mapped_column(CODE, server_default="", comment="empty: not counted yet when it was locked")
    outcome: Mapped[str] = mapped_column(CODE)
    town: Mapped[str] = mapped_column(CODE)
    lead: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(CODE)
    value: Mapped[int] = mapped_column(BigInteger)


class PullGapRow(Base):
    """One channel-day without a certificate of its pulls that a head accepted, and why."""

    __tablename__ = "pull_gap"
    __table_args__ = (UniqueConstraint("channel", "day"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    day: Mapped[date] = mapped_column(comment="in Shanghai")
    reason: Mapped[str] = mapped_column(Encrypted("pull_gap.reason"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class MonthPullRow(Base):
    """One channel-day of a locked month as it was certified then, and what the pulls begun on it brought."""

    __tablename__ = "month_pull"
    __table_args__ = (UniqueConstraint("month_id", "channel", "day"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"))
    channel: Mapped[str] = mapped_column(CODE)
    day: Mapped[date] = mapped_column(comment="in Shanghai")
    state: Mapped[str] = mapped_column(CODE, comment="certified | accepted | paused | unused")
    certified_at: Mapped[datetime | None] = mapped_column(Moment, comment="when the pull that certifies it began")
    pulls: Mapped[int] = mapped_column(comment="begun on the day")
    seen: Mapped[int] = mapped_column(comment="records at the source")
    landed: Mapped[int] = mapped_column(comment="new, or changed")
    refused: Mapped[int] = mapped_column(comment="set aside with a reason")
    gap_id: Mapped[str | None] = mapped_column(ForeignKey("pull_gap.id"), comment="why it was accepted")


class RestatementRow(Base):
    """One figure of a locked month that later facts would change, and why."""

    __tablename__ = "restatement"
    __table_args__ = (Index(None, "month_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"))
    figure: Mapped[str] = mapped_column(CODE)
    dimension: Mapped[str] = mapped_column(CODE)
    member: Mapped[str] = mapped_column(NAME)
    was: Mapped[int | None] = mapped_column(BigInteger)
    now: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Encrypted("restatement.reason"))
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class FiguresTakenRow(Base):
    """The figures of a span as they were last taken out over some places: counts only, to say what is another since."""

    __tablename__ = "figures_taken"
    __table_args__ = (UniqueConstraint("span", "territories"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    span: Mapped[str] = mapped_column(CODE, comment="2026-10 | 2026-Q4 | 2026 | 2026-03..2026-10")
    territories: Mapped[str] = mapped_column(NAME, comment="administrative codes, in order, with a comma between")
    definition: Mapped[str] = mapped_column(CODE)
    cells: Mapped[list[list[str | int]]] = mapped_column(PLAIN_JSON, comment="figure, dimension, member, value")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class ChangeCountRow(Base):
    """How many transactions have changed what a month may count: one row, by which a count is known to hold."""

    __tablename__ = "change_count"

    id: Mapped[str] = mapped_column(CODE, primary_key=True, comment="counted: there is one row")
    changes: Mapped[int] = mapped_column(BigInteger)
