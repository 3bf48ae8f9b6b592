"""Files of a case, sealed in the database in parts, so that no reader and no seal ever holds more than one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound
from warehouse.crypto import keyring
from warehouse.models import AttachmentPartRow, AttachmentRow, new_id

PART = 1024 * 1024
WHOLE, SMALL = "whole", "small"
VISIT, PAYMENT = "visit", "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file as it is to be kept: what it holds by look, what it is, and what was sent. Measures in pixels."""

    looks: Mapping[str, bytes]
    media: str
    sent_media: str
    sent_sha256: str
    width: int | None = None
    height: int | None = None


def keep_attachment(
    session: Session,
    brought: Brought,
    *,
    case_id: str,
    visit_id: str | None = None,
    payment_id: str | None = None,
    by: str,
    at: datetime,
) -> AttachmentRow:
    """Keep a file with a case, which its caller has locked: of a visit, or of what proves a payment."""
    whole = brought.looks[WHOLE]
    newest = session.scalar(select(func.max(AttachmentRow.number)).where(AttachmentRow.case_id == case_id))
    row = AttachmentRow(
        id=new_id("att"),
        case_id=case_id,
        visit_id=visit_id,
        payment_id=payment_id,
        number=(newest or 0) + 1,
        origin=VISIT if payment_id is None else PAYMENT,
        media=brought.media,
        sha256=hashlib.sha256(whole).hexdigest(),
        size_bytes=len(whole),
        sent_media=brought.sent_media,
        sent_sha256=brought.sent_sha256,
        width=brought.width,
        height=brought.height,
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    for look, content in brought.looks.items():
        last = (len(content) - 1) // PART
        for number in range(last + 1):
            part = content[number * PART : (number + 1) * PART]
            sealed = keyring().seal_part(part, part_name(row.id, look, number, last=number == last))
            session.add(AttachmentPartRow(attachment_id=row.id, look=look, number=number, sealed=sealed))
            session.flush()
    return row


def content_of(session: Session, attachment_id: str, look: str = WHOLE) -> Iterator[bytes]:
    """What a file holds, part by part. Raises `NotFound`, and `Tampered` for what was changed, moved or cut off."""
    row = AttachmentPartRow
    numbers = session.scalars(
        select(row.number).where(row.attachment_id == attachment_id, row.look == look).order_by(row.number)
    ).all()
    if not numbers:
        raise NotFound("There is no such file.")
    for place in range(len(numbers)):
        sealed = session.scalar(
            select(row.sealed).where(row.attachment_id == attachment_id, row.look == look, row.number == numbers[place])
        )
        where = part_name(attachment_id, look, place, last=place == len(numbers) - 1)
        yield keyring().open_part(bytes(sealed or b""), where)


def part_name(attachment_id: str, look: str, number: int, *, last: bool) -> str:
    """What a part is closed under: whose it is, and which one."""
    return f"attachment:{attachment_id}:{look}:{number}:{'last' if last else 'more'}"


def attachments_of(session: Session, case_ids: Collection[str]) -> list[AttachmentRow]:
    """The files of these cases, each case's in the order in which they came; struck ones too."""
    question = select(AttachmentRow).where(AttachmentRow.case_id.in_(case_ids))
    return list(session.scalars(question.order_by(AttachmentRow.case_id, AttachmentRow.number)))


def strike_attachment(session: Session, row: AttachmentRow, *, reason: str, by: str, at: datetime) -> None:
    """Strike a file out: it and what it holds stay; it is shown no more. Raises `NotAllowed` for the second time."""
    if row.struck_at is not None:
        raise NotAllowed("This photograph is struck out already.")
    row.struck_by, row.struck_at, row.struck_reason = by, at, reason
    session.flush()
