"""Trace: who did what; the working-day calendar and the rules by version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, NAME, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment


class AuditRow(Base):
    """One act, sealed to the one before it by a keyed hash. Ids and counts only."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject"), Index(None, "done_by"), Index(None, "done_at"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    by: Mapped[str] = mapped_column("done_by", ID)
    act: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(ID, comment="id of what was acted on")
    success: Mapped[bool] = mapped_column(default=True)
    details: Mapped[dict[str, Any]] = mapped_column(PLAIN_JSON)
    seal: Mapped[str] = mapped_column(String(64))


class CalendarDayRow(Base):
    """One day that is not what its weekday says, by version of the State Council's notice."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("version", "day"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[str] = mapped_column(CODE)
    day: Mapped[date]
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(NAME)


class RuleVersionRow(Base):
    """One version of one table of rules, with its source, in force from a day."""

    __tablename__ = "rule_version"
    __table_args__ = (UniqueConstraint("table_name", "version"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    table_name: Mapped[str] = mapped_column(CODE)
    version: Mapped[str] = mapped_column(CODE)
    body: Mapped[dict[str, Any]] = mapped_column(PLAIN_JSON)
    source: Mapped[str] = mapped_column(LONG)
    in_force_from: Mapped[date]
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class SettingRow(Base):
    """One value the law leaves to the office, with its source, which may be empty until the office answers."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(PLAIN_JSON)
    source: Mapped[str] = mapped_column(LONG)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class SettingChangeRow(Base):
    """One change of one setting: what it was and is, where that comes from, who changed it and when."""

    __tablename__ = "setting_change"
    __table_args__ = (Index(None, "name"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    was: Mapped[Any] = mapped_column(PLAIN_JSON)
    now: Mapped[Any] = mapped_column("became", PLAIN_JSON)
    source: Mapped[str] = mapped_column(LONG)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class ExportPurposeRow(Base):
    """What an export was for, in the words of who took it out: people write names there, so it is closed."""

    __tablename__ = "export_purpose"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    purpose: Mapped[str] = mapped_column(Encrypted("export_purpose.purpose"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)


class SerialRow(Base):
    """The last serial given out in one series (matter numbers of a year, a kind of paper of a year)."""

    __tablename__ = "serial"

    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int]


class ActKeyRow(Base):
    """One idempotency key of one person's act, with the answer it got: the same key gets the same answer."""

    __tablename__ = "act_key"

    key: Mapped[str] = mapped_column("effect_key", String(255), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    request_digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any | None] = mapped_column(EncryptedJson("act_key.answer"))
    written_at: Mapped[datetime | None] = mapped_column(Moment, comment="with the act itself; none before")
    at: Mapped[datetime] = mapped_column("done_at", Moment)
