"""The daily balance of the receipt book: counted once for each day that ended, and loud while something is left over.

What cannot be delivered is an alarm on its channel, raised anew each working day until it is settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.office.working_days import calendar_in_force
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import ChannelRow, ComplaintRow, MessageRow, ReceiptDayRow, ReplyRow
from warehouse.store.channel_alarms import clear_alarm, open_alarm, raise_alarm, raised_on
from warehouse.store.receipts import (
    balance_of,
    day_kept,
    first_moment,
    keep_day,
    last_day_kept,
    unexplained,
)

RULE = "answers_stuck"
OVERDUE = timedelta(hours=24)
"""How long an answer may be due without having arrived before that is an alarm."""
_AFTER_MIDNIGHT = timedelta(minutes=30)
"""A day is counted this long after its end: what began before midnight is committed by then."""
_MOST_DAYS = 400
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class BookCount:
    """What one look at the book did: days counted, days that do not add up, channels in trouble, alarms raised."""

    days: int = 0
    remainders: int = 0
    alarms: int = 0
    raised: int = 0
    cleared: int = 0


def watch_receipts(store: Warehouse, *, actor: Actor, at: datetime) -> BookCount:
    """Count the days that ended and were not counted, and raise or clear the alarm of each channel."""
    days = remainders = alarms = raised = cleared = 0
    with store.read() as session:
        names = list(session.scalars(select(ChannelRow.name).order_by(ChannelRow.name)))
    for name in names:
        with store.write() as session:
            counted = _count_days(session, name, at=at)
            days += len(counted)
            remainders += sum(1 for row in counted if row.remainder)
            trouble = stuck(session, name, at=at)
            if trouble is None:
                went = clear_alarm(session, name, by=actor.id, at=at, rule=RULE)
                came = False
            else:
                went, came = False, _raise_anew(session, name, trouble, by=actor.id, at=at)
            alarms, raised, cleared = alarms + (trouble is not None), raised + came, cleared + went
            if counted or came or went:
                details: dict[str, Json] = {"days": len(counted), "raised": came, "cleared": went}
                details["remainders"] = sum(1 for row in counted if row.remainder)
                audit.record(session, by=actor.id, act="watch_receipts", subject=name, at=at, details=details)
    return BookCount(days, remainders, alarms, raised, cleared)


def _count_days(session: Session, channel: str, *, at: datetime) -> list[ReceiptDayRow]:
    """The days of a channel that ended and have no balance yet, oldest first. None before its first complaint."""
    one_at_a_time(session, f"receipt_day:{channel}")
    yesterday, last = local_day(at - _AFTER_MIDNIGHT) - timedelta(days=1), last_day_kept(session, channel)
    begun = first_moment(session, channel) if last is None else None
    if last is None and begun is None:
        return []
    first = last + timedelta(days=1) if last else local_day(begun or at)
    first = max(first, yesterday - timedelta(days=_MOST_DAYS))
    counted = []
    while first <= yesterday:
        counted.append(keep_day(session, channel, first, balance_of(session, channel, first), at=at))
        first += timedelta(days=1)
    return counted


def stuck(session: Session, channel: str, *, at: datetime) -> dict[str, Json] | None:
    """What of a channel's answers cannot arrive, and which days do not add up, in figures; None when nothing is.

    A message to who complained there counts as an answer: a dead gateway is loud on each channel whose people it holds.
    """
    row = ReplyRow
    late = row.state.in_(("pending", "delivered")) & (row.not_before < at - OVERDUE)
    question = select(func.count(), func.min(row.written_at)).where(
        row.channel == channel, row.told_at.is_(None), or_(row.state == "failed", late)
    )
    answers, oldest = session.execute(question).one()
    untold, since = session.execute(_untold(channel, before=at - OVERDUE)).one()
    days = unexplained(session, channel)
    if not answers and not untold and not days:
        return None
    oldest = min((one for one in (oldest, since) if one is not None), default=None)
    return {
        "answers": answers + untold,
        "oldest": oldest.isoformat() if oldest else None,
        "remainder": sum(abs(one.remainder) + one.unproven for one in days),
    }


def _untold(channel: str, *, before: datetime) -> Select[tuple[int, datetime]]:
    """The question how many messages to those who complained on a channel do not go out, and since when."""
    row, unsent = MessageRow, (MessageRow.state == "pending") & (MessageRow.since < before)
    return (
        select(func.count(), func.min(row.since))
        .select_from(row)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .where(ComplaintRow.channel == channel, or_(row.state == "failed", unsent))
    )


def _raise_anew(session: Session, channel: str, facts: dict[str, Json], *, by: str, at: datetime) -> bool:
    """An alarm of this working day: the one of a day before is put away, so that it is new to whoever looks."""
    today = local_day(at)
    if raised_on(session, channel, today, rule=RULE) or not calendar_in_force(session).works(today):
        standing = open_alarm(session, channel, rule=RULE)
        if standing is not None:
            standing.facts = facts
            session.flush()
        return False
    clear_alarm(session, channel, by=by, at=at, rule=RULE)
    return raise_alarm(session, channel, facts=facts, at=at, rule=RULE)


def explain_day(store: Warehouse, *, channel: str, day: date, words: str, actor: Actor, at: datetime) -> None:
    """A head says why a day does not add up. Raises `BadInput`, `NotAllowed` and `NotFound`. The figures stay."""
    if Role.HEAD not in actor.roles:
        raise NotAllowed("Only a head explains a day that does not add up.")
    if not words.strip() or len(words) > _LONGEST:
        raise BadInput(f"Say why, in at most {_LONGEST} characters.")
    with store.write() as session:
        one_at_a_time(session, f"receipt_day:{channel}")
        row = day_kept(session, channel, day)
        if row is None:
            raise NotFound("There is no such day in the book.")
        if not (row.remainder or row.unproven):
            raise NotAllowed("This day adds up; there is nothing to explain.")
        if row.explained_at is not None:
            raise NotAllowed("Somebody has explained this day already.")
        row.explained_by, row.explained_at, row.explanation = actor.id, at, words.strip()
        details: dict[str, Json] = {"day": day.isoformat(), "remainder": row.remainder, "unproven": row.unproven}
        audit.record(session, by=actor.id, act="explain_day", subject=channel, at=at, details=details)
