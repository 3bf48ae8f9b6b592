"""Replies: send what is due, each on its own channel and in order, and read it back. At least once, one effect.

A kill between the channel's answer and our note sends the letter again under the same key, which has no second effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import ArrearsError, BadInput, ChannelChanged, ChannelUnavailable, NotAllowed
from casework.lifecycle import ComplaintStatus
from casework.people import Actor
from casework.record import Json
from casework.reply import FINAL
from connectors.base import Connector
from services.replying.settling import close_if_settled
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.failpoints import hit
from warehouse.models import ReplyRow, new_id
from warehouse.store.clocks import meet_clocks
from warehouse.store.leases import Lease, acquire, release, renew
from warehouse.store.lives import follow
from warehouse.store.replies import (
    LEASE,
    Due,
    begin_attempt,
    due_replies,
    note_delivered,
    note_failed,
    note_missing,
    note_read_back,
    note_trouble,
)

_LENGTH = timedelta(minutes=30)
_FAILED_FOR_GOOD = (NotAllowed,)
_TROUBLES = (ChannelUnavailable, ChannelChanged, BadInput)


@dataclass(frozen=True, slots=True)
class ReplyCount:
    """What became of the answers that were due; `failed` ones need a person, `waiting` ones are tried again."""

    sent: int = 0
    confirmed: int = 0
    failed: int = 0
    waiting: int = 0

    def __add__(self, other: ReplyCount) -> ReplyCount:
        return ReplyCount(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(ReplyCount)))


def send_due(
    store: Warehouse,
    *,
    connector_of: Callable[[str], Connector],
    actor: Actor,
    at: datetime,
    limit: int = 200,
    clock: Callable[[], datetime] | None = None,
) -> ReplyCount:
    """Send and read back up to `limit` answers. A channel that is down holds up only its own. Raises `LeaseLost`.

    The run began at `at`; the `clock` says how late it is at each further step, so that a long run keeps its lease.
    """
    total = ReplyCount()
    with store.write() as session:
        lease = acquire(session, LEASE, holder=new_id("run"), at=at, length=_LENGTH)
        due = due_replies(session, at=at, limit=limit)
    run = _Run(store, connector_of, lease, actor, clock or (lambda: at))
    for one in due:
        total += run.handle(one)
    with store.write() as session:
        if due:
            details: dict[str, Json] = {"sent": total.sent, "confirmed": total.confirmed, "failed": total.failed}
            audit.record(session, by=actor.id, act="send_replies", subject="replies", at=at, details=details)
        release(session, lease)
    return total


class _Run:
    """One sending run: what it may use, and which channels are in trouble."""

    def __init__(
        self,
        store: Warehouse,
        connector_of: Callable[[str], Connector],
        lease: Lease,
        actor: Actor,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._connector_of = connector_of
        self._lease = lease
        self._actor = actor
        self._clock = clock
        self._connectors: dict[str, Connector] = {}
        self._down: dict[str, ArrearsError] = {}

    @contextmanager
    def _writing(self) -> Iterator[tuple[Session, datetime]]:
        """A transaction of this run, and how late it is: the fence is checked and the lease pushed on first."""
        at = self._clock()
        with self._store.write() as session:
            renew(session, self._lease, at=at)
            yield session, at

    def handle(self, due: Due) -> ReplyCount:
        """Bring one answer as far as it goes."""
        channel = due.letter.channel
        if channel in self._down:
            return self._trouble(due, self._down[channel])
        try:
            if channel not in self._connectors:
                self._connectors[channel] = self._connector_of(channel)
            sent = ReplyCount() if due.delivered else self._deliver(due)
            return sent + (self._read_back(due) if due.delivered or sent.sent else ReplyCount())
        except _FAILED_FOR_GOOD as refused:
            return self._failed(due, refused)
        except _TROUBLES as failed:
            self._down[channel] = failed
            return self._trouble(due, failed)

    def _deliver(self, due: Due) -> ReplyCount:
        with self._writing() as (session, _):
            if not begin_attempt(session, due.reply_id):
                return ReplyCount()
        hit("before_deliver")
        self._connectors[due.letter.channel].reply(due.letter)
        hit("after_deliver")
        with self._writing() as (session, at):
            note_delivered(session, due.reply_id, at=at)
            self._follow(session, due, ComplaintStatus.REPLIED, at=at)
        hit("after_deliver_commit")
        return ReplyCount(sent=1)

    def _follow(self, session: Session, due: Due, to: ComplaintStatus, *, at: datetime) -> None:
        """The final answer moves its complaint; those on the way tell only how far it is."""
        if due.letter.kind in FINAL:
            complaint_id = session.get_one(ReplyRow, due.reply_id).complaint_id
            follow(session, complaint_id, to, by=self._actor.id, at=at)

    def _read_back(self, due: Due) -> ReplyCount:
        receipt = self._connectors[due.letter.channel].confirm(due.letter)
        with self._writing() as (session, at):
            if receipt is None:
                note_missing(session, due.reply_id, at=at)
                return ReplyCount(waiting=1)
            equal = note_read_back(session, due.reply_id, receipt, at=at)
            row = session.get_one(ReplyRow, due.reply_id)
            if not equal:
                return ReplyCount(failed=1) if row.state == "failed" else ReplyCount(waiting=1)
            complaint = row.complaint_id
            day = local_day(at)
            meet_clocks(session, "reply", met_on=day, by=self._actor.id, at=at, complaint_ids=[complaint])
            self._follow(session, due, ComplaintStatus.CONFIRMED, at=at)
            close_if_settled(session, complaint, by=self._actor.id, at=at)
        return ReplyCount(confirmed=1)

    def _trouble(self, due: Due, failed: ArrearsError) -> ReplyCount:
        with self._writing() as (session, at):
            note_trouble(session, due.reply_id, code=_code(failed), words=str(failed), at=at)
        return ReplyCount(waiting=1)

    def _failed(self, due: Due, refused: ArrearsError) -> ReplyCount:
        with self._writing() as (session, at):
            note_failed(session, due.reply_id, code=_code(refused), words=str(refused), at=at)
        return ReplyCount(failed=1)


def _code(failed: ArrearsError) -> str:
    return {
        "ChannelUnavailable": "channel_unavailable",
        "ChannelChanged": "channel_changed",
        "NotAllowed": "refused_by_channel",
    }.get(type(failed).__name__, "settings_wrong")
