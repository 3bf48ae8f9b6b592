"""The outbox: answers written in the transaction of the act they tell of, delivered after it, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.reply import Letter, Receipt, ReplyKind
from warehouse.engine import one_at_a_time
from warehouse.many import some_at_a_time
from warehouse.models import ChannelRow, ComplaintRow, ComplaintVersionRow, ReceiptRow, ReplyRow, new_id

FIRST_RETRY, LATER_RETRY = timedelta(minutes=5), timedelta(minutes=30)
LEASE = "replies"
READINGS = 3
"""How often another text is read back from a channel before a person is asked."""
DIFFERS = "read_back_differs"


def body_digest(body: str) -> str:
    """What two equal answers share. Line ends and outer white space are the channel's business."""
    plain = "\n".join(line.rstrip() for line in body.strip().splitlines())
    return hashlib.sha256(plain.encode()).hexdigest()


def write_reply(
    session: Session,
    *,
    complaint_id: str,
    kind: ReplyKind,
    body: str,
    by: str,
    at: datetime,
    not_before: datetime,
) -> str | None:
    """Owe an answer to one complaint. None: the complainant wants none, or the channel takes none."""
    written = write_replies(session, {complaint_id: body}, kind=kind, by=by, at=at, not_before=not_before)
    return written.get(complaint_id)


def write_replies(
    session: Session, bodies: Mapping[str, str], *, kind: ReplyKind, by: str, at: datetime, not_before: datetime
) -> dict[str, str]:
    """Owe these answers, by complaint, in as many statements as one. Returns the id of each that was written.

    None is to complaints whose teller wants none, or whose channel takes none.
    """
    said = ComplaintVersionRow
    wanted = (
        select(ComplaintRow.id, ComplaintRow.channel)
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .join(ChannelRow, ChannelRow.name == ComplaintRow.channel)
        .where(said.wants_reply, ChannelRow.answers)
    )
    written: dict[str, str] = {}
    for some in some_at_a_time(bodies):
        channel_of = dict(session.execute(wanted.where(ComplaintRow.id.in_(some))).tuples().all())
        one_at_a_time(session, *(f"reply:{one}" for one in channel_of))
        last = select(ReplyRow.complaint_id, func.max(ReplyRow.seq)).where(ReplyRow.complaint_id.in_(channel_of))
        before = dict(session.execute(last.group_by(ReplyRow.complaint_id)).tuples().all())
        for one in sorted(channel_of):
            written[one] = new_id("rep")
            session.add(
                ReplyRow(
                    id=written[one],
                    key=written[one],
                    complaint_id=one,
                    seq=before.get(one, 0) + 1,
                    channel=channel_of[one],
                    kind=kind.value,
                    body=bodies[one],
                    digest=body_digest(bodies[one]),
                    written_by=by,
                    written_at=at,
                    not_before=not_before,
                    state="pending",
                    attempts=0,
                    next_attempt_at=not_before,
                )
            )
        session.flush()
    return written


def withdraw_unsent(session: Session, *, complaint_ids: Collection[str], kind: ReplyKind, at: datetime) -> int:
    """Take back the answers of one kind of these complaints that nobody has begun to send."""
    question = (
        select(ReplyRow)
        .where(
            ReplyRow.complaint_id.in_(complaint_ids),
            ReplyRow.kind == kind.value,
            ReplyRow.state == "pending",
            ReplyRow.attempts == 0,
        )
        .with_for_update()
    )
    rows = session.scalars(question).all()
    for row in rows:
        row.state, row.next_attempt_at = "withdrawn", at
    return len(rows)


@dataclass(frozen=True, slots=True)
class Due:
    """One answer whose turn it is. `delivered`: the channel has it, and it has to be read back."""

    reply_id: str
    delivered: bool
    letter: Letter


