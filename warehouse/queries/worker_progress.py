"""What is known of complaints and their cases, as far as each one's own worker may read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.lifecycle import ENDED, ComplaintStatus, LegalStatus, Life, WorkStatus
from casework.progress import Asked, Ending, Facts, MoneySaid
from warehouse.models import (
    AssignmentRow,
    CaseRow,
    ClockEventRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    LifeMoveRow,
    MoneyQuestionRow,
    ReplyRow,
    VisitRow,
)
from warehouse.store.linkage import homes

_ENDS = {ComplaintStatus.DECLINED: Ending.DECLINED, ComplaintStatus.REDIRECTED: Ending.HANDED_ON}
_TAKEN = frozenset({ComplaintStatus.ACCEPTED, ComplaintStatus.MERGED})
_DECIDED = frozenset({LegalStatus.DECIDED, LegalStatus.WITHDRAWN, LegalStatus.TRANSFERRED})
_OVER = frozenset({WorkStatus.CONCLUDED, WorkStatus.CLOSED})
_AT_A_TIME = 400


def phones_of(session: Session, complaint_ids: Collection[str]) -> dict[str, str | None]:
    """The telephone of who complained, as the newest version says it, by complaint."""
    row, found = ComplaintVersionRow, dict[str, str | None]()
    for some in _batches(complaint_ids):
        question = select(row.complaint_id, row.complainant_phone).where(row.complaint_id.in_(some), row.newest)
        found |= dict(session.execute(question).tuples().all())
    return found


def facts_told(session: Session, complaint_ids: Collection[str]) -> dict[str, Facts]:
    """The facts of each complaint. Nothing of another complaint of the same case is among them."""
    found: dict[str, Facts] = {}
    for some in _batches(complaint_ids):
        found |= _facts(session, some)
    return found


def _batches(ids: Collection[str]) -> Iterable[list[str]]:
    every = sorted(ids)
    return (every[start : start + _AT_A_TIME] for start in range(0, len(every), _AT_A_TIME))


def _facts(session: Session, ids: list[str]) -> dict[str, Facts]:
    known_at = select(ComplaintRow.id, ComplaintRow.received_at).where(ComplaintRow.id.in_(ids))
    received = dict(session.execute(known_at).tuples().all())
    home = homes(session, ids)
    cases = sorted(set(home.values()))
    of_case = {case_id: _of_case(session, case_id) for case_id in cases}
    answers, asked = _answers(session, ids), _asked(session, home)
    moves = _moves(session, LifeMoveRow.complaint_id, ids)
    found = {}
    for one, at in received.items():
        known: Mapping[str, Any] = of_case.get(home.get(one, ""), {})
        accepted = ended = ended_on = None
        for became, day in moves.get(one, ()):
            if became in _TAKEN:
                accepted, ended, ended_on = day, None, None
            elif became in _ENDS:
                accepted, ended, ended_on = None, _ENDS[ComplaintStatus(became)], day
            elif became == ComplaintStatus.JUDGED:
                ended = ended_on = None
        about = known if ended is None else {}
        found[one] = Facts(
            received_on=local_day(at),
            accepted_on=accepted,
            ended=ended,
            ended_on=ended_on,
            answers=tuple(answers.get(one, ())),
            asked=asked.get(one) if ended is None else None,
            **about,
        )
    return found


def _of_case(session: Session, case_id: str) -> dict[str, Any]:
    """What a case has come to, and what its clocks say that do not move any more."""
    case = session.get_one(CaseRow, case_id)
    seen = dict[str, date]()
    for became, day in _moves(session, LifeMoveRow.case_id, [case_id], life=Life.LAW).get(case_id, ()):
        if became in _DECIDED:
            seen["decided"] = day
    for became, day in _moves(session, LifeMoveRow.case_id, [case_id], life=Life.WORK).get(case_id, ()):
        seen[became] = day
    row = AssignmentRow
    signed = session.scalar(
        select(row.signed_at).where(row.case_id == case_id, row.signed_at.is_not(None)).order_by(row.signed_at).limit(1)
    )
    visited = session.scalar(
        select(VisitRow.visited_at).where(VisitRow.case_id == case_id).order_by(VisitRow.visited_at).limit(1)
    )
    over = case.status in _OVER
    return {
        "assigned_on": local_day(signed) if signed else None,
        "looked_into_on": local_day(visited) if visited else None,
        "decided_on": (seen.get("decided") or seen.get(WorkStatus.CONCLUDED)) if over else None,
        "closed_on": seen.get(WorkStatus.CLOSED) if case.status == WorkStatus.CLOSED else None,
        **_clocks(session, case_id),
    }


def _clocks(session: Session, case_id: str) -> dict[str, date | None]:
    """The days by which the law has the next steps done; none that is provisional is told outside (decision 24)."""
    row, said = ClockRow, dict[str, date | None]()
    question = select(row).where(row.case_id == case_id, row.kind.in_(("accept", "investigate")))
    for clock in session.scalars(question.order_by(row.started_on)):
        if clock.state == "running" and not clock.provisional:
            said["accept_by" if clock.kind == "accept" else "decide_by"] = clock.due_on
        if clock.state == "paused" and clock.kind == "investigate":
            event = ClockEventRow
            since = session.scalar(
                select(event.at)
                .where(event.clock_id == clock.id, event.kind == "paused")
                .order_by(event.at.desc())
                .limit(1)
            )
            said["paused_on"] = local_day(since) if since else None
    return said


def _moves(
    session: Session, whose: Any, ids: list[str], *, life: Life = Life.COMPLAINT
) -> dict[str, list[tuple[str, date]]]:
    """What each became and on which day, in order."""
    row, found = LifeMoveRow, dict[str, list[tuple[str, date]]]()
    question = select(whose, row.became, row.at).where(whose.in_(ids), row.life == life).order_by(whose, row.step_no)
    for one, became, at in session.execute(question).tuples():
        found.setdefault(one, []).append((became, local_day(at)))
    return found


def _asked(session: Session, home: Mapping[str, str]) -> dict[str, Asked]:
    """The newest question to each whether the money came, of the case it is in: while that case stands as ended, and
    after a worker's no, which took it up again.
    """
    row, found = MoneyQuestionRow, dict[str, Asked]()
    question = select(row, CaseRow.status).join(CaseRow, CaseRow.id == row.case_id)
    question = question.where(row.complaint_id.in_(home)).order_by(row.concluded_at)
    for one, status in session.execute(question).tuples():
        found.pop(one.complaint_id, None)
        counts = status in ENDED
        if home[one.complaint_id] == one.case_id and (counts or one.came is False):
            part = MoneySaid.PART if one.part_fen is not None else MoneySaid.NO
            said = (MoneySaid.YES if one.came else part) if one.came is not None else None
            said_on = local_day(one.answered_at) if one.answered_at else None
            found[one.complaint_id] = Asked(one.id, one.silent_after, said, said_on, counts)
    return found


def _answers(session: Session, ids: list[str]) -> dict[str, list[tuple[date, str]]]:
    """What was sent to each, oldest first: only what its channel has."""
    row, found = ReplyRow, dict[str, list[tuple[date, str]]]()
    question = select(row.complaint_id, row.delivered_at, row.confirmed_at, row.body).where(
        row.complaint_id.in_(ids), row.state.in_(("delivered", "confirmed"))
    )
    for one, delivered, confirmed, body in session.execute(question.order_by(row.complaint_id, row.seq)).tuples():
        at: datetime | None = delivered or confirmed
        if at is not None:
            found.setdefault(one, []).append((local_day(at), body))
    return found
