"""Answers: the outbox, and what the channel confirmed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, Base, Encrypted, Moment


class ReplyRow(Base):
    """One answer owed to one complaint on its own channel. Written in the transaction of the act it tells of."""

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("complaint_id", "seq"),
        CheckConstraint("state IN ('pending','delivered','confirmed','failed','withdrawn')", name="state"),
        Index(None, "state", "next_attempt_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(
        "effect_key", String(255), unique=True, comment="idempotency key given to the channel"
    )
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    seq: Mapped[int] = mapped_column(comment="an older unsent answer holds back a newer one")
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    kind: Mapped[str] = mapped_column(CODE, comment="casework.reply.ReplyKind")
    body: Mapped[str] = mapped_column(Encrypted("reply.body"))
    digest: Mapped[str] = mapped_column(String(64), comment="sha256 of the body")
    written_by: Mapped[str] = mapped_column(ID)
    written_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime] = mapped_column(Moment, comment="held back for the grace of a recall")
    state: Mapped[str] = mapped_column(CODE, default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    error_code: Mapped[str | None] = mapped_column(CODE)
    error_words: Mapped[str | None] = mapped_column(LONG)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when somebody told the person in another way, for the channel would not take it"
    )
    told_by: Mapped[str | None] = mapped_column(ID)
    told_way: Mapped[str | None] = mapped_column(CODE, comment="casework.receipts.Way")
    told_note: Mapped[str | None] = mapped_column(Encrypted("reply.told_note"))


class ReceiptRow(Base):
    """What the channel showed when a reply was read back from it."""

    __tablename__ = "receipt"
    __table_args__ = (Index(None, "reply_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    reply_id: Mapped[str] = mapped_column(ForeignKey("reply.id"))
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    external_ref: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    equal: Mapped[bool]
    shown: Mapped[str | None] = mapped_column(
        Encrypted("receipt.shown"), comment="the text the channel shows, where it is not the one that was sent"
    )


class ReceiptDayRow(Base):
    """The balance of one channel on one day (Asia/Shanghai), counted once after the day ended. Counts of source ids.

    `carried_over` is what the row of the day before left open; the others are counted from the facts of the day.
    """

    __tablename__ = "receipt_day"
    __table_args__ = (Index(None, "day_of"),)

    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"), primary_key=True)
    day: Mapped[date] = mapped_column("day_of", primary_key=True)
    carried_over: Mapped[int]
    received: Mapped[int]
    opened_again: Mapped[int]
    answered: Mapped[int] = mapped_column(comment="the final answer was read back and equal")
    declined: Mapped[int]
    redirected: Mapped[int]
    told: Mapped[int] = mapped_column(comment="told in another way by a person")
    not_owed: Mapped[int] = mapped_column(comment="over, and no answer was wanted or can be given")
    discarded: Mapped[int] = mapped_column(comment="set aside for good in quarantine")
    unproven: Mapped[int] = mapped_column(comment="over without the proof that an answer arrived: to be explained")
    still_open: Mapped[int] = mapped_column(comment="counted by itself at the end of the day, never by subtraction")
    remainder: Mapped[int] = mapped_column(comment="what does not add up; 0 unless a fact is missing or back-dated")
    counted_at: Mapped[datetime] = mapped_column(Moment)
    explained_by: Mapped[str | None] = mapped_column(ID)
    explained_at: Mapped[datetime | None] = mapped_column(Moment)
    explanation: Mapped[str | None] = mapped_column(Encrypted("receipt_day.explanation"))


class SatisfactionRow(Base):
    """One call-back of one complainant: reached, true, paid, solved, satisfied. None: not asked or not answered."""

    __tablename__ = "satisfaction"
    __table_args__ = (Index(None, "complaint_id"), Index(None, "asked_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered: Mapped[bool]
    trueness: Mapped[bool | None] = mapped_column(comment="is what we told the channel true, they say")
    money_received: Mapped[bool | None] = mapped_column(comment="None: not asked, or no answer")
    solved: Mapped[bool | None]
    satisfied: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Encrypted("satisfaction.opinion"), comment="in their words")
    by: Mapped[str] = mapped_column("done_by", ID)
