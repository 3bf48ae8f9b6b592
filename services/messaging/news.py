"""What there is to tell, as facts that each reader is told once: steps of complaints, deadlines, red warnings.

Everything is read from what stands now. A fact that does not hold any more when its message is to go is told to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import BadInput
from casework.lifecycle import APART, ENDED, ComplaintStatus, Life, WorkStatus
from casework.messages import CaseLine, Occasion
from casework.people import Actor, Role
from casework.reaching import ReachedBy, read_address
from warehouse.many import some_at_a_time
from warehouse.models import (
    AssignmentRow,
    CaseRow,
    ComplaintVersionRow,
    LifeMoveRow,
    MoneyQuestionRow,
    WarningRow,
)
from warehouse.queries.deadlines import Horizon, cases_with, deadlines_of, nearest
from warehouse.queries.sight import held_by, in_territory
from warehouse.queries.tiers import lamps_lit
from warehouse.queries.warning_sight import standing, warnings_of
from warehouse.store.linkage import case_of
from warehouse.store.lives import living

_HEAD = frozenset({Role.HEAD})
_OF_COMPLAINTS: Mapping[str, Occasion] = {
    ComplaintStatus.ACCEPTED: Occasion.WORKER_ACCEPTED,
    ComplaintStatus.MERGED: Occasion.WORKER_ACCEPTED,
    **dict.fromkeys(APART, Occasion.WORKER_ENDED),
}
_OF_WORK: Mapping[str, Occasion] = {
    WorkStatus.CONCLUDED: Occasion.WORKER_DECIDED,
    WorkStatus.CLOSED: Occasion.WORKER_ENDED,
}


@dataclass(frozen=True, slots=True)
class WorkerFact:
    """One thing the teller of a complaint is told: on which occasion, and when it happened."""

    complaint_id: str
    occasion: Occasion
    fact: str
    at: datetime


def steps_to_tell(session: Session, *, since: datetime, until: datetime) -> list[WorkerFact]:
    """What happened to complaints and their cases in this time, the oldest first; to tellers who can be reached."""
    move, asked = LifeMoveRow, MoneyQuestionRow
    steps = select(move).where(
        move.at > since, move.at <= until, move.became.in_((*map(str, _OF_COMPLAINTS), *map(str, _OF_WORK)))
    )
    found: list[WorkerFact] = []
    for row in session.scalars(steps):
        found += _of_step(session, row)
    questions = select(asked).where(asked.asked_at > since, asked.asked_at <= until, asked.came.is_(None))
    found += [_of_question(row) for row in session.scalars(questions)]
    to = tellers(session, {one.complaint_id for one in found})
    return sorted((one for one in found if one.complaint_id in to), key=lambda one: (one.at, one.fact))


def _of_step(session: Session, row: LifeMoveRow) -> list[WorkerFact]:
    if row.life == Life.COMPLAINT and row.complaint_id is not None:
        occasion, told = _OF_COMPLAINTS.get(row.became), [row.complaint_id]
    elif row.life == Life.WORK and row.case_id is not None:
        occasion, told = _OF_WORK.get(row.became), living(session, row.case_id)
    else:
        return []
    if occasion is None:
        return []
    return [WorkerFact(one, occasion, f"{occasion}:{row.id}", row.at) for one in told]


def _of_question(row: MoneyQuestionRow) -> WorkerFact:
    return WorkerFact(row.complaint_id, Occasion.WORKER_MONEY, f"{Occasion.WORKER_MONEY}:{row.id}", row.asked_at)


def tellers(session: Session, complaint_ids: set[str]) -> set[str]:
    """Those of these complaints whose tellers want to hear and gave a mobile number."""
    said = ComplaintVersionRow
    found: set[str] = set()
    for some in some_at_a_time(complaint_ids):
        question = select(said.complaint_id, said.complainant_phone).where(
            said.complaint_id.in_(some), said.newest, said.wants_reply, said.complainant_phone.is_not(None)
        )
        found |= {one for one, phone in session.execute(question) if _mobile(phone or "")}
    return found


def _mobile(phone: str) -> bool:
    try:
        return bool(read_address(ReachedBy.SMS, phone))
    except BadInput:
        return False


def steps_still_true(session: Session, complaint_id: str, facts: Sequence[str]) -> list[WorkerFact]:
    """What of these facts may still be told: nothing of a case that was reopened, no question that is answered."""
    found: list[WorkerFact] = []
    case_id = case_of(session, complaint_id)
    for fact in facts:
        occasion, _, row_id = fact.partition(":")
        if occasion == Occasion.WORKER_MONEY:
            asked = session.get(MoneyQuestionRow, row_id)
            if asked is not None and asked.came is None:
                found.append(_of_question(asked))
            continue
        row = session.get(LifeMoveRow, row_id)
        if row is None:
            continue
        if row.life == Life.WORK:
            case = session.get(CaseRow, case_id) if case_id else None
            if case is None or case.id != row.case_id or case.status not in ENDED:
                continue
        found.append(WorkerFact(complaint_id, Occasion(occasion), fact, row.at))
    return found


@dataclass(frozen=True, slots=True)
class OfficerFact:
    """One thing an officer is told: about a case with its days, or (without one) that a red warning stands."""

    fact: str
    line: CaseLine | None


def news_of(
    session: Session, actor: Actor, occasion: Occasion, horizon: Horizon, *, sent_before: datetime
) -> dict[str, OfficerFact]:
    """What stands for this officer now, told or not, by fact. Of their own sight alone; nothing for another role.

    `sent_before`: what was dispatched later may still be recalled without a trace.
    """
    if occasion is Occasion.INSPECTOR_DIGEST and Role.INSPECTOR in actor.roles:
        found = _of_inspector(session, actor, horizon, sent_before)
    elif occasion is Occasion.HEAD_RED and Role.HEAD in actor.roles:
        found = _of_head(session, actor, horizon)
    else:
        found = []
    return {one.fact: one for one in found}


def _of_inspector(session: Session, actor: Actor, horizon: Horizon, sent_before: datetime) -> list[OfficerFact]:
    held = select(CaseRow, AssignmentRow).join(AssignmentRow, AssignmentRow.case_id == CaseRow.id)
    held = held.where(held_by(actor), AssignmentRow.state.in_(("sent", "signed")), CaseRow.status.not_in(("merged",)))
    found: list[OfficerFact] = []
    number: dict[str, str] = {}
    for case, given in session.execute(held):
        if given.dispatched_at > sent_before:
            continue
        number[case.id] = case.matter_no
        if given.state == "sent":
            found.append(OfficerFact(f"dispatched:{given.id}", CaseLine(case.matter_no, "dispatched")))
    legal: dict[str, date | None] = {}
    for case_id, clocks in deadlines_of(session, sorted(number), horizon, running=True).items():
        first = nearest(clocks)
        legal[case_id] = first.due_on if first else None
        for clock in clocks:
            kind = {"soon": "due_soon", "over": "overdue"}.get(clock.colour)
            if kind is not None:
                line = CaseLine(number[case_id], kind, clock.left, clock.unit)
                found.append(OfficerFact(f"{kind}:{clock.id}:{clock.due_on}", line))
    return found + _of_tiers(session, number, legal, horizon)


def _of_tiers(
    session: Session, number: Mapping[str, str], legal: Mapping[str, date | None], horizon: Horizon
) -> list[OfficerFact]:
    """The lamps of response tiers that are amber or red, where no deadline of the law comes first."""
    lit = lamps_lit(session, legal, at=horizon.at, calendar=horizon.calendar) if horizon.at else {}
    found: list[OfficerFact] = []
    for case_id, lamp in lit.items():
        if lamp.state in ("soon", "over"):
            kind, unit = f"tier_{lamp.state}", "hours" if lamp.due_at else lamp.tier.days_in
            fact = f"{kind}:{case_id}:{lamp.part}:{lamp.started_at:%Y%m%d%H%M%S}"
            found.append(OfficerFact(fact, CaseLine(number[case_id], kind, lamp.left, unit)))
    return found


def _of_head(session: Session, actor: Actor, horizon: Horizon) -> list[OfficerFact]:
    question = select(CaseRow.id, CaseRow.matter_no).where(
        CaseRow.id.in_(cases_with(horizon.overdue())),
        CaseRow.status != WorkStatus.MERGED,
        in_territory(actor, CaseRow.district_code, _HEAD),
    )
    number = dict(session.execute(question).tuples().all())
    found: list[OfficerFact] = []
    for some in some_at_a_time(number):
        for case_id, clocks in deadlines_of(session, some, horizon, running=True).items():
            found += [
                OfficerFact(
                    f"red:{clock.id}:{clock.due_on}", CaseLine(number[case_id], "overdue", clock.left, clock.unit)
                )
                for clock in clocks
                if clock.colour == "over"
            ]
    row = WarningRow
    red = select(row.id).where(row.level == "red", standing(horizon.today), warnings_of(actor))
    return found + [OfficerFact(f"warning:{one}", None) for one in session.scalars(red)]
