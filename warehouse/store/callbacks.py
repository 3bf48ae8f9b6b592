"""Call-backs (回访): who is to be asked, how often they were tried, and whether that is done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ColumnExpressionArgument, and_, func, or_, select
from sqlalchemy.orm import Session

from casework.lifecycle import Life, WorkStatus
from casework.reply import FINAL
from warehouse.many import some_at_a_time
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    LifeMoveRow,
    ReplyRow,
    SatisfactionRow,
)
from warehouse.store.lives import ended_apart
from warehouse.store.settings import whole

_UNDONE = ("pending", "delivered", "failed")


@dataclass(frozen=True, slots=True)
class Calls:
    """What the call-backs of a complaint come to: expressions on its row, its newest version and the case around.

    `ended`: when the case was last concluded; call-backs before that asked about something else. `to_make`: they did
    not answer, were not tried as often as the office tries, gave a phone, want to be asked, and did not end apart.
    """

    ended: ColumnElement[datetime]
    since: ColumnElement[datetime]
    tries: ColumnElement[int]
    to_make: tuple[ColumnExpressionArgument[bool], ...]


def most_tries(session: Session) -> int:
    """How often the office tries to call somebody back."""
    return whole(session, "callback.tries")


def calls(most: int) -> Calls:
    """Who is to be called back, as the one rule that the list of calls and the end of a complaint both follow.

    `most`: how often the office tries.
    """
    asked, said, last = SatisfactionRow, ComplaintVersionRow, ended()
    since = func.coalesce(last, CaseRow.opened_at)
    made = select(func.count()).where(asked.complaint_id == ComplaintRow.id, asked.asked_at >= since)
    made = made.correlate(ComplaintRow, CaseRow)
    tries, answers = made.scalar_subquery(), made.where(asked.answered).scalar_subquery()
    ever = select(asked.id).where(asked.complaint_id == ComplaintRow.id).correlate(ComplaintRow).exists()
    to_make = (
        said.wants_reply,
        said.complainant_phone.is_not(None),
        or_(~ever, and_(answers == 0, tries < most)),  # most were never asked: what comes behind is dear
        ~ended_apart(),
    )
    return Calls(last, since, tries, to_make)


def ended() -> ColumnElement[datetime]:
    """When the case around was last concluded, as an expression on it."""
    move = LifeMoveRow
    return (
        select(func.max(move.at))
        .where(move.case_id == CaseRow.id, move.life == Life.WORK, move.became == WorkStatus.CONCLUDED)
        .correlate(CaseRow)
        .scalar_subquery()
    )


def concluded_at(session: Session, case_id: str) -> datetime | None:
    """When a case was last concluded: call-backs before that asked about something else."""
    return session.scalar(select(ended()).select_from(CaseRow).where(CaseRow.id == case_id))


def to_be_called(session: Session, case_id: str) -> set[str]:
    """The complaints of a case whose tellers are still to be called back."""
    said, member = ComplaintVersionRow, CaseMembershipRow
    question = (
        select(ComplaintRow.id)
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .join(member, member.complaint_id == ComplaintRow.id)
        .join(CaseRow, CaseRow.id == member.case_id)
        .where(CaseRow.id == case_id, member.valid_to.is_(None), *calls(most_tries(session)).to_make)
    )
    return set(session.scalars(question))


def answers_owed(session: Session, complaint_ids: Collection[str]) -> set[str]:
    """Those of these complaints to which a final answer is still under way, or was refused and not told otherwise."""
    unsent, refused = final_answers_owed(session, complaint_ids)
    return unsent | refused


def final_answers_owed(session: Session, complaint_ids: Collection[str]) -> tuple[set[str], set[str]]:
    """Of these complaints: whose final answer is under way, and whose was refused by its channel for good."""
    states: dict[str, set[str]] = {}
    for some in some_at_a_time(complaint_ids):
        question = select(ReplyRow.complaint_id, ReplyRow.state).where(
            ReplyRow.complaint_id.in_(some),
            ReplyRow.kind.in_(FINAL),
            ReplyRow.state.in_(_UNDONE),
            ReplyRow.told_at.is_(None),
        )
        for one, state in session.execute(question):
            states.setdefault(one, set()).add(state)
    unsent = {one for one, found in states.items() if found != {"failed"}}
    return unsent, set(states) - unsent
