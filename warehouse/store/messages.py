"""The outbox of messages: written with what it tells, sent in order to each reader, each fact told to a reader once.

Its ordering, attempts and retries are those of the answers (`warehouse.store.replies`). What differs: a message that
was not sent for long is not sent as it is. Another one tells what of it still holds, with all that waits behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.messages import Occasion
from casework.reaching import ReachedBy
from warehouse.engine import for_change, one_at_a_time
from warehouse.many import some_at_a_time
from warehouse.models import (
    ComplaintVersionRow,
    MessageItemRow,
    MessageMarkRow,
    MessageRow,
    OfficerAddressRow,
    PreventionNoticeRow,
    new_id,
)
from warehouse.store.replies import FIRST_RETRY, LATER_RETRY, body_digest

LEASE = "messages"
RECEIPT_EVERY = timedelta(minutes=30)
RECEIPT_WITHIN = timedelta(days=3)
"""How long a gateway is asked whether a message arrived; then it counts as sent, without a receipt."""
MARK, BEGAN = "steps", "began"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is written to and how: the teller of a complaint, an officer at an address, the employer of a notice."""

    way: ReachedBy
    complaint_id: str | None = None
    address_id: str | None = None
    prevention_id: str | None = None

    @property
    def id(self) -> str:
        """What keeps the order: messages to one reader come one after the other."""
        return self.complaint_id or self.address_id or self.prevention_id or ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, in the words of which version, and whether it comes late."""

    occasion: Occasion
    body: str = field(repr=False)
    version: int
    since: datetime
    late_days: int = 0


def told_already(session: Session, reader_id: str, facts: Collection[str]) -> set[str]:
    """Those of these facts that a message to this reader tells already."""
    found: set[str] = set()
    for some in some_at_a_time(facts):
        question = select(MessageItemRow.fact).where(MessageItemRow.reader == reader_id, MessageItemRow.fact.in_(some))
        found |= set(session.scalars(question))
    return found


def told_to(session: Session, facts: Collection[str]) -> set[tuple[str, str]]:
    """Whom messages tell these facts already: reader and fact."""
    found: set[tuple[str, str]] = set()
    for some in some_at_a_time(facts):
        question = select(MessageItemRow.reader, MessageItemRow.fact).where(MessageItemRow.fact.in_(some))
        found |= set(session.execute(question).tuples())
    return found


def write_message(session: Session, reader: Reader, words: Words, facts: Iterable[str], *, at: datetime) -> str:
    """Owe one message. Facts that another message told are an error of the caller: a constraint refuses them."""
    one_at_a_time(session, f"message:{reader.id}")
    last = session.scalar(select(func.max(MessageRow.seq)).where(MessageRow.reader == reader.id))
    message_id = new_id("msg")
    session.add(
        MessageRow(
            id=message_id,
            key=message_id,
            reader=reader.id,
            seq=(last or 0) + 1,
            occasion=words.occasion.value,
            complaint_id=reader.complaint_id,
            address_id=reader.address_id,
            prevention_id=reader.prevention_id,
            way=reader.way.value,
            body=words.body,
            digest=body_digest(words.body),
            wording_version=words.version,
            since=words.since,
            late_days=words.late_days,
            written_at=at,
            state="pending",
            attempts=0,
            next_attempt_at=at,
            doubtful=False,
        )
    )
    session.flush()
    for fact in dict.fromkeys(facts):
        session.add(MessageItemRow(id=new_id("mit"), reader=reader.id, fact=fact, message_id=message_id, at=at))
    session.flush()
    return message_id


@dataclass(frozen=True, slots=True)
class Due:
    """One message whose turn it is. `taken`: the other side has it, and is asked whether it arrived."""

    message_id: str
    reader: Reader
    key: str
    body: str = field(repr=False)
    taken: bool
    attempts: int
    written_at: datetime
    delivered_at: datetime | None


def due_messages(session: Session, *, at: datetime, limit: int) -> list[Due]:
    """The messages to send or to ask about now. An older unsent one holds back the newer ones to its reader."""
    older = aliased(MessageRow)
    waiting = select(older.id).where(
        older.reader == MessageRow.reader, older.seq < MessageRow.seq, older.state == "pending"
    )
    question = (
        select(MessageRow)
        .where(
            MessageRow.state.in_(("pending", "delivered")),
            MessageRow.next_attempt_at <= at,
            or_(MessageRow.state == "delivered", ~waiting.exists()),
        )
        .order_by(MessageRow.next_attempt_at, MessageRow.written_at, MessageRow.reader, MessageRow.seq)
        .limit(limit)
    )
    return [due_of(row) for row in session.scalars(question)]


def due_of(row: MessageRow) -> Due:
    """A message as a sender needs it."""
    return Due(
        row.id,
        Reader(ReachedBy(row.way), row.complaint_id, row.address_id, row.prevention_id),
        row.key,
        row.body,
        row.state == "delivered",
        row.attempts,
        row.written_at,
        row.delivered_at,
    )


def unsent_to(session: Session, reader_id: str) -> list[MessageRow]:
    """What was written to one reader and not sent, the oldest first, locked unless one only looks."""
    question = select(MessageRow).where(MessageRow.reader == reader_id, MessageRow.state == "pending")
    return list(session.scalars(for_change(session, question.order_by(MessageRow.seq))))


def facts_of(session: Session, message_ids: Collection[str]) -> list[str]:
    """What these messages tell."""
    question = select(MessageItemRow.fact).where(MessageItemRow.message_id.in_(message_ids))
    return sorted(session.scalars(question))


def tell_in_place_of(session: Session, old: Collection[MessageRow], message_id: str, *, at: datetime) -> None:
    """Another message tells what these were to tell: their facts move to it, and they are sent no more."""
    items = select(MessageItemRow).where(MessageItemRow.message_id.in_([row.id for row in old]))
    for item in session.scalars(items):
        item.message_id = message_id
    for row in old:
        row.state, row.grouped_into, row.next_attempt_at = "grouped", message_id, at
    session.flush()


def take_back(session: Session, rows: Iterable[MessageRow], *, code: str, at: datetime) -> None:
    """These are sent no more, for what they tell does not hold any more, or nobody can be reached there."""
    for row in rows:
        row.state, row.error_code, row.error_words, row.next_attempt_at = "withdrawn", code, None, at
        _strike(row)
    session.flush()


def begin_attempt(session: Session, message_id: str) -> bool:
    """An attempt begins; from here on the other side may know the message. False: it waits no more."""
    row = session.scalars(select(MessageRow).where(MessageRow.id == message_id).with_for_update()).one()
    if row.state != "pending":
        return False
    row.attempts += 1
    session.flush()
    return True


def note_taken(session: Session, message_id: str, *, ref: str, confirms: bool, at: datetime) -> None:
    """The other side took it. Where it knows keys it is asked whether it arrived; else that is all there will be."""
    row = session.get_one(MessageRow, message_id)
    row.state, row.delivered_at = "delivered" if confirms else "sent", at
    row.external_ref, row.next_attempt_at = ref[:200] or None, at + FIRST_RETRY
    row.error_code = row.error_words = None
    if not confirms:
        _strike(row)
    session.flush()


def note_arrived(session: Session, message_id: str, *, at: datetime) -> None:
    """The other side says that it arrived."""
    row = session.get_one(MessageRow, message_id)
    row.state, row.confirmed_at, row.delivered_at = "confirmed", at, row.delivered_at or at
    row.error_code = row.error_words = None
    _strike(row)
    session.flush()


def note_waiting(session: Session, message_id: str, *, at: datetime) -> None:
    """It was taken and has not arrived. It is asked about again, for three days."""
    row = session.get_one(MessageRow, message_id)
    if row.delivered_at is not None and at - row.delivered_at > RECEIPT_WITHIN:
        row.state, row.error_code = "sent", "no_receipt"
        _strike(row)
    else:
        row.next_attempt_at = at + RECEIPT_EVERY
    session.flush()


def note_trouble(
    session: Session, message_id: str, *, code: str, words: str, at: datetime, doubtful: bool = False
) -> None:
    """It did not work this time: again in 5 minutes, then every 30."""
    row = session.get_one(MessageRow, message_id)
    row.error_code, row.error_words, row.doubtful = code, words, row.doubtful or doubtful
    row.next_attempt_at = at + (FIRST_RETRY if row.attempts <= 1 else LATER_RETRY)
    session.flush()


def note_failed(session: Session, message_id: str, *, code: str, words: str, at: datetime) -> None:
    """It will never work as it is: a person must look. Newer messages go on."""
    row = session.get_one(MessageRow, message_id)
    row.state, row.error_code, row.error_words, row.next_attempt_at = "failed", code, words, at
    _strike(row)
    session.flush()


def _strike(row: MessageRow) -> None:
    """The link of a notice is kept nowhere once its message has gone its way; of what it said the digest stays."""
    if row.prevention_id is not None:
        row.body = ""


def address_of(session: Session, reader: Reader) -> str | None:
    """Where this reader is reached now; None when nowhere any more."""
    if reader.address_id is not None:
        row = session.get(OfficerAddressRow, reader.address_id)
        return row.address if row is not None and row.ended_at is None else None
    if reader.prevention_id is not None:
        notice = session.get_one(PreventionNoticeRow, reader.prevention_id)
        return notice.contact if notice.state == "waiting" else None
    said = ComplaintVersionRow
    question = select(said.complainant_phone).where(said.complaint_id == reader.complaint_id, said.newest)
    return session.scalar(question.where(said.wants_reply))


def looked_until(session: Session) -> tuple[datetime, datetime] | None:
    """Since when and up to when the steps were looked through; None before the first look."""
    row, began = session.get(MessageMarkRow, MARK), session.get(MessageMarkRow, BEGAN)
    return (began.until, row.until) if row and began else None


def look_until(session: Session, until: datetime) -> None:
    """The steps up to this moment were looked through. It never goes back; the first look is the beginning."""
    row = session.get(MessageMarkRow, MARK)
    if row is None:
        session.add_all(MessageMarkRow(name=name, until=until) for name in (MARK, BEGAN))
    elif until > row.until:
        row.until = until
    session.flush()


def last_written(session: Session, readers: Collection[str]) -> Mapping[str, datetime]:
    """When each of these readers was written to last."""
    question = select(MessageRow.reader, func.max(MessageRow.written_at)).where(
        MessageRow.reader.in_(readers), MessageRow.state.not_in(("grouped", "withdrawn"))
    )
    return dict(session.execute(question.group_by(MessageRow.reader)).tuples().all())
