"""The extension of an investigation (延期): once, because the case is complicated, with its approval as a record."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from casework.calendar import local_day
from casework.clocks import EXTENSION
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from services.cases.held import acted, bureau_case
from services.office.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import ApprovalRow, ClockEventRow, new_id
from warehouse.queries.officers import names_of
from warehouse.store.clocks import extend_clock, running


def extend_investigation(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    reason: str,
    actor: Actor,
    at: datetime,
    approved_on: date | None = None,
) -> date:
    """30 working days more, approved by the head of the bureau, once (423 §17; QD §31). Returns the new day.

    It is the word of the account that holds that post, and not of one who investigated: the head of the brigade cannot
    give it. Without a day it is today. The approval is kept with who, when, why and both due days.
    """
    if not reason.strip():
        raise BadInput("An extension needs a reason.")
    day = approved_on or local_day(at)
    with store.write() as session:
        case = bureau_case(session, case_id, version, actor=actor)
        clocks = running(session, kind="investigate", case_id=case_id)
        if not clocks:
            raise NotAllowed("No investigation runs on this case.")
        clock = clocks[0]
        extended = select(ClockEventRow.id).where(ClockEventRow.clock_id == clock.id, ClockEventRow.kind == "extended")
        if session.scalar(extended) is not None:
            raise NotAllowed("An investigation is extended once.")
        if not clock.started_on <= day <= local_day(at):
            raise BadInput("The day of the approval lies between the filing and today.")
        if day > clock.due_on:
            raise NotAllowed("An extension is approved before the investigation runs out.")
        before = clock.due_on
        calendar = calendar_in_force(session)
        extend_clock(
            session, clock, days=EXTENSION.length, calendar=calendar, reason=reason.strip(), by=actor.id, at=at
        )
        row = ApprovalRow(
            id=new_id("apv"),
            case_id=case.id,
            clock_id=clock.id,
            step="extend_investigation",
            approver=names_of(session, [actor.id]).get(actor.id, actor.id),
            approved_on=day,
            reason=reason.strip(),
            due_before=before,
            due_after=clock.due_on,
            by=actor.id,
            at=at,
        )
        session.add(row)
        details = {"clock": clock.id, "approval": row.id}
        acted(session, case, "extend_investigation", actor=actor, at=at, details=dict(details))
        return clock.due_on
