"""How often rules of early warning were right: the last back-test, and when which fell silent or spoke again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, Moment


class BackTestRow(Base):
    """The newest back-test of the rules in force over the whole office, made nightly; the one before gives way.

    The alarms are kept, and not the scores: each reader's own part is scored when it is looked at.
    """

    __tablename__ = "back_test"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    first_on: Mapped[date] = mapped_column(comment="the first day looked at")
    last_on: Mapped[date] = mapped_column(comment="the last day looked at")
    step_days: Mapped[int]
    looks: Mapped[int] = mapped_column(comment="how many days were looked at")
    alarms: Mapped[list[list[str]]] = mapped_column(
        PLAIN_JSON, comment="rule, level, employer (its id, else as the feed names it), place, first and last day"
    )
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class RuleMutingRow(Base):
    """A rule, at one level, falls silent or speaks again: why, by which figures, by whom. Rows are only ever added.

    What is muted raises no new warning. It is still evaluated every day, so that it can win its voice back.
    """

    __tablename__ = "rule_muting"
    __table_args__ = (
        UniqueConstraint("rule", "level", "step_no"),
        CheckConstraint("why IN ('floor','recovered','law','person')", name="why"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    rule: Mapped[str] = mapped_column(CODE)
    level: Mapped[str] = mapped_column(CODE, comment="yellow | orange | red")
    rule_version: Mapped[str] = mapped_column(CODE)
    step_no: Mapped[int] = mapped_column(comment="from 1, of this rule at this level")
    mute: Mapped[bool] = mapped_column(comment="whether it raises nothing from now on")
    why: Mapped[str] = mapped_column(CODE, comment="floor | recovered | law | person")
    right_count: Mapped[int | None] = mapped_column(comment="judged warnings, or alarms in the dark, that were right")
    wrong_count: Mapped[int | None]
    floor_percent: Mapped[int | None] = mapped_column(comment="the floor it was held against")
    reason: Mapped[str | None] = mapped_column(Encrypted("rule_muting.reason"), comment="of a person")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
