"""Send the messages that are due, in order to each reader, and ask what became of them. At least once, one effect.

A gateway that is dead holds up its own messages alone. What it held up for longer than the office allows is not sent
as it was written: the reader gets one message that says so, with what of it still holds, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from casework.errors import ArrearsError, BadInput, ChannelChanged, ChannelUnavailable, NotAllowed
from casework.people import Actor
from casework.quiet import QuietHours
from casework.reaching import ReachedBy
from casework.record import Json
from connectors.senders.base import Held, Parcel, Sender, Unsure
from services.messaging.anew import tell_anew, to_be_told_anew
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import MessageRow, new_id
from warehouse.store import messages as outbox
from warehouse.store.leases import Lease, acquire, release, renew
from warehouse.store.messages import Due, address_of, due_messages, unsent_to
from warehouse.store.settings import text, whole

_LENGTH = timedelta(minutes=30)
_TROUBLES = (ChannelUnavailable, ChannelChanged, BadInput)
_ROUNDS = 20
Senders = Mapping[ReachedBy, Sender]


@dataclass(frozen=True, slots=True)
class SendCount:
    """What became of the messages that were due. `regrouped` ones are told by another, `failed` ones need a person."""

    sent: int = 0
    arrived: int = 0
    regrouped: int = 0
    failed: int = 0
    waiting: int = 0

    def __add__(self, other: SendCount) -> SendCount:
        return SendCount(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(SendCount)))


def send_messages(
    store: Warehouse,
    *,
    senders: Senders,
    actor: Actor,
    at: datetime,
    grace: timedelta,
    limit: int = 200,
    clock: Callable[[], datetime] | None = None,
) -> SendCount:
    """Send and ask about what is due. In the quiet hours it is only asked. Raises `LeaseLost`.

    The run began at `at`; the `clock` says how late it is at each further step, so that a long run keeps its lease.
    """
    total = SendCount()
    with store.write() as session:
        lease = acquire(session, outbox.LEASE, holder=new_id("run"), at=at, length=_LENGTH)
        quiet = QuietHours.read(text(session, "message.quiet_hours")).hold(at)
        stale = timedelta(hours=whole(session, "message.stale.hours"))
    run = _Run(store, senders, lease, clock or (lambda: at), stale, grace)
    handled: set[str] = set()
    for _ in range(_ROUNDS):
        with store.read() as session:
            due = [one for one in due_messages(session, at=at, limit=limit) if one.message_id not in handled]
        due = [one for one in due if one.taken or not quiet]
        for one in due:
            total += run.handle(one)
            handled.add(one.message_id)
        if not due or len(handled) >= limit:
            break
    with store.write() as session:
        if handled:
            details: dict[str, Json] = {one.name: getattr(total, one.name) for one in fields(SendCount)}
            audit.record(session, by=actor.id, act="send_messages", subject="messages", at=at, details=details)
        release(session, lease)
    return total


class _Run:
    """One sending run: what it may use, and who does not answer."""

    def __init__(
        self,
        store: Warehouse,
        senders: Senders,
        lease: Lease,
        clock: Callable[[], datetime],
        stale: timedelta,
        grace: timedelta,
    ) -> None:
        self._store = store
        self._senders = senders
        self._lease = lease
        self._clock = clock
        self._stale = stale
        self._grace = grace
        self._down: dict[str, ArrearsError] = {}

    @contextmanager
    def _writing(self) -> Iterator[tuple[Session, datetime]]:
        """A transaction of this run, and how late it is: the fence is checked and the lease pushed on first."""
        at = self._clock()
        with self._store.write() as session:
            renew(session, self._lease, at=at)
            yield session, at

    def handle(self, due: Due) -> SendCount:
        """Bring one message as far as it goes."""
        sender = self._senders.get(due.reader.way)
        if sender is None:
            return self._trouble(due, BadInput("This installation has no way out for this kind of address."))
        with self._store.read() as session:
            address = address_of(session, due.reader)
        if address is None:
            return self._taken_back(due)
        place = _place(due.reader.way, address)
        if place in self._down:
            return self._trouble(due, self._down[place])
        try:
            if due.taken:
                return self._ask(due, sender)
            return self._anew(due, sender) or self._deliver(due, sender, address)
        except NotAllowed as refused:
            return self._failed(due, refused)
        except Unsure as cut:
            return self._trouble(due, cut, doubtful=True)
        except _TROUBLES as failed:
            self._down[place] = failed
            return self._trouble(due, failed)

    def _anew(self, due: Due, sender: Sender) -> SendCount | None:
        """Let another message tell what this one was to tell, where it is late or does not hold as it was written.

        What was tried before is asked about first: the other side may have it, and then it is told. None: it is sent
        as it is.
        """
        with self._store.read() as session:
            late = due.reader.prevention_id is None and self._clock() - due.written_at > self._stale
            if not late and not to_be_told_anew(session, due, at=self._clock(), grace=self._grace):
                return None
        sender.check()
        if sender.confirms and self._heard_of_those_tried(due, sender):
            return SendCount(sent=1)
        with self._writing() as (session, at):
            tell_anew(session, due, late=late, at=at, grace=self._grace)
        return SendCount(regrouped=1)

    def _heard_of_those_tried(self, due: Due, sender: Sender) -> bool:
        """Ask about every unsent message to this reader that was tried. Whether the other side knows the due one."""
        with self._store.read() as session:
            tried = [(row.id, row.key) for row in unsent_to(session, due.reader.id) if row.attempts]
        known = False
        for message_id, key in tried:
            held = sender.held(key)
            if held is Held.ABSENT:
                continue
            with self._writing() as (session, at):
                self._note_held(session, message_id, held, at=at)
            known = known or message_id == due.message_id
        return known

    def _deliver(self, due: Due, sender: Sender, address: str) -> SendCount:
        with self._writing() as (session, _):
            if not outbox.begin_attempt(session, due.message_id):
                return SendCount()
        ref = sender.send(Parcel(due.key, due.reader.way, address, due.body))
        with self._writing() as (session, at):
            outbox.note_taken(session, due.message_id, ref=ref, confirms=sender.confirms, at=at)
        return SendCount(sent=1)

    def _ask(self, due: Due, sender: Sender) -> SendCount:
        held = sender.held(due.key) if sender.confirms else Held.TAKEN
        with self._writing() as (session, at):
            return self._note_held(session, due.message_id, held, at=at)

    @staticmethod
    def _note_held(session: Session, message_id: str, held: Held, *, at: datetime) -> SendCount:
        if held is Held.ARRIVED:
            outbox.note_arrived(session, message_id, at=at)
            return SendCount(arrived=1)
        if held is Held.LOST:
            outbox.note_failed(session, message_id, code="lost", words="The gateway says it never arrives.", at=at)
            return SendCount(failed=1)
        row = session.get_one(MessageRow, message_id)
        if held is Held.ABSENT:
            row.state = "pending"
            words = "The gateway took the message but does not know it."
            outbox.note_trouble(session, message_id, code="not_there", words=words, at=at)
        elif row.state == "pending":
            outbox.note_taken(session, message_id, ref=row.external_ref or "", confirms=True, at=at)
        else:
            outbox.note_waiting(session, message_id, at=at)
        return SendCount(waiting=1)

    def _taken_back(self, due: Due) -> SendCount:
        with self._writing() as (session, at):
            outbox.take_back(session, unsent_to(session, due.reader.id), code="no_address", at=at)
            row = session.get_one(MessageRow, due.message_id)
            if row.state == "delivered":
                outbox.note_waiting(session, due.message_id, at=at)
        return SendCount(waiting=1)

    def _trouble(self, due: Due, failed: ArrearsError, *, doubtful: bool = False) -> SendCount:
        with self._writing() as (session, at):
            code = _code(failed)
            outbox.note_trouble(session, due.message_id, code=code, words=str(failed), at=at, doubtful=doubtful)
        return SendCount(waiting=1)

    def _failed(self, due: Due, refused: ArrearsError) -> SendCount:
        with self._writing() as (session, at):
            outbox.note_failed(session, due.message_id, code=_code(refused), words=str(refused), at=at)
        return SendCount(failed=1)


def _place(way: ReachedBy, address: str) -> str:
    """Who does not answer when a message does not go: the gateway of the way; of a hook its own host."""
    return f"{way}:{urlsplit(address).hostname}" if way is ReachedBy.WEBHOOK else way.value


def _code(failed: ArrearsError) -> str:
    return {
        "Unsure": "cut_off",
        "ChannelUnavailable": "gateway_unavailable",
        "ChannelChanged": "gateway_changed",
        "NotAllowed": "refused_by_gateway",
    }.get(type(failed).__name__, "settings_wrong")
