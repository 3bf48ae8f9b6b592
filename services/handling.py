"""Handling a case: accepted and filed, visited, promised, paid, verified, referred. Each act is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from casework.calendar import local_day
from casework.clocks import DECIDE, INVESTIGATE, PENALTY_90
from casework.errors import BadInput, NotAllowed, NotFound
from casework.handling import PaidWorker
from casework.lifecycle import ComplaintStatus, LegalStatus
from casework.money import fen_of
from casework.people import Actor
from services.declining import decline_case
from services.extending import extend_investigation
from services.held import acted, held_case
from services.money_matters import Recorded, record_payment, verify_amount
from services.papers import Issued, issue_document, order_correction, record_correction, serve_document
from services.referring import record_answer, refer
from services.two_officers import at_least_two, check_officers
from services.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import PledgeRow, VisitRow, new_id
from warehouse.store.clocks import meet_clocks, start_clock
from warehouse.store.handling import next_case_no
from warehouse.store.linkage import members
from warehouse.store.lives import judge_members, step_in_law

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
        case.legal_status = step_in_law(session, case, LegalStatus.FILED, by=actor.id, at=at)
        judge_members(session, case.id, ComplaintStatus.ACCEPTED, by=actor.id, at=at)
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
        judge_members(session, case.id, ComplaintStatus.MERGED, by=actor.id, at=at)
        ids = members(session, case_id)
        met = meet_clocks(session, "accept", met_on=local_day(at), by=actor.id, at=at, complaint_ids=ids)
        acted(session, case, "accept_joined", actor=actor, at=at, details={"complaints": met})
        return met


def end_investigation(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> None:
    """The investigation is complete; the 15 working days to decide start (QD §31)."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        case.legal_status = step_in_law(session, case, LegalStatus.INVESTIGATED, by=actor.id, at=at)
        today = local_day(at)
        meet_clocks(session, "investigate", met_on=today, by=actor.id, at=at, case_id=case_id)
        calendar = calendar_in_force(session)
        start_clock(session, DECIDE, started_on=today, calendar=calendar, by=actor.id, at=at, case_id=case_id)
        acted(session, case, "end_investigation", actor=actor, at=at)


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
    officers = at_least_two(officer_ids, too_few="A visit is made by at least two officers.")
    if not place.strip():
        raise BadInput("A visit has a place.")
    if visited_at > at:
        raise BadInput("A visit is recorded after it was made.")
    if not 0 <= problems_corrected <= problems_found:
        raise BadInput("No more problems are corrected than were found.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        check_officers(session, case, officers, on=local_day(visited_at))
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


def record_pledge(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    signed_by: str,
    signed_on: date,
    obligations: str,
    due_on: date,
    actor: Actor,
    at: datetime,
    amount: Decimal | None = None,
) -> str:
    """A signed pledge letter (《劳动维权》承诺书): what is promised by when. Returns its id."""
    if not signed_by.strip() or not obligations.strip():
        raise BadInput("A pledge names who signed and what is promised.")
    if signed_on > local_day(at) or due_on < signed_on:
        raise BadInput("A pledge is signed today or before, and falls due on or after that day.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        row = PledgeRow(
            id=new_id("plg"),
            case_id=case.id,
            employer_id=case.employer_id,
            signed_by=signed_by.strip(),
            signed_on=signed_on,
            obligations=obligations.strip(),
            amount_fen=fen_of(amount),
            due_on=due_on,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "record_pledge", actor=actor, at=at, details={"pledge": row.id})
        return row.id


def record_pledge_kept(
    store: Warehouse, *, case_id: str, version: int, pledge_id: str, kept: bool, actor: Actor, at: datetime
) -> None:
    """Whether a pledge was kept, as checked."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        row = session.get(PledgeRow, pledge_id)
        if row is None or row.case_id != case.id:
            raise NotFound("There is no such pledge on this case.")
        row.kept = kept
        acted(session, case, "record_pledge_kept", actor=actor, at=at, details={"pledge": row.id, "kept": kept})
