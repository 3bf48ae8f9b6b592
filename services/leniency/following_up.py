"""After a sparing: the follow-up visit (事后回访) that its approval schedules, and the relapse that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day, months_after
from casework.clocks import FOLLOW_UP
from casework.errors import BadInput, NotAllowed
from casework.leniency import EXEMPTIONS, Exit
from casework.people import Actor
from casework.record import Json
from casework.sparing import FOLLOW_UP_RESULTS, RELAPSES
from services.cases.held import acted, cared_case, officers_of
from services.cases.two_officers import two_officers
from services.office.working_days import calendar_in_force
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, FollowUpRow, OutcomeRow, new_id
from warehouse.store.clocks import meet_clock, start_clock
from warehouse.store.notices import write_notices
from warehouse.store.offences import spared_before, who_is
from warehouse.store.settings import whole
from warehouse.store.sparing import follow_up_of, open_follow_up


def after_approval(session: Session, case: CaseRow, outcome: OutcomeRow, *, actor: Actor, at: datetime) -> None:
    """A sparing gets its follow-up visit; any offence is set against earlier sparings of the employer."""
    if Exit(outcome.exit) is not Exit.NOT_ESTABLISHED:
        _flag_relapses(session, case, actor=actor, at=at)
    if Exit(outcome.exit) in EXEMPTIONS and follow_up_of(session, outcome.id) is None:
        limit = replace(FOLLOW_UP, length=max(whole(session, "leniency.follow_up.days"), 1))
        calendar = calendar_in_force(session)
        clock = start_clock(
            session, limit, started_on=local_day(at), calendar=calendar, by=actor.id, at=at, case_id=case.id
        )
        session.add(FollowUpRow(id=new_id("fol"), case_id=case.id, outcome_id=outcome.id, clock_id=clock.id))
        session.flush()


def _flag_relapses(session: Session, case: CaseRow, *, actor: Actor, at: datetime) -> None:
    """The reopen flag of every earlier sparing within the window: its officers and its head are told."""
    today = local_day(at)
    since = months_after(today, -whole(session, "leniency.relapse.months"))
    for spared in spared_before(session, who_is(session, case), since=since, but=case.id):
        row = follow_up_of(session, spared.id)
        if row is not None and row.relapsed_on is None:
            _flag(session, row, spared, relapse_case_id=case.id, on=today, actor=actor, at=at)


def _flag(
    session: Session,
    row: FollowUpRow,
    spared: OutcomeRow,
    *,
    relapse_case_id: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> None:
    row.relapsed_on, row.relapse_case_id = on, relapse_case_id
    told = officers_of(session, row.case_id) | ({spared.decided_by} if spared.decided_by else set())
    write_notices(session, sorted(told), kind="relapsed", case_id=row.case_id, due_at=at)
    audit.record(session, by=actor.id, act="relapsed", subject=row.case_id, at=at, details={"case": relapse_case_id})


def record_follow_up(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    followed_on: date,
    officer_ids: Sequence[str],
    finding: str,
    said: str,
    actor: Actor,
    at: datetime,
) -> None:
    """The visit to a spared employer was made: what two officers found. New arrears or another offence is a relapse."""
    if finding not in FOLLOW_UP_RESULTS:
        raise BadInput(f"A follow-up visit finds one of: {', '.join(FOLLOW_UP_RESULTS)}.")
    if not said.strip():
        raise BadInput("A follow-up visit says what was found.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = open_follow_up(session, case_id)
        if row is None:
            raise NotAllowed("No follow-up visit of this case is open.")
        outcome = session.get_one(OutcomeRow, row.outcome_id)
        approved_on = local_day(outcome.decided_at) if outcome.decided_at else followed_on
        if not approved_on <= followed_on <= local_day(at):
            raise BadInput("The day of the follow-up visit lies between the approval and today.")
        row.done_on, row.finding, row.said = followed_on, finding, said.strip()
        row.officer_ids = two_officers(session, case, officer_ids, on=followed_on)
        row.by, row.at = actor.id, at
        meet_clock(session, session.get_one(ClockRow, row.clock_id), met_on=followed_on, by=actor.id, at=at)
        if finding in RELAPSES and row.relapsed_on is None:
            _flag(session, row, outcome, relapse_case_id=case.id, on=followed_on, actor=actor, at=at)
        details: dict[str, Json] = {"follow_up": row.id, "finding": finding}
        acted(session, case, "record_follow_up", actor=actor, at=at, details=details)
