"""Bulletins of hot spots: what each said, kept as it was issued."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, Moment


class BulletinRow(Base):
    """One bulletin of one week or month over one territory. An issued one never changes: a later one replaces it."""

    __tablename__ = "bulletin"
    __table_args__ = (
        CheckConstraint("state IN ('draft','issued','replaced')", name="state"),
        CheckConstraint("(state = 'draft') = (bulletin_no IS NULL)", name="numbered"),
        Index(None, "territory", "period"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(CODE, comment="weekly | monthly")
    period: Mapped[str] = mapped_column(CODE, comment="2026-W47 | 2026-11")
    territory: Mapped[str] = mapped_column(CODE, comment="administrative code its places start with")
    state: Mapped[str] = mapped_column(CODE)
    bulletin_no: Mapped[str | None] = mapped_column(CODE, unique=True, comment="from its issue on; never reused")
    replaces: Mapped[str | None] = mapped_column(ForeignKey("bulletin.id"), comment="the issued one it restates")
    reason: Mapped[str | None] = mapped_column(Encrypted("bulletin.reason"), comment="why it restates that")
    content: Mapped[dict[str, Any]] = mapped_column(PLAIN_JSON, comment="counts, codes, ids, names of sites and firms")
    digest: Mapped[str] = mapped_column(String(64), comment="sha256 of the content")
    rising: Mapped[int] = mapped_column(comment="how many lines its lists have")
    provisional: Mapped[bool]
    made_by: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime] = mapped_column(Moment)
    issued_by: Mapped[str | None] = mapped_column(ID)
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change; travels through the form")


class BulletinFileRow(Base):
    """One file of an issued bulletin, byte by byte as it was first given out."""

    __tablename__ = "bulletin_file"

    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), primary_key=True)
    language: Mapped[str] = mapped_column(CODE, primary_key=True, comment="zh_CN | en")
    form: Mapped[str] = mapped_column(CODE, primary_key=True, comment="docx | pdf")
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="no personal data: names of sites and firms, counts")
