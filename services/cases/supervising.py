"""From above: a superior supervises a case until it is answered (督办); a head nudges the inspectors (催办)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.lifecycle import OPEN, WorkStatus
from casework.people import Actor
from services.cases.held import acted, cared_case, desk_or_head, head_case
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import ChaseRow, ClockRow, SupervisionRow, new_id
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.clocks import meet_clock, start_fixed_clock
from warehouse.store.dispatch import live_assignment
from warehouse.store.leading import leading_here
from warehouse.store.notices import write_notices
from warehouse.store.recusals import recused_from

SUPERVISED = OPEN | {WorkStatus.CONCLUDED}


def supervise(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    superior: str,
    demand: str,
    ordered_on: date,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> str:
    """A superior asks for a case by a day of its own choosing (督办); the desk or a head records it. Returns its id.

    The day runs as a clock of the case, so that lists and colours show it; whoever has the case is told.
    """
    if not superior.strip() or not demand.strip():
        raise BadInput("A supervision says who supervises and what is asked.")
    if ordered_on > local_day(at):
        raise BadInput("A supervision is recorded after it was ordered.")
    if due_on < ordered_on:
        raise BadInput("The day to answer by is on or after the day of the order.")
    with store.write() as session:
        case = case_for_change(session, case_id)
        if not actor.covers(case.district_code):
            raise NotFound("There is no such case, or it is not yours to see.")
        if not desk_or_head(actor, case.district_code):
            raise NotAllowed("Only the desk or a head records a supervision.")
        live_case(session, case_id, version=version)
        if case.status not in SUPERVISED:
            raise NotAllowed("Only a case that is not closed is supervised.")
        clock = start_fixed_clock(
            session,
            "supervise",
            started_on=ordered_on,
            due_on=due_on,
            source="the day the superior named",
            by=actor.id,
            at=at,
            case_id=case.id,
        )
        row = SupervisionRow(
            id=new_id("sup"),
            case_id=case.id,
            superior=superior.strip(),
            demand=demand.strip(),
            ordered_on=ordered_on,
            due_on=due_on,
            clock_id=clock.id,
            by=actor.id,
            at=at,
        )
        session.add(row)
        held = live_assignment(session, case.id)
        if held is not None:
            write_notices(session, (held.lead_id, held.assisting_id), kind="supervised", case_id=case.id, due_at=at)
        acted(session, case, "supervise", actor=actor, at=at, details={"supervision": row.id})
        return row.id


def answer_supervision(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    supervision_id: str,
    answer: str,
    answered_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """What the superior was told, and when; meets the clock, also after the case is concluded or closed.

    A supervision of a case that was merged away is answered on the case that stays.
    """
    if not answer.strip():
        raise BadInput("An answer says something.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = session.get(SupervisionRow, supervision_id)
        if row is None or row.case_id not in leading_here(session, case.id):
            raise NotFound("There is no such supervision of this case.")
        if row.answered_on is not None:
            raise NotAllowed("This supervision is already answered.")
        if not row.ordered_on <= answered_on <= local_day(at):
            raise BadInput("The day of the answer lies between the order and today.")
        row.answer, row.answered_on, row.answered_by = answer.strip(), answered_on, actor.id
        meet_clock(session, session.get_one(ClockRow, row.clock_id), met_on=answered_on, by=actor.id, at=at)
        acted(session, case, "answer_supervision", actor=actor, at=at, details={"supervision": row.id})


def chase(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime, words: str | None = None) -> int:
    """A head nudges the two inspectors of a case (催办): a notice to each. Returns how often it was done by now.

    Once a day is enough. The case keeps its version: a nudge must not spoil the form an inspector is filling in.
    """
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        if recused_from(session, case, [actor.id], on=local_day(at)):
            raise NotAllowed("You are recused from this case.")
        held = live_assignment(session, case_id)
        if held is None or case.status not in (WorkStatus.DISPATCHED, WorkStatus.IN_PROGRESS):
            raise NotAllowed("Only a case that is with inspectors is chased.")
        earlier = session.scalars(select(ChaseRow.at).where(ChaseRow.case_id == case_id)).all()
        if any(local_day(one) == local_day(at) for one in earlier):
            raise NotAllowed("The inspectors of this case were chased today already.")
        row = ChaseRow(
            id=new_id("chs"),
            case_id=case_id,
            assignment_id=held.id,
            words=(words or "").strip() or None,
            by=actor.id,
            at=at,
        )
        session.add(row)
        write_notices(session, (held.lead_id, held.assisting_id), kind="chased", case_id=case_id, due_at=at)
        count = len(earlier) + 1
        audit.record(session, by=actor.id, act="chase", subject=case_id, at=at, details={"times": count})
        return count
