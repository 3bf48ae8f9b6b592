"""Complaints: immutable facts as said; who and where, encrypted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, NAME, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment


class ComplaintRow(Base):
    """One complaint, whatever its versions say: who sent it and what they call it. Never changed, never deleted."""

    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("channel", "source_key"), Index(None, "received_at"), Index(None, "filed_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, comment="casework.complaint.complaint_id")
    complaint_no: Mapped[str] = mapped_column(CODE, unique=True, comment="线索编号, shown to people")
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    source_key: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(Moment, comment="when the channel heard it; starts its clocks")
    filed_at: Mapped[datetime] = mapped_column(Moment)


class ComplaintVersionRow(Base):
    """What one version of a complaint says. The newest version is the one that counts; the others stay."""

    __tablename__ = "complaint_version"
    __table_args__ = (
        UniqueConstraint("complaint_id", "version"),
        Index(None, "employer_name"),
        Index(None, "site_name"),
        Index(None, "phone_tail_blind"),
        Index(None, "phone_blind"),
        Index(None, "id_no_blind"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    version: Mapped[int]
    landed_id: Mapped[str | None] = mapped_column(ForeignKey("landed.id"), comment="None: written down at the window")
    newest: Mapped[bool] = mapped_column(comment="the version that counts; the only column that ever changes")
    read_at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(CODE)
    nature: Mapped[str] = mapped_column(CODE)
    sector: Mapped[str] = mapped_column(CODE)
    title: Mapped[str | None] = mapped_column(Encrypted("complaint_version.title"))
    narrative: Mapped[str] = mapped_column(Encrypted("complaint_version.narrative"))
    employer_name: Mapped[str | None] = mapped_column(NAME)
    employer_uscc: Mapped[str | None] = mapped_column(CODE)
    boss_name: Mapped[str | None] = mapped_column(Encrypted("complaint_version.boss_name"))
    site_name: Mapped[str | None] = mapped_column(NAME)
    site_address: Mapped[str | None] = mapped_column(Encrypted("complaint_version.site_address"))
    district_code: Mapped[str | None] = mapped_column(CODE)
    complainant_name: Mapped[str | None] = mapped_column(Encrypted("complaint_version.complainant_name"))
    complainant_phone: Mapped[str | None] = mapped_column(Encrypted("complaint_version.complainant_phone"))
    phone_blind: Mapped[str | None] = mapped_column(String(64))
    phone_tail_blind: Mapped[str | None] = mapped_column(String(64), comment="last four digits, for search")
    complainant_id_no: Mapped[str | None] = mapped_column(Encrypted("complaint_version.complainant_id_no"))
    id_no_blind: Mapped[str | None] = mapped_column(String(64))
    worker_count: Mapped[int | None] = mapped_column(comment="None: not said")
    amount_claimed_fen: Mapped[int | None] = mapped_column(BigInteger, comment="None: not said")
    arrears_from: Mapped[str | None] = mapped_column(String(7), comment="YYYY-MM")
    arrears_to: Mapped[str | None] = mapped_column(String(7), comment="YYYY-MM")
    confidential: Mapped[bool] = mapped_column(default=False)
    wants_reply: Mapped[bool] = mapped_column(default=True)
    urgent: Mapped[bool] = mapped_column(default=False)
    reply_due_on: Mapped[date | None]
    probably_arrears: Mapped[bool | None]
    extracted: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJson("complaint_version.extracted"))
    remarks: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="codes of what was odd but not wrong")


class EmployerRow(Base):
    """One employer we keep (用人单位): a legal person or an individual."""

    __tablename__ = "employer"
    __table_args__ = (
        Index(None, "name_key"),
        Index(None, "uscc"),
        Index(None, "merged_into"),
        Index(
            None,
            "split_from",
            sqlite_where=text("split_from IS NOT NULL"),
            postgresql_where=text("split_from IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    name_key: Mapped[str] = mapped_column(NAME, comment="the name in comparable form")
    uscc: Mapped[str | None] = mapped_column(CODE)
    district_code: Mapped[str | None] = mapped_column(CODE)
    created_at: Mapped[datetime] = mapped_column(Moment)
    code_checked_on: Mapped[date | None] = mapped_column(comment="when an officer read the code off the register")
    code_checked_by: Mapped[str | None] = mapped_column(ID)
    merged_into: Mapped[str | None] = mapped_column(ID, comment="the employer that stays; never one merged away itself")
    split_from: Mapped[str | None] = mapped_column(ID, comment="whose spelling a person took out")
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change; travels through the form")
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_by: Mapped[str | None] = mapped_column(ID)


class EmployerAliasRow(Base):
    """One other spelling an employer was named by, and where it was learned."""

    __tablename__ = "employer_alias"
    __table_args__ = (UniqueConstraint("employer_id", "name"), Index(None, "name"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    name: Mapped[str] = mapped_column(NAME)
    learned_from: Mapped[str] = mapped_column(CODE, comment="complaint | office")
    learned_at: Mapped[datetime] = mapped_column(Moment)


class SiteRow(Base):
    """One place of work (用工所在地)."""

    __tablename__ = "site"
    __table_args__ = (Index(None, "name_key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    name_key: Mapped[str] = mapped_column(NAME)
    address: Mapped[str | None] = mapped_column(Encrypted("site.address"))
    district_code: Mapped[str | None] = mapped_column(CODE)


class WorkerRow(Base):
    """One person named in one version of a complaint: the complainant, or a line of an attached roster.

    Heads and yuan of a case are the union of these by blind index, so the same worker twice adds nobody.
    """

    __tablename__ = "worker"
    __table_args__ = (Index(None, "complaint_id"), Index(None, "phone_blind"), Index(None, "id_no_blind"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    version: Mapped[int]
    part: Mapped[str] = mapped_column(CODE, comment="complainant | roster")
    name: Mapped[str | None] = mapped_column(Encrypted("worker.name"))
    name_blind: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(Encrypted("worker.phone"))
    phone_blind: Mapped[str | None] = mapped_column(String(64))
    id_no: Mapped[str | None] = mapped_column(Encrypted("worker.id_no"))
    id_no_blind: Mapped[str | None] = mapped_column(String(64))
    amount_claimed_fen: Mapped[int | None] = mapped_column(BigInteger)
