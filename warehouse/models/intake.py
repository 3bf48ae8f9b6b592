"""Intake: every version of every record, verbatim, and what each pull brought."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, Base, Encrypted, EncryptedJson, Moment


class ChannelRow(Base):
    """One channel: how far it is landed, and how it has been."""

    __tablename__ = "channel"

    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    cursor: Mapped[str | None] = mapped_column(LONG, comment="Cursor.dumps(); moves only with the rows it stands for")
    cursor_at: Mapped[datetime | None] = mapped_column(Moment)
    last_attempt_at: Mapped[datetime | None] = mapped_column(Moment)
    last_success_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0, comment="failed runs in a row")
    error_code: Mapped[str | None] = mapped_column(CODE)
    error_words: Mapped[str | None] = mapped_column(LONG, comment="free of personal data")
    answers: Mapped[bool] = mapped_column(default=False, comment="the channel takes our answers, as its facts say")
    paused_by: Mapped[str | None] = mapped_column(ID)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_reason: Mapped[str | None] = mapped_column(Encrypted("channel.paused_reason"))


class LeaseRow(Base):
    """One piece of work that only one run may do at a time, with a fence that grows at every change of hands."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str | None] = mapped_column(ID)
    fence: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)


class PullCertificateRow(Base):
    """One pull: from where to where, how many came, how many were new, how the run ended.

    It balances: what was seen is new, changed or unchanged; what is new or changed is filed, refused or one of our own
    canaries, unless the run was cut off before it was read.
    """

    __tablename__ = "pull_certificate"
    __table_args__ = (Index(None, "channel", "started_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    run_id: Mapped[str] = mapped_column(ID)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    cursor_from: Mapped[str | None] = mapped_column(LONG)
    cursor_to: Mapped[str | None] = mapped_column(LONG)
    seen: Mapped[int] = mapped_column(default=0)
    landed_new: Mapped[int] = mapped_column(default=0)
    landed_versions: Mapped[int] = mapped_column(default=0, comment="changed records landed as a further version")
    unchanged: Mapped[int] = mapped_column(default=0)
    filed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    canaries: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="of what landed, our own canaries: nobody's complaints"
    )
    expected: Mapped[int | None] = mapped_column(
        comment="what such a weekday brings, the median of those before; None: too few are known"
    )
    verdict: Mapped[str] = mapped_column(CODE, comment="running | complete | empty_alarm | failed")
    error_code: Mapped[str | None] = mapped_column(CODE)
    error_words: Mapped[str | None] = mapped_column(LONG)


class ReconciliationRow(Base):
    """One day of one channel, asked for again: what the source holds beside what is landed, by count and by hash.

    The hashes are of kind, key and content of every record, in order. Counts are of records.
    """

    __tablename__ = "reconciliation"
    __table_args__ = (UniqueConstraint("run_id", "channel", "day"), Index(None, "channel", "asked_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    run_id: Mapped[str] = mapped_column(ID, comment="the same for all days asked for at once")
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    day: Mapped[date] = mapped_column(comment="in Shanghai, of the record's last change")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    at_source: Mapped[int] = mapped_column(comment="what the source shows")
    landed: Mapped[int] = mapped_column(comment="what was landed before it was asked")
    hidden: Mapped[int] = mapped_column(comment="at the source and never landed; landed now")
    changed: Mapped[int] = mapped_column(comment="landed with another content; landed now")
    gone: Mapped[int] = mapped_column(comment="landed, and no longer shown by the source")
    source_hash: Mapped[str] = mapped_column(String(64))
    landed_hash: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(CODE, comment="equal | found | gone")


class CanaryRow(Base):
    """One sealed complaint that the office itself placed at a source, and when it passed each stage.

    It is no complaint of anybody: it has no row among complaints, cases, clocks or answers.
    """

    __tablename__ = "canary"
    __table_args__ = (
        Index(None, "channel", "placed_at"),
        CheckConstraint("state IN ('unplaced','placed','landed','filed','queued')", name="state"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, comment="stands in its mark")
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    day: Mapped[date] = mapped_column(comment="in Shanghai")
    state: Mapped[str] = mapped_column(CODE)
    placed_at: Mapped[datetime] = mapped_column(Moment)
    landed_id: Mapped[str | None] = mapped_column(ForeignKey("landed.id"))
    landed_at: Mapped[datetime | None] = mapped_column(Moment)
    filed_at: Mapped[datetime | None] = mapped_column(Moment)
    linked_at: Mapped[datetime | None] = mapped_column(Moment)
    queued_at: Mapped[datetime | None] = mapped_column(Moment, comment="when it would have stood in the queue")
    error_code: Mapped[str | None] = mapped_column(CODE, comment="why it could not be placed")


class RunRow(Base):
    """One run of the intake, an import or the linker, whoever started it. Ids and counts only."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "started_at"), Index(None, "job", "subject", "state"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    job: Mapped[str] = mapped_column(CODE, comment="collect | import | link")
    subject: Mapped[str | None] = mapped_column(CODE, comment="the channel; none for the linker")
    started_by: Mapped[str] = mapped_column(CODE, comment="schedule | command | button")
    by: Mapped[str] = mapped_column("done_by", ID)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ms: Mapped[int | None] = mapped_column(comment="how long it took; none while it runs")
    state: Mapped[str] = mapped_column(CODE, comment="running | complete | empty_alarm | failed")
    seen: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column("newly", default=0)
    updated: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(CODE)
    error_words: Mapped[str | None] = mapped_column(LONG, comment="free of personal data")
    pull_id: Mapped[str | None] = mapped_column(ForeignKey("pull_certificate.id"))


class LandedRow(Base):
    """One version of one record of one channel. A changed payload is a new row; only `state` changes."""

    __tablename__ = "landed"
    __table_args__ = (
        UniqueConstraint("channel", "kind", "source_key", "version"),
        CheckConstraint("state IN ('landed','filed','quarantined','discarded','superseded')", name="state"),
        Index(None, "state", "channel"),
        Index(None, "pull_id"),
        Index(None, "landed_at", "channel"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    kind: Mapped[str] = mapped_column(CODE)
    source_key: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), comment="sha256 of the canonical payload")
    payload: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("landed.payload"))
    position: Mapped[str] = mapped_column(String(200))
    landed_at: Mapped[datetime] = mapped_column(Moment)
    pull_id: Mapped[str | None] = mapped_column(ForeignKey("pull_certificate.id"))
    state: Mapped[str] = mapped_column(CODE, default="landed")
    reason_code: Mapped[str | None] = mapped_column(CODE)
    reason_field: Mapped[str | None] = mapped_column(String(80))
    reason_words: Mapped[str | None] = mapped_column(LONG, comment="for a clerk; free of personal data")
    mended: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJson("landed.mended"), comment="fields as a person corrected them, laid over the payload when re-read"
    )
    settled_by: Mapped[str | None] = mapped_column(ID, comment="who mended or discarded it")
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_reason: Mapped[str | None] = mapped_column(Encrypted("landed.settled_reason"))
