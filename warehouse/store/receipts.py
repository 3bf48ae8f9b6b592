"""The balance of a channel's day: what came and went by the dated facts, what is open by the state at its end.

The two are counted apart, and what the day before left open is read from its own row. So a fact that is lost, doubled
or dated back into a day that was counted shows as a remainder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.calendar import local_midnight
from casework.lifecycle import Life
from casework.receipts import ENDED, Balance, Place, ended_as
from casework.record import RecordKind
from casework.reply import FINAL
from warehouse.many import some_at_a_time
from warehouse.models import (
    ChannelRow,
    ComplaintRow,
    ComplaintVersionRow,
    LandedRow,
    LifeMoveRow,
    ReceiptDayRow,
    ReplyRow,
)
from warehouse.store.canaries import SET_ASIDE as CANARY

_OF_COMPLAINTS = LandedRow.kind == RecordKind.COMPLAINT.value
_BECAME = aliased(ComplaintRow)
_NOT_OURS = or_(
    LandedRow.reason_code.is_(None),
    LandedRow.reason_code != CANARY,
    select(_BECAME.id)
    .where(_BECAME.channel == LandedRow.channel, _BECAME.source_key == LandedRow.source_key)
    .correlate(LandedRow)
    .exists(),
)
"""A canary of ours was sent by nobody: it stands in no column, unless its number became a complaint's after all."""


def bounds(day: date) -> tuple[datetime, datetime]:
    """When a day begins and ends where the office is."""
    return local_midnight(day), local_midnight(day + timedelta(days=1))


def day_kept(session: Session, channel: str, day: date) -> ReceiptDayRow | None:
    """The balance of a channel on a day, where it was counted."""
    return session.get(ReceiptDayRow, (channel, day))


def last_day_kept(session: Session, channel: str) -> date | None:
    """The last day of a channel that was counted."""
    return session.scalar(select(func.max(ReceiptDayRow.day)).where(ReceiptDayRow.channel == channel))


def first_moment(session: Session, channel: str) -> datetime | None:
    """When the channel's first complaint came in; None where none ever did."""
    landed = session.scalar(
        select(func.min(LandedRow.landed_at)).where(LandedRow.channel == channel, _OF_COMPLAINTS, _NOT_OURS)
    )
    filed = session.scalar(select(func.min(ComplaintRow.filed_at)).where(ComplaintRow.channel == channel))
    return min((one for one in (landed, filed) if one is not None), default=None)


def balance_of(session: Session, channel: str, day: date) -> Balance:
    """The balance of a channel on a day, counted now from the facts."""
    first, end = bounds(day)
    before = day_kept(session, channel, day - timedelta(days=1))
    endings = _endings(session, channel, first, end)
    discarded, taken_up = _set_aside(session, channel, first, end)
    return Balance(
        carried_over=before.still_open if before else open_at(session, channel, first),
        received=_received(session, channel, first, end),
        opened_again=_opened_again(session, channel, first, end) + taken_up,
        answered=endings[Place.ANSWERED],
        declined=endings[Place.DECLINED],
        redirected=endings[Place.REDIRECTED],
        told=endings[Place.TOLD],
        not_owed=endings[Place.NOT_OWED],
        discarded=discarded,
        unproven=endings[Place.UNPROVEN],
        still_open=open_at(session, channel, end),
    )


def keep_day(session: Session, channel: str, day: date, counted: Balance, *, at: datetime) -> ReceiptDayRow:
    """Keep the balance of a day."""
    names = Balance.__dataclass_fields__
    row = ReceiptDayRow(channel=channel, day=day, remainder=counted.remainder, counted_at=at)
    for name in names:
        setattr(row, name, getattr(counted, name))
    session.add(row)
    session.flush()
    return row


def unexplained(session: Session, channel: str) -> list[ReceiptDayRow]:
    """The days of a channel that do not add up, or ended something without proof, and that nobody has explained."""
    row = ReceiptDayRow
    odd = (row.remainder != 0) | (row.unproven != 0)
    question = select(row).where(row.channel == channel, odd, row.explained_at.is_(None))
    return list(session.scalars(question.order_by(row.day)))


