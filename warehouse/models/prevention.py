"""Prevention notices (预防性提示): what employers were told before anybody came, and what they answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment


class PreventionNoticeRow(Base):
    """One notice to one employer, sent because of one warning. Of its link only the hash is kept.

    `tag`, `sealed` belong to the link that is open now; opened again, the notice has a new one and its round grows.
    """

    __tablename__ = "prevention_notice"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','answered','enough','visit','withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (tag IS NOT NULL)", name="open_link"),
        UniqueConstraint("notice_no"),
        UniqueConstraint("tag"),
        Index(None, "warning_id"),
        Index(None, "employer_id"),
        Index(None, "state", "answer_by"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    notice_no: Mapped[str] = mapped_column(CODE, comment="on the notice, to name it by")
    warning_id: Mapped[str] = mapped_column(ForeignKey("warning.id"))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    trade: Mapped[str] = mapped_column(CODE, comment="casework.prevention_words.TRADES")
    language: Mapped[str] = mapped_column(CODE, comment="of what is printed or sent; the page of the link has both")
    grounds: Mapped[list[dict[str, Any]]] = mapped_column(
        PLAIN_JSON, comment="rule, figures and name of the project of what it quotes; none: the general words"
    )
    said: Mapped[dict[str, Any]] = mapped_column(
        EncryptedJson("prevention_notice.said"), comment="the text as sent, by language"
    )
    way: Mapped[str] = mapped_column(CODE, comment="print | sms | mail")
    contact: Mapped[str | None] = mapped_column(Encrypted("prevention_notice.contact"))
    answer_by: Mapped[date]
    closes_on: Mapped[date] = mapped_column(comment="the last day on which its link opens")
    state: Mapped[str] = mapped_column(CODE)
    round: Mapped[int] = mapped_column("round_no", comment="from 1; grows when it is opened again")
    tag: Mapped[str | None] = mapped_column(String(64), comment="hash of the code in the link")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the text, closed under the code alone")
    tags: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="the hashes of every round, the first one first")
    told_tag: Mapped[str | None] = mapped_column(String(64), comment="the tag that lies in the inbox of the page now")
    late_on: Mapped[date | None] = mapped_column(comment="the day on which it was noted that no answer had come")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change; travels through the form")


class PreventionAnswerRow(Base):
    """One answer of an employer to one round of a notice, and what an officer made of it."""

    __tablename__ = "prevention_answer"
    __table_args__ = (
        UniqueConstraint("notice_id", "round_no"),
        CheckConstraint("judged IS NULL OR judged IN ('enough','not_enough','visit')", name="judged"),
        CheckConstraint("(judged IS NULL) = (judged_at IS NULL)", name="judged_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, comment="of the code: the same answer is taken in once")
    notice_id: Mapped[str] = mapped_column(ForeignKey("prevention_notice.id"))
    round: Mapped[int] = mapped_column("round_no")
    posted_at: Mapped[datetime] = mapped_column(Moment, comment="when the page took it in")
    taken_in_at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str | None] = mapped_column(Encrypted("prevention_answer.words"))
    name: Mapped[str] = mapped_column(Encrypted("prevention_answer.name"), comment="who answered")
    capacity: Mapped[str] = mapped_column(CODE, comment="casework.prevention.Capacity")
    phone: Mapped[str | None] = mapped_column(Encrypted("prevention_answer.phone"))
    judged: Mapped[str | None] = mapped_column(CODE)
    lacks: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="casework.prevention.Lack, of one that is not enough")
    judged_by: Mapped[str | None] = mapped_column(ID)
    judged_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Encrypted("prevention_answer.reason"), comment="for the office alone")


class PreventionFileRow(Base):
    """One file that came with an answer: wanted from the inbox, then kept, refused or gone. Never deleted."""

    __tablename__ = "prevention_file"
    __table_args__ = (
        CheckConstraint("state IN ('wanted','kept','refused','gone')", name="state"),
        CheckConstraint("state <> 'kept' OR (sha256 IS NOT NULL AND size_bytes > 0)", name="kept_whole"),
        UniqueConstraint("answer_id", "number"),
        Index(None, "state", "wanted_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("prevention_answer.id"))
    number: Mapped[int] = mapped_column(comment="the file's number in its answer, from 1")
    part_key: Mapped[str | None] = mapped_column(
        Encrypted("prevention_file.part_key"), comment="what opens it in the inbox, until it is settled"
    )
    state: Mapped[str] = mapped_column(CODE)
    tries: Mapped[int] = mapped_column(default=0)
    reason_code: Mapped[str | None] = mapped_column(CODE, comment="why it was refused, or is still wanted")
    media: Mapped[str | None] = mapped_column(CODE, comment="what is kept, seen from its content")
    sha256: Mapped[str | None] = mapped_column(String(64), comment="of what is kept")
    size_bytes: Mapped[int | None] = mapped_column(BigInteger, comment="of what is kept")
    sent_media: Mapped[str | None] = mapped_column(CODE, comment="what came, seen from its content")
    sent_sha256: Mapped[str | None] = mapped_column(String(64), comment="of the file as it came")
    width: Mapped[int | None] = mapped_column(comment="pixels")
    height: Mapped[int | None] = mapped_column(comment="pixels")
    wanted_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class PreventionFilePartRow(Base):
    """One part of what such a file holds, sealed. Parts of one file say in their seal which one they are."""

    __tablename__ = "prevention_file_part"

    file_id: Mapped[str] = mapped_column(ForeignKey("prevention_file.id"), primary_key=True)
    look: Mapped[str] = mapped_column(CODE, primary_key=True, comment="whole | small")
    number: Mapped[int] = mapped_column(primary_key=True, comment="from 0")
    sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="crypto.Keyring.seal_part")
