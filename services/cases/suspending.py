"""Suspending a deadline and letting it run on (中止 / 恢复计时): the bureau's head gives ground and reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor
from casework.suspension import check_resumption, check_suspension
from services.cases.held import acted, bureau_case, head_case
from services.office.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow
from warehouse.store.clocks import pause_clock, run_on
from warehouse.store.linkage import members
from warehouse.store.pauses import held_since, pauses_of
from warehouse.store.settings import codes


def suspend_clock(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    clock_id: str,
    ground: str,
    reason: str,
    actor: Actor,
    at: datetime,
    first_on: date | None = None,
) -> str:
    """The head of the bureau lets a deadline of the case stand still from a day on, today unless said.

    Returns the suspension's id. No text at hand knows such a stop: none may be until the office names the deadlines
    (`clock.suspend.kinds`, with its source). Raises `NotAllowed` for a deadline that has passed, was named, or may not
    be suspended; `BadInput` for a day or ground that cannot be.
    """
    if not reason.strip():
        raise BadInput("A suspension needs a reason.")
    today = local_day(at)
    with store.write() as session:
        case = bureau_case(session, case_id, version, actor=actor)
        if ground not in codes(session, "clock.suspend.grounds"):
            raise BadInput("There is no such ground to suspend a deadline.")
        clock = _clock(session, case, clock_id)
        if clock.state != "running":
            raise NotAllowed("Only a deadline that runs can be suspended.")
        first = first_on or today
        check_suspension(
            kind=clock.kind,
            calendar_version=clock.calendar_version,
            started_on=clock.started_on,
            due_on=clock.due_on,
            earlier=pauses_of(session, clock.id),
            first_on=first,
            today=today,
            allowed=codes(session, "clock.suspend.kinds"),
        )
        pause_id = pause_clock(session, clock, first_on=first, ground=ground, reason=reason.strip(), by=actor.id, at=at)
        acted(session, case, "suspend_clock", actor=actor, at=at, details={"clock": clock.id, "ground": ground})
        return pause_id


def resume_clock(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    clock_id: str,
    actor: Actor,
    at: datetime,
    resumed_on: date | None = None,
) -> date:
    """A head lets the deadline run on; the day named, today unless said, counts again. Returns the new due day."""
    today = local_day(at)
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        clock = _clock(session, case, clock_id)
        since = held_since(session, clock.id)
        if since is None:
            raise NotAllowed("This deadline is not suspended.")
        counts_from = resumed_on or today
        check_resumption(first_on=since, resumed_on=counts_from, today=today)
        calendar = calendar_in_force(session)
        run_on(session, clock, resumed_on=counts_from, calendar=calendar, by=actor.id, at=at)
        acted(session, case, "resume_clock", actor=actor, at=at, details={"clock": clock.id})
        return clock.due_on


def _clock(session: Session, case: CaseRow, clock_id: str) -> ClockRow:
    """A deadline of the case or of a complaint that is in it."""
    clock = session.get(ClockRow, clock_id)
    if clock is None or (clock.case_id != case.id and clock.complaint_id not in members(session, case.id)):
        raise NotFound("There is no such deadline on this case.")
    return clock
