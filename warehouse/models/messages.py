"""Messages: what workers and officers are told, the words of it, where officers are reached, and whether money came."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, Base, Encrypted, Moment


class MessageRow(Base):
    """One message to one reader by one way. A worker's number is that of their complaint, looked up when it is sent.

    The words of one to an employer carry a one-time link: they are struck out once the message has gone its way.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("reader", "seq"),
        CheckConstraint(
            "state IN ('pending','delivered','confirmed','sent','failed','withdrawn','grouped')", name="state"
        ),
        CheckConstraint(
            "(complaint_id IS NOT NULL AND address_id IS NULL AND prevention_id IS NULL)"
            " OR (complaint_id IS NULL AND address_id IS NOT NULL AND prevention_id IS NULL)"
            " OR (complaint_id IS NULL AND address_id IS NULL AND prevention_id IS NOT NULL)",
            name="one_reader",
        ),
        Index(None, "state", "next_attempt_at"),
        Index(None, "written_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column("effect_key", String(255), unique=True, comment="the same key has one effect")
    reader: Mapped[str] = mapped_column(ID, comment="the complaint or the address: messages to one reader keep order")
    seq: Mapped[int] = mapped_column(comment="an older unsent message holds back a newer one to the same reader")
    occasion: Mapped[str] = mapped_column(CODE, comment="casework.messages.Occasion")
    complaint_id: Mapped[str | None] = mapped_column(ForeignKey("complaint.id"))
    address_id: Mapped[str | None] = mapped_column(ForeignKey("officer_address.id"))
    prevention_id: Mapped[str | None] = mapped_column(ForeignKey("prevention_notice.id"), comment="to an employer")
    way: Mapped[str] = mapped_column(CODE, comment="casework.reaching.ReachedBy")
    body: Mapped[str] = mapped_column(Encrypted("message.body"))
    digest: Mapped[str] = mapped_column(String(64), comment="sha256 of the body")
    wording_version: Mapped[int] = mapped_column(comment="of message_wording; 0: the words the program came with")
    since: Mapped[datetime] = mapped_column(
        "told_since", Moment, comment="when the oldest of what it tells was written"
    )
    late_days: Mapped[int] = mapped_column(default=0)
    written_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(CODE, comment="grouped: another tells it; sent: taken, no receipt to be had")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    doubtful: Mapped[bool] = mapped_column(default=False, comment="a line was cut after it was handed over")
    error_code: Mapped[str | None] = mapped_column(CODE)
    error_words: Mapped[str | None] = mapped_column(LONG)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment, comment="when the gateway said that it arrived")
    external_ref: Mapped[str | None] = mapped_column(String(200))
    grouped_into: Mapped[str | None] = mapped_column(ForeignKey("message.id"))


class MessageItemRow(Base):
    """One thing that one reader is told, once. It moves to the message that tells it in the place of an older one."""

    __tablename__ = "message_item"
    __table_args__ = (UniqueConstraint("reader", "fact"), Index(None, "message_id"), Index(None, "fact"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    reader: Mapped[str] = mapped_column(ID)
    fact: Mapped[str] = mapped_column(String(160), comment="what it is about: a kind and an id")
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class MessageMarkRow(Base):
    """Since when, and up to when, the steps of complaints and cases were looked through for what workers are told."""

    __tablename__ = "message_mark"

    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    until: Mapped[datetime] = mapped_column("looked_until", Moment)


class MessageWordingRow(Base):
    """One version of the words of one kind of message in one language. The newest one is in force."""

    __tablename__ = "message_wording"
    __table_args__ = (UniqueConstraint("occasion", "language", "version"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    occasion: Mapped[str] = mapped_column(CODE)
    language: Mapped[str] = mapped_column(CODE)
    version: Mapped[int]
    body: Mapped[str] = mapped_column(
        LONG, comment="placeholders of casework.messages; nothing of anybody stands in it"
    )
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class OfficerAddressRow(Base):
    """Where one officer is reached by one way, as they gave it. An ended one is reached no more."""

    __tablename__ = "officer_address"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    way: Mapped[str] = mapped_column(CODE, comment="casework.reaching.ReachedBy")
    address: Mapped[str] = mapped_column(Encrypted("officer_address.address"))
    since: Mapped[datetime] = mapped_column("given_since", Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class MoneyQuestionRow(Base):
    """One worker was asked whether the money came (到账确认), and what they said. None: no answer yet."""

    __tablename__ = "money_question"
    __table_args__ = (
        UniqueConstraint("complaint_id", "concluded_at"),
        Index(None, "asked_at"),
        Index(None, "case_id"),
        CheckConstraint("(came IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    concluded_at: Mapped[datetime] = mapped_column(Moment, comment="of the conclusion it asks about: once for each")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    silent_after: Mapped[date] = mapped_column(comment="the last day an answer is waited for")
    came: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by: Mapped[str | None] = mapped_column(CODE, comment="casework.money_came.AnsweredBy")
    noted_by: Mapped[str | None] = mapped_column(ID)
    words: Mapped[str | None] = mapped_column(Encrypted("money_question.words"), comment="what they say of it")
    part_fen: Mapped[int | None] = mapped_column(BigInteger, comment="so much came, and not all; None: not said")
    page_said_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when the answer was given on the page that was last taken over from there"
    )
