"""Files that complaints brought, from whichever channel; and the numbers that workers ask with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, Base, Encrypted, Moment


class ComplaintFileRow(Base):
    """One file that one complaint brought: wanted from its channel, then kept, refused or gone. Never deleted.

    What its sender called it is kept nowhere. Where it lies at its channel is sealed: an address may name somebody.
    """

    __tablename__ = "complaint_file"
    __table_args__ = (
        CheckConstraint("state IN ('wanted','kept','refused','gone')", name="state"),
        CheckConstraint("state <> 'kept' OR (sha256 IS NOT NULL AND size_bytes > 0)", name="kept_whole"),
        UniqueConstraint("complaint_id", "number"),
        UniqueConstraint("complaint_id", "ref_digest"),
        Index(None, "state", "wanted_at"),
        Index(None, "landed_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    landed_id: Mapped[str | None] = mapped_column(
        ForeignKey("landed.id"), comment="the record that brought it; None: no record of a channel did"
    )
    number: Mapped[int] = mapped_column(comment="the file's number in its complaint, from 1; never reused")
    ref: Mapped[str] = mapped_column(Encrypted("complaint_file.ref"), comment="how its channel calls it")
    ref_digest: Mapped[str] = mapped_column(String(64), comment="keyed; the same file in a later version is not new")
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


class ComplaintFilePartRow(Base):
    """One part of what such a file holds, sealed. Parts of one file say in their seal which one they are."""

    __tablename__ = "complaint_file_part"

    file_id: Mapped[str] = mapped_column(ForeignKey("complaint_file.id"), primary_key=True)
    look: Mapped[str] = mapped_column(CODE, primary_key=True, comment="whole | small")
    number: Mapped[int] = mapped_column(primary_key=True, comment="from 0")
    sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="crypto.Keyring.seal_part")


class ReceiptNumberRow(Base):
    """The number that a worker asks with (回执号), of one complaint of any channel, and what was last told under it."""

    __tablename__ = "receipt_number"

    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(String(12), unique=True, comment="casework.receipt_number")
    made_at: Mapped[datetime] = mapped_column(Moment)
    told_digest: Mapped[str | None] = mapped_column(String(64), comment="keyed, of the progress as last told")
    told_at: Mapped[datetime | None] = mapped_column(Moment)