def open_at(session: Session, channel: str, moment: datetime) -> int:
    """How many source ids of a channel were open at a moment, by the state each was in then."""
    landed = select(func.count()).where(
        LandedRow.channel == channel,
        _OF_COMPLAINTS,
        _NOT_OURS,
        LandedRow.version == 1,
        LandedRow.landed_at < moment,
    )
    here = select(func.count()).where(*_written_here(channel), ComplaintRow.filed_at < moment)
    later = aliased(LifeMoveRow)
    after = exists().where(
        later.complaint_id == LifeMoveRow.complaint_id, later.step_no > LifeMoveRow.step_no, later.at < moment
    )
    over = _moves(channel).where(LifeMoveRow.became.in_(ENDED), LifeMoveRow.at < moment, ~after)
    came = (session.scalar(landed) or 0) + (session.scalar(here) or 0)
    aside = sum(1 for versions in _with_discarded(session, channel).values() if _is_aside(versions, moment))
    return came - (session.scalar(select(func.count()).select_from(over.subquery())) or 0) - aside


def _received(session: Session, channel: str, first: datetime, end: datetime) -> int:
    """Source ids that came on the day: landed for the first time, or written down here."""
    landed = select(func.count()).where(
        LandedRow.channel == channel,
        _OF_COMPLAINTS,
        _NOT_OURS,
        LandedRow.version == 1,
        LandedRow.landed_at >= first,
        LandedRow.landed_at < end,
    )
    here = select(func.count()).where(
        *_written_here(channel), ComplaintRow.filed_at >= first, ComplaintRow.filed_at < end
    )
    return (session.scalar(landed) or 0) + (session.scalar(here) or 0)


def _written_here(channel: str) -> tuple[ColumnElement[bool], ...]:
    """Complaints that were never landed: somebody wrote them down at the window."""
    landed = exists().where(
        LandedRow.channel == ComplaintRow.channel, _OF_COMPLAINTS, LandedRow.source_key == ComplaintRow.source_key
    )
    return ComplaintRow.channel == channel, ~landed


def _moves(channel: str) -> Select[tuple[str | None, datetime]]:
    move = LifeMoveRow
    question = select(move.complaint_id, move.at).join(ComplaintRow, ComplaintRow.id == move.complaint_id)
    return question.where(ComplaintRow.channel == channel, move.life == Life.COMPLAINT)


def _opened_again(session: Session, channel: str, first: datetime, end: datetime) -> int:
    move = LifeMoveRow
    again = _moves(channel).where(move.was.in_(ENDED), move.became.not_in(ENDED), move.at >= first, move.at < end)
    return session.scalar(select(func.count()).select_from(again.subquery())) or 0


def _endings(session: Session, channel: str, first: datetime, end: datetime) -> Counter[Place]:
    """The steps of the day with which a complaint was over, by what its last final answer came to."""
    move = LifeMoveRow
    over = _moves(channel).where(move.was.not_in(ENDED), move.became.in_(ENDED), move.at >= first, move.at < end)
    steps: dict[str, list[datetime]] = {}
    for one, at in session.execute(over):
        steps.setdefault(str(one), []).append(at)
    found: Counter[Place] = Counter()
    for some in some_at_a_time(sorted(steps)):
        answers, owed, again = final_answers(session, some), wants_answer(session, some), _opened(session, some)
        for one in some:
            for at in steps[one]:
                since = max((moment for moment in again.get(one, ()) if moment < at), default=None)
                proof = that_ended(answers.get(one, ()), since=since, at=at)
                kind, state, told = (proof.kind, proof.state, proof.told_at) if proof else (None, None, None)
                found[ended_as(kind, state, told=told is not None, owed=one in owed)] += 1
    return found


