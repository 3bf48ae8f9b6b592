"""The page 回执簿: where each source id stands, with its times; what a channel shows instead of what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_midnight
from casework.lifecycle import Life
from casework.people import Actor, Role
from casework.receipts import ENDED, Place, ended_as, stands_at
from casework.record import RecordKind
from casework.reply import FINAL
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    LandedRow,
    LifeMoveRow,
    ReplyRow,
)
from warehouse.queries.sight import in_territory, seen_by
from warehouse.store.lives import standings
from warehouse.store.receipts import that_ended, wants_answer

SHOWN = 50
GROUPS = ("all", "open", "on_the_way", "with_a_person", "over", "quarantine")
_UNFILED = ("landed", "quarantined")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of the book: of one channel or all, received on one day or ever, of one group."""

    channel: str | None = None
    day: date | None = None
    group: str = "all"


@dataclass(frozen=True, slots=True)
class BookLine:
    """One source id. The times are those of its last answer that matters; None where that has not happened."""

    channel: str
    source_key: str
    complaint_id: str | None
    complaint_no: str | None
    matter_no: str | None
    place: Place
    received_at: datetime
    accepted_at: datetime | None = None
    kind: str | None = None
    written_at: datetime | None = None
    sent_at: datetime | None = None
    read_back_at: datetime | None = None
    error_code: str | None = None


def shown_key(key: str) -> str:
    """A source id as it may be shown. The id of a mail holds an address: of that only the end of its digest-like part.

    Ids of the other channels are numbers of theirs and name nobody.
    """
    return f"…{key.partition('@')[0][-6:]}@…" if "@" in key else key


def book_lines(session: Session, actor: Actor, wanted: Wanted, *, limit: int, skip: int = 0) -> list[BookLine]:
    """The lines this person may see, the newest first."""
    if wanted.group == "quarantine":
        return _unfiled(session, actor, wanted, limit=limit, skip=skip)
    question = _complaints(actor, wanted).order_by(ComplaintRow.filed_at.desc(), ComplaintRow.id)
    found = session.execute(question.limit(limit).offset(skip)).tuples().all()
    return _filed_lines(session, found)


def count_lines(session: Session, actor: Actor, wanted: Wanted) -> int:
    """How many lines that are."""
    aside = wanted.group == "quarantine"
    lines = _landed(actor, wanted).subquery() if aside else _complaints(actor, wanted).subquery()
    return session.scalar(select(func.count()).select_from(lines)) or 0


def complaint_seen(session: Session, actor: Actor, complaint_id: str) -> BookLine | None:
    """The line of one complaint, for somebody who may know of it."""
    question = _complaints(actor, Wanted()).where(ComplaintRow.id == complaint_id)
    found = session.execute(question).tuples().all()
    return _filed_lines(session, found)[0] if found else None


_Found = tuple[ComplaintRow, str]


def _complaints(actor: Actor, wanted: Wanted) -> Select[_Found]:
    said, member = ComplaintVersionRow, CaseMembershipRow
    wide = actor.roles & {Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY}
    homeless = CaseRow.id.is_(None) & in_territory(actor, said.district_code)
    question = (
        select(ComplaintRow, CaseRow.matter_no)
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .outerjoin(member, (member.complaint_id == ComplaintRow.id) & member.valid_to.is_(None))
        .outerjoin(CaseRow, CaseRow.id == member.case_id)
        .where(or_(seen_by(actor), homeless) if wide else seen_by(actor))
    )
    if wanted.channel:
        question = question.where(ComplaintRow.channel == wanted.channel)
    if wanted.day:
        question = question.where(*_came_on(wanted.day))
    return question.where(*_GROUPED[wanted.group])