def due_replies(session: Session, *, at: datetime, limit: int) -> list[Due]:
    """The answers to send or to read back now. An older one holds back the newer ones of its complaint.

    It does so until it was read back, not only until it was sent: a channel that lost it gets it again, and that would
    come after the newer one. What failed for good holds nothing back, for it is not sent again behind a newer one.
    """
    older = aliased(ReplyRow)
    waiting = select(older.id).where(
        older.complaint_id == ReplyRow.complaint_id, older.seq < ReplyRow.seq, older.state.in_(("pending", "delivered"))
    )
    question = (
        select(ReplyRow, ComplaintRow.source_key)
        .join(ComplaintRow, ComplaintRow.id == ReplyRow.complaint_id)
        .where(
            ReplyRow.state.in_(("pending", "delivered")),
            ReplyRow.next_attempt_at <= at,
            ReplyRow.not_before <= at,
            or_(ReplyRow.state == "delivered", ~waiting.exists()),
        )
        .order_by(ReplyRow.next_attempt_at, ReplyRow.written_at, ReplyRow.complaint_id, ReplyRow.seq)
        .limit(limit)
    )
    return [
        Due(
            row.id,
            row.state == "delivered",
            Letter(row.key, row.channel, key, ReplyKind(row.kind), row.body, row.written_at),
        )
        for row, key in session.execute(question)
    ]


def begin_attempt(session: Session, reply_id: str) -> bool:
    """An attempt begins; from here on the answer cannot be withdrawn. False: it was withdrawn meanwhile."""
    row = session.scalars(select(ReplyRow).where(ReplyRow.id == reply_id).with_for_update()).one()
    if row.state != "pending":
        return False
    row.attempts += 1
    return True


def note_delivered(session: Session, reply_id: str, *, at: datetime) -> None:
    """The channel took it. It is proven only when it was read back."""
    row = session.get_one(ReplyRow, reply_id)
    row.state, row.delivered_at, row.next_attempt_at = "delivered", at, at
    row.error_code = row.error_words = None


def note_trouble(session: Session, reply_id: str, *, code: str, words: str, at: datetime) -> None:
    """It did not work this time: again in 5 minutes, then every 30."""
    row = session.get_one(ReplyRow, reply_id)
    row.error_code, row.error_words = code, words
    row.next_attempt_at = at + (FIRST_RETRY if row.attempts <= 1 else LATER_RETRY)


def note_failed(session: Session, reply_id: str, *, code: str, words: str, at: datetime) -> None:
    """It will never work as it is: a person must look. Newer answers go on."""
    row = session.get_one(ReplyRow, reply_id)
    row.state, row.error_code, row.error_words, row.next_attempt_at = "failed", code, words, at


def note_read_back(session: Session, reply_id: str, receipt: Receipt, *, at: datetime) -> bool:
    """Keep what the channel shows. Confirmed when it is what we wrote; else it is read again, and then put to a person.

    The text that is shown instead is kept with its receipt. Somebody changed it, or the channel shows it cut or half
    written: after `READINGS` readings that differ the answer has failed.
    """
    row = session.get_one(ReplyRow, reply_id)
    found = body_digest(receipt.body)
    equal = found == row.digest
    session.add(
        ReceiptRow(
            id=new_id("rcp"),
            reply_id=reply_id,
            at=at,
            external_ref=receipt.external_ref[:200],
            digest=found,
            equal=equal,
            shown=None if equal else receipt.body,
        )
    )
    session.flush()
    if equal:
        row.state, row.confirmed_at, row.error_code, row.error_words = "confirmed", at, None, None
    else:
        unequal = select(func.count()).where(ReceiptRow.reply_id == reply_id, ReceiptRow.equal.is_(False))
        readings = session.scalar(unequal) or 0
        if readings >= READINGS:
            row.state, row.next_attempt_at = "failed", at
        else:
            row.next_attempt_at = at + (FIRST_RETRY if readings == 1 else LATER_RETRY)
        row.error_code, row.error_words = DIFFERS, "The channel shows another text than the one that was sent."
    session.flush()
    return equal


def note_missing(session: Session, reply_id: str, *, at: datetime) -> None:
    """The channel took it and does not have it: send it again under the same key, unless a newer one went out since."""
    row, words = session.get_one(ReplyRow, reply_id), "The channel took the answer but does not show it."
    if overtaken(session, row):
        note_failed(session, reply_id, code="not_there", words=words, at=at)
        return
    row.state = "pending"
    note_trouble(session, reply_id, code="not_there", words=words, at=at)


def overtaken(session: Session, row: ReplyRow) -> bool:
    """Whether a newer answer to the same complaint went out already: this one would arrive behind it."""
    newer = select(ReplyRow.id).where(
        ReplyRow.complaint_id == row.complaint_id, ReplyRow.seq > row.seq, ReplyRow.attempts > 0
    )
    return session.scalar(newer.limit(1)) is not None
