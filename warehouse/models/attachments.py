"""Files that belong to a case: what they are in one row, what they hold sealed beside it, in parts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, Base, Encrypted, Moment


class AttachmentRow(Base):
    """One file of a case, such as a photograph taken on a visit. It is never deleted: what was wrong is struck.

    What its sender called it is kept nowhere: a file name may say who is to be seen.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="not_empty"),
        UniqueConstraint("case_id", "number"),
        Index(None, "visit_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), comment="where it was brought in")
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"), comment="the visit it was taken on")
    payment_id: Mapped[str | None] = mapped_column(ForeignKey("payment.id"), comment="the payment that it proves")
    number: Mapped[int] = mapped_column(comment="the file's number in its case, from 1; never reused")
    origin: Mapped[str] = mapped_column(CODE, comment="what it belongs to: visit | payment")
    media: Mapped[str] = mapped_column(CODE, comment="what is kept, seen from its content")
    sha256: Mapped[str] = mapped_column(String(64), comment="of what is kept")
    size_bytes: Mapped[int] = mapped_column(comment="of what is kept")
    sent_media: Mapped[str] = mapped_column(CODE, comment="what was sent, seen from its content")
    sent_sha256: Mapped[str] = mapped_column(String(64), comment="of the file as it was sent, which is not kept")
    width: Mapped[int | None] = mapped_column(comment="pixels")
    height: Mapped[int | None] = mapped_column(comment="pixels")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    struck_by: Mapped[str | None] = mapped_column(ID)
    struck_at: Mapped[datetime | None] = mapped_column(Moment)
    struck_reason: Mapped[str | None] = mapped_column(Encrypted("attachment.struck_reason"))


class AttachmentPartRow(Base):
    """One part of what a file holds, sealed. Parts of one file say in their seal which one they are."""

    __tablename__ = "attachment_part"

    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    look: Mapped[str] = mapped_column(CODE, primary_key=True, comment="whole | small")
    number: Mapped[int] = mapped_column(primary_key=True, comment="from 0")
    sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="crypto.Keyring.seal_part")