def _came_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Complaints whose source id came in on a day: when it was first landed, or written down here."""
    first, end = local_midnight(day), local_midnight(day + timedelta(days=1))
    row = LandedRow
    same = (
        row.channel == ComplaintRow.channel,
        row.kind == RecordKind.COMPLAINT.value,
        row.source_key == ComplaintRow.source_key,
        row.version == 1,
    )
    landed_then = exists().where(*same, row.landed_at >= first, row.landed_at < end)
    here_then = ~exists().where(*same) & (ComplaintRow.filed_at >= first) & (ComplaintRow.filed_at < end)
    return (or_(landed_then, here_then),)


_OVER = exists().where(
    LifeMoveRow.complaint_id == ComplaintRow.id,
    LifeMoveRow.life == Life.COMPLAINT,
    LifeMoveRow.newest,
    LifeMoveRow.became.in_(ENDED),
)
_OWED = (ReplyRow.complaint_id == ComplaintRow.id, ReplyRow.told_at.is_(None))
_GROUPED: dict[str, tuple[ColumnElement[bool], ...]] = {
    "all": (),
    "open": (~_OVER,),
    "on_the_way": (exists().where(*_OWED, ReplyRow.state.in_(("pending", "delivered"))),),
    "with_a_person": (
        exists().where(*_OWED, or_(ReplyRow.state == "failed", ReplyRow.error_code == "read_back_differs")),
    ),
    "over": (_OVER,),
}


def _filed_lines(session: Session, found: Sequence[_Found]) -> list[BookLine]:
    ids = [row.id for row, _ in found]
    now, owed, came = standings(session, ids), wants_answer(session, ids), _came(session, [row for row, _ in found])
    answers: dict[str, list[ReplyRow]] = {}
    question = select(ReplyRow).where(ReplyRow.complaint_id.in_(ids), ReplyRow.state != "withdrawn")
    for answer in session.scalars(question.order_by(ReplyRow.complaint_id, ReplyRow.seq)):
        answers.setdefault(answer.complaint_id, []).append(answer)
    lines = []
    for row, matter_no in found:
        told = answers.get(row.id, [])
        over = now[row.id] in ENDED
        one = _that_matters(told, over=over)
        if over:
            kind, state, otherwise = (one.kind, one.state, one.told_at) if one else (None, None, None)
            place = ended_as(kind, state, told=otherwise is not None, owed=row.id in owed)
        else:
            pending = one if one is not None and one.state != "confirmed" else None
            place = _place(pending)
        lines.append(
            BookLine(
                channel=row.channel,
                source_key=shown_key(row.source_key),
                complaint_id=row.id,
                complaint_no=row.complaint_no,
                matter_no=matter_no,
                place=place,
                received_at=came.get((row.channel, row.source_key), row.filed_at),
                accepted_at=row.filed_at,
                kind=one.kind if one else None,
                written_at=one.written_at if one else None,
                sent_at=one.delivered_at if one else None,
                read_back_at=(one.confirmed_at or one.told_at) if one else None,
                error_code=one.error_code if one else None,
            )
        )
    return lines


def _place(answer: ReplyRow | None) -> Place:
    if answer is None or answer.told_at is not None:
        return Place.ACCEPTED
    return stands_at(answer.state, error=answer.error_code, told=False)


def _that_matters(answers: Sequence[ReplyRow], *, over: bool) -> ReplyRow | None:
    """Of what is over its last final answer; else the oldest answer that has not arrived, or the last that has."""
    if over:
        return that_ended([one for one in answers if one.kind in FINAL])
    waiting = (one for one in answers if one.state != "confirmed" and one.told_at is None)
    return next(waiting, answers[-1] if answers else None)


def _came(session: Session, rows: Sequence[ComplaintRow]) -> dict[tuple[str, str], datetime]:
    """When each of these source ids was landed first."""
    row = LandedRow
    question = select(row.channel, row.source_key, row.landed_at).where(
        row.kind == RecordKind.COMPLAINT.value,
        row.version == 1,
        row.channel.in_({one.channel for one in rows}),
        row.source_key.in_({one.source_key for one in rows}),
    )
    return {(channel, key): at for channel, key, at in session.execute(question)}


def _landed(actor: Actor, wanted: Wanted) -> Select[tuple[LandedRow]]:
    """Records that are no complaint yet: only the desk, which mends them, sees them one by one."""
    row = LandedRow
    filed = exists().where(ComplaintRow.channel == row.channel, ComplaintRow.source_key == row.source_key)
    question = select(row).where(row.kind == RecordKind.COMPLAINT.value, row.state.in_(_UNFILED), ~filed)
    if Role.DESK_OFFICER not in actor.roles:
        question = question.where(row.id.is_(None))
    if wanted.channel:
        question = question.where(row.channel == wanted.channel)
    if wanted.day:
        first, end = local_midnight(wanted.day), local_midnight(wanted.day + timedelta(days=1))
        question = question.where(row.landed_at >= first, row.landed_at < end)
    return question


def _unfiled(session: Session, actor: Actor, wanted: Wanted, *, limit: int, skip: int) -> list[BookLine]:
    question = _landed(actor, wanted).order_by(LandedRow.landed_at.desc(), LandedRow.id)
    return [
        BookLine(
            channel=row.channel,
            source_key=shown_key(row.source_key),
            complaint_id=None,
            complaint_no=None,
            matter_no=None,
            place=Place.QUARANTINED if row.state == "quarantined" else Place.LANDED,
            received_at=row.landed_at,
            error_code=row.reason_code,
        )
        for row in session.scalars(question.limit(limit).offset(skip))
    ]
