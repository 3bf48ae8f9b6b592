"""Handling a case: accepted and filed, visited, promised, paid, verified, referred. Each act is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from casework.calendar import local_day
from casework.clocks import DECIDE, INVESTIGATE, PENALTY_90
from casework.errors import BadInput, NotAllowed
from casework.handling import PaidWorker
from casework.lifecycle import ComplaintStatus, LegalStatus
from casework.people import Actor
from casework.record import Json
from services.cases.declining import decline_case
from services.cases.extending import extend_investigation
from services.cases.held import acted, held_case
from services.cases.photographing import keep_photos
from services.cases.referring import record_answer, refer
from services.cases.two_officers import at_least_two, check_officers
from services.leniency.pledges import record_pledge
from services.money.money_matters import Recorded, record_payment, verify_amount
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, issue_document, order_correction, record_correction
from services.paperwork.serving import serve_document
from warehouse.engine import Warehouse
from warehouse.models import VisitRow, new_id
from warehouse.store.attachments import Brought
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
    photos: Sequence[Brought] = (),
) -> str:
    """A visit by two or more officers (走访, QD §28), with its photographs. Returns its id."""
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
        session.flush()
        kept = keep_photos(session, case, row.id, photos, actor=actor, at=at) if photos else []
        details: dict[str, Json] = {"visit": row.id, "officers": len(officers), "photos": len(kept)}
        acted(session, case, "record_visit", actor=actor, at=at, details=details)
        return row.id
