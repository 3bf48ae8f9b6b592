"""The balances of the receipt book as a page shows them, and the answers to one complaint, each with its readings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from casework.receipts import Balance
from warehouse.models import ChannelRow, ReceiptDayRow, ReceiptRow, ReplyRow
from warehouse.queries.hiding import hide
from warehouse.queries.tellers import Tellers
from warehouse.store.receipts import balance_of, unexplained


@dataclass(frozen=True, slots=True)
class DayLine:
    """The balance of one channel on one day. `counted_at` is None for a day that is not over: it still moves."""

    channel: str
    day: date
    balance: Balance
    remainder: int
    counted_at: datetime | None
    explained_by: str | None = None
    explained_at: datetime | None = None
    explanation: str | None = None

    @property
    def odd(self) -> bool:
        """Whether it does not add up, or something ended without proof."""
        return bool(self.remainder or self.balance.unproven)


def day_lines(session: Session, day: date, *, today: date, channels: Collection[str] = ()) -> list[DayLine]:
    """The balance of each channel on a day, by channel: as it was counted, or for today as it is by now.

    A day before today that was never counted has no line: to count it late would hide what came between.
    """
    names = list(session.scalars(select(ChannelRow.name).order_by(ChannelRow.name)))
    kept = {row.channel: row for row in session.scalars(select(ReceiptDayRow).where(ReceiptDayRow.day == day))}
    lines = []
    for name in names:
        if channels and name not in channels:
            continue
        if name in kept:
            lines.append(_line(kept[name]))
        elif day == today:
            now = balance_of(session, name, day)
            if now.came or now.ended or now.still_open:
                lines.append(DayLine(name, day, now, now.remainder, None))
    return lines


def odd_days(session: Session) -> list[DayLine]:
    """The days that do not add up and that nobody has explained, oldest first."""
    names = session.scalars(select(ChannelRow.name).order_by(ChannelRow.name)).all()
    rows = [row for name in names for row in unexplained(session, name)]
    return [_line(row) for row in sorted(rows, key=lambda row: (row.day, row.channel))]


def _line(row: ReceiptDayRow) -> DayLine:
    counted = Balance(**{name: getattr(row, name) for name in Balance.__dataclass_fields__})
    return DayLine(
        channel=row.channel,
        day=row.day,
        balance=counted,
        remainder=row.remainder,
        counted_at=row.counted_at,
        explained_by=row.explained_by,
        explained_at=row.explained_at,
        explanation=hide(row.explanation),
    )


def counting_stuck() -> Select[tuple[int]]:
    """The question how many answers cannot arrive by themselves, over all channels.

    One is late that was due before the moment `late_since` the question is asked with.
    """
    row = ReplyRow
    since: BindParameter[datetime] = bindparam("late_since", type_=row.not_before.type)
    late = row.state.in_(("pending", "delivered")) & (row.not_before < since)
    return select(func.count()).where(row.told_at.is_(None), or_(row.state == "failed", late))


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading back: what the channel showed then. `shown` is None where it was what we sent."""

    at: datetime
    external_ref: str
    equal: bool
    shown: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a complaint: the text, masked as elsewhere and cut where the channel shows something else."""

    id: str
    kind: str
    state: str
    body: tuple[str, str, str]
    written_at: datetime
    not_before: datetime
    attempts: int
    next_attempt_at: datetime
    delivered_at: datetime | None
    confirmed_at: datetime | None
    error_code: str | None
    told_at: datetime | None
    told_by: str | None
    told_way: str | None
    told_note: str | None
    readings: tuple[Reading, ...]

    @property
    def shown(self) -> tuple[str, str, str] | None:
        """What the channel showed when it last showed something else; None where it never did."""
        return next((one.shown for one in reversed(self.readings) if one.shown is not None), None)


def answers_to(session: Session, complaint_id: str) -> list[Answer]:
    """The answers to one complaint, oldest first. Whoever asks may know of the complaint."""
    hidden = partial(Tellers(session, [complaint_id], complaints=True).hide, subject_id=complaint_id)
    rows = session.scalars(select(ReplyRow).where(ReplyRow.complaint_id == complaint_id).order_by(ReplyRow.seq)).all()
    read: dict[str, list[ReceiptRow]] = {}
    question = select(ReceiptRow).where(ReceiptRow.reply_id.in_([row.id for row in rows]))
    for one in session.scalars(question.order_by(ReceiptRow.at, ReceiptRow.id)):
        read.setdefault(one.reply_id, []).append(one)
    return [_answer(row, read.get(row.id, []), hidden) for row in rows]


def _answer(row: ReplyRow, read: list[ReceiptRow], hidden: Callable[[str | None], str | None]) -> Answer:
    body = hidden(row.body) or ""
    shown = [hidden(one.shown) if one.shown is not None else None for one in read]
    last = next((one for one in reversed(shown) if one is not None), None)
    return Answer(
        id=row.id,
        kind=row.kind,
        state=row.state,
        body=apart(body, last)[0] if last is not None else (body, "", ""),
        written_at=row.written_at,
        not_before=row.not_before,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
        confirmed_at=row.confirmed_at,
        error_code=row.error_code,
        told_at=row.told_at,
        told_by=row.told_by,
        told_way=row.told_way,
        told_note=hidden(row.told_note),
        readings=tuple(
            Reading(one.at, one.external_ref, one.equal, apart(body, what)[1] if what is not None else None)
            for one, what in zip(read, shown, strict=True)
        ),
    )


def apart(sent: str, shown: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Two texts cut alike: what both begin with, where they differ, and what both end with."""
    head = 0
    while head < min(len(sent), len(shown)) and sent[head] == shown[head]:
        head += 1
    tail = 0
    while tail < min(len(sent), len(shown)) - head and sent[-1 - tail] == shown[-1 - tail]:
        tail += 1

    def cut(text: str) -> tuple[str, str, str]:
        end = len(text) - tail
        return text[:head], text[head:end], text[end:]

    return cut(sent), cut(shown)
