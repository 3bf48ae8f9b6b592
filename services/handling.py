"""Handling a case: accepted and filed, visited, promised, paid, verified, referred. Each act is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from casework.calendar import local_day
from casework.clocks import DECIDE, EXTENSION, INVESTIGATE, PENALTY_90
from casework.errors import BadInput, NotAllowed
from casework.handling import PaidWorker
from casework.lifecycle import LegalStatus, move_in_law
from casework.people import Actor
from services.declining import decline_case
from services.held import acted, head_case, held_case
from services.money_matters import Recorded, record_payment, verify_amount
from services.papers import Issued, issue_document, order_correction, record_correction, serve_document
from services.pledges import record_pledge, record_pledge_kept
from services.referring import record_answer, refer
from services.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, ClockEventRow, VisitRow, new_id
from warehouse.store.clocks import extend_clock, meet_clocks, running, start_clock
from warehouse.store.handling import next_case_no
from warehouse.store.linkage import members

__all__ = [
    "Issued",
    "PaidWorker",
    "Recorded",
    "accept_case",
    "accept_joined",
    "decline_case",
    "end_investigation",
    "extend_investigation",
    "issue_document",
    "order_correction",
    "record_answer",
    "record_correction",
    "record_payment",
    "record_pledge",
    "record_pledge_kept",
    "record_visit",
    "refer",
    "serve_document",
    "verify_amount",
]


def accept_case(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> str:
    """Accept and file a case, which is one act on one day (受理之日立案, GD25 §18). Returns its 案号.

    Meets the acceptance clock of every complaint in it; the 60 working days and the 90 days start.
    """
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        if case.employer_id is None:
            raise NotAllowed("The employer of this case is not known yet; a case is filed against somebody.")
        if case.needs_check:
            raise NotAllowed("A possible duplicate of this case waits for a decision.")
        case.legal_status = move_in_law(case.legal_status, LegalStatus.FILED).value
        today = local_day(at)
        if case.case_no is None:
            case.case_no = next_case_no(session, today.year)
        met = meet_clocks(session, "accept", met_on=today, by=actor.id, at=at, complaint_ids=members(session, case_id))
        calendar = calendar_in_force(session)
        for limit in (INVESTIGATE, PENALTY_90):
            start_clock(session, limit, started_on=today, calendar=calendar, by=actor.id, at=at, case_id=case_id)
        acted(session, case, "accept_case", actor=actor, at=at, details={"complaints": met})
        return case.case_no


def accept_joined(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> int:
    """Accept the complaints that came to a case after it was filed (并案, QD §27(三)). Returns how many that were."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        if case.case_no is None:
            raise NotAllowed("This case is not filed yet; accept the case itself.")
        ids = members(session, case_id)
        met = meet_clocks(session, "accept", met_on=local_day(at), by=actor.id, at=at, complaint_ids=ids)
        acted(session, case, "accept_joined", actor=actor, at=at, details={"complaints": met})
        return met


def end_investigation(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> None:
    """The investigation is complete; the 15 working days to decide start (QD §31)."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        case.legal_status = move_in_law(case.legal_status, LegalStatus.INVESTIGATED).value
        today = local_day(at)
        meet_clocks(session, "investigate", met_on=today, by=actor.id, at=at, case_id=case_id)
        calendar = calendar_in_force(session)
        start_clock(session, DECIDE, started_on=today, calendar=calendar, by=actor.id, at=at, case_id=case_id)
        acted(session, case, "end_investigation", actor=actor, at=at)


def extend_investigation(
    store: Warehouse, *, case_id: str, version: int, reason: str, actor: Actor, at: datetime
) -> date:
    """A head approves 30 working days more, once, because the case is complicated (423 §17). Returns the new day."""
    if not reason.strip():
        raise BadInput("An extension needs a reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        clocks = running(session, kind="investigate", case_id=case_id)
        if not clocks:
            raise NotAllowed("No investigation runs on this case.")
        clock = clocks[0]
        extended = select(ClockEventRow.id).where(ClockEventRow.clock_id == clock.id, ClockEventRow.kind == "extended")
        if session.scalar(extended) is not None:
            raise NotAllowed("An investigation is extended once.")
        calendar = calendar_in_force(session)
        extend_clock(
            session, clock, days=EXTENSION.length, calendar=calendar, reason=reason.strip(), by=actor.id, at=at
        )
        acted(session, case, "extend_investigation", actor=actor, at=at, details={"clock": clock.id})
        return clock.due_on


def record_visit(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    visited_at: datetime,
    place: str,
    officer_ids: Sequence[str],
    actor: Actor,
    at: datetime,
    people_met: str | None = None,
    problems_found: int = 0,
    problems_corrected: int = 0,
    findings: str | None = None,
) -> str:
    """A visit by two or more officers (走访, QD §28). Returns its id."""
    officers = sorted(set(officer_ids))
    if len(officers) < 2:
        raise NotAllowed("A visit is made by at least two officers.")
    if not place.strip():
        raise BadInput("A visit has a place.")
    if visited_at > at:
        raise BadInput("A visit is recorded after it was made.")
    if not 0 <= problems_corrected <= problems_found:
        raise BadInput("No more problems are corrected than were found.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        known = set(session.scalars(select(AccountRow.id).where(AccountRow.id.in_(officers))))
        if len(known) < len(officers):
            raise BadInput("An officer of the visit has no account.")
        row = VisitRow(
            id=new_id("vis"),
            case_id=case.id,
            employer_id=case.employer_id,
            visited_at=visited_at,
            place=place.strip(),
            officer_ids=officers,
            people_met=people_met,
            problems_found=problems_found,
            problems_corrected=problems_corrected,
            findings=findings,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "record_visit", actor=actor, at=at, details={"visit": row.id, "officers": len(officers)})
        return row.id