def _opened(session: Session, complaint_ids: Iterable[str]) -> dict[str, list[datetime]]:
    """When these complaints were opened again."""
    move = LifeMoveRow
    question = select(move.complaint_id, move.at).where(
        move.complaint_id.in_(list(complaint_ids)), move.was.in_(ENDED), move.became.not_in(ENDED)
    )
    found: dict[str, list[datetime]] = {}
    for one, at in session.execute(question):
        found.setdefault(str(one), []).append(at)
    return found


def that_ended(
    answers: Sequence[ReplyRow], *, since: datetime | None = None, at: datetime | None = None
) -> ReplyRow | None:
    """Of the final answers to a complaint the one that ended it: the last that arrived, or was told in another way.

    What arrived before the complaint was opened again is no proof of how it ended then. Where none arrived, the last.
    """
    arrived = [(row.confirmed_at or row.told_at, row) for row in answers]
    proofs = [row for on, row in arrived if on and (since is None or on > since) and (at is None or on <= at)]
    written = [row for row in answers if at is None or row.written_at <= at]
    if since is not None and not proofs:
        written = [row for row in written if row.written_at >= since]
    ended = proofs or written
    return ended[-1] if ended else None


def final_answers(session: Session, complaint_ids: Iterable[str]) -> dict[str, list[ReplyRow]]:
    """The final answers of these complaints that were not taken back, in their order."""
    question = select(ReplyRow).where(
        ReplyRow.complaint_id.in_(list(complaint_ids)), ReplyRow.kind.in_(FINAL), ReplyRow.state != "withdrawn"
    )
    found: dict[str, list[ReplyRow]] = {}
    for row in session.scalars(question.order_by(ReplyRow.complaint_id, ReplyRow.seq)):
        found.setdefault(row.complaint_id, []).append(row)
    return found


def wants_answer(session: Session, complaint_ids: Iterable[str]) -> set[str]:
    """Those of these complaints whose teller wants an answer, over a channel that takes them."""
    said = ComplaintVersionRow
    question = (
        select(ComplaintRow.id)
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .join(ChannelRow, ChannelRow.name == ComplaintRow.channel)
        .where(ComplaintRow.id.in_(list(complaint_ids)), said.wants_reply, ChannelRow.answers)
    )
    return set(session.scalars(question))


Versions = list[tuple[datetime, datetime | None]]


def _with_discarded(session: Session, channel: str) -> dict[str, Versions]:
    """Of each source id with a version that was set aside and none that was filed: when each landed, and was set aside.

    Few of many: nothing of the others is read.
    """
    row, aside, filed = LandedRow, aliased(LandedRow), ComplaintRow
    some = exists().where(
        aside.channel == row.channel,
        aside.kind == row.kind,
        aside.source_key == row.source_key,
        aside.state == "discarded",
    )
    question = (
        select(row.source_key, row.landed_at, row.state, row.settled_at, filed.filed_at)
        .outerjoin(filed, (filed.channel == row.channel) & (filed.source_key == row.source_key))
        .where(row.channel == channel, _OF_COMPLAINTS, _NOT_OURS, some)
        .order_by(row.version)
    )
    found: dict[str, Versions] = {}
    for key, landed_at, state, settled_at, filed_at in session.execute(question):
        versions = found.setdefault(key, [])
        versions.append((landed_at, settled_at if state == "discarded" else None))
        if filed_at is not None and not any(at == filed_at and left is None for at, left in versions):
            versions.append((filed_at, None))
    return found


def _is_aside(versions: Versions, moment: datetime) -> bool:
    """Whether everything that had come of a source id by then had been set aside by then."""
    known = [settled for landed, settled in versions if landed < moment]
    return bool(known) and all(settled is not None and settled < moment for settled in known)


def _set_aside(session: Session, channel: str, first: datetime, end: datetime) -> tuple[int, int]:
    """How many source ids were set aside for good on the day, and how many came back from there with something new."""
    gone = back = 0
    for versions in _with_discarded(session, channel).values():
        before, after = _is_aside(versions, first), _is_aside(versions, end)
        gone, back = gone + (after and not before), back + (before and not after)
    return gone, back
