"""What the service of a paper sets in motion: the decision is served, its terms run; a demand starts its ten days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import months_after
from casework.clocks import DEMAND, LIST_OBJECTION, PAY_FINE
from casework.documents import KINDS
from casework.enforcement import APPLY, DEMAND_PAPER, ORDERING, remedies_end
from casework.leniency import FINED, PAPER, Exit
from casework.lifecycle import LegalStatus
from services.office.working_days import calendar_in_force
from warehouse.models import CaseRow, DocumentRow
from warehouse.store.clocks import start_clock, start_fixed_clock
from warehouse.store.handling import documents_of
from warehouse.store.lives import reopened_at, step_in_law
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.sparing import last_listing


def papers_of_outcome(session: Session, case: CaseRow, exit_: Exit) -> list[DocumentRow]:
    """The papers that this outcome is issued with. Those of before a reopening belong to the outcome of then, which may
    stand again."""
    since, stands = reopened_at(session, case.id), waiting_outcome(session, case.id, "approved")
    if since is not None and stands is not None and stands.at < since:
        since = None
    rows = documents_of(session, case.id, (PAPER[exit_],))
    return [row for row in rows if since is None or row.at >= since or exit_ is Exit.CORRECTION_ONLY]


def after_service(session: Session, case: CaseRow, paper: DocumentRow, *, by: str, at: datetime) -> None:
    """A paper reached the party: a demand or the decision itself goes on from here, any other paper does not."""
    if paper.served_on is None:
        return
    if paper.kind == DEMAND_PAPER:
        calendar = calendar_in_force(session)
        start_clock(session, DEMAND, started_on=paper.served_on, calendar=calendar, by=by, at=at, case_id=case.id)
        return
    if paper.kind == "listing_notice":
        party_told(session, case, paper, paper.served_on, by=by, at=at)
        return
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is not None and paper.kind == PAPER[Exit(outcome.exit)]:
        outcome_served(session, case, Exit(outcome.exit), paper.served_on, by=by, at=at)


def party_told(session: Session, case: CaseRow, notice: DocumentRow, told_on: date, *, by: str, at: datetime) -> None:
    """The notice of a listing reached the party: from this day it has five working days to object (R45 §6)."""
    row = last_listing(session, case.id)
    if row is None or row.id != notice.body.get("listing") or row.state != "told":
        return
    row.told_on = told_on
    calendar = calendar_in_force(session)
    start_clock(session, LIST_OBJECTION, started_on=told_on, calendar=calendar, by=by, at=at, case_id=case.id)


def outcome_served(session: Session, case: CaseRow, exit_: Exit, served_on: date, *, by: str, at: datetime) -> None:
    """The decision is served. What it orders is due, and from the end of the remedies the court may be asked."""
    if case.legal_status not in (LegalStatus.DECIDED, LegalStatus.WITHDRAWN):
        return
    case.legal_status = step_in_law(session, case, LegalStatus.SERVED, by=by, at=at)
    if exit_ not in ORDERING:
        return
    calendar = calendar_in_force(session)
    if exit_ in FINED:
        start_clock(session, PAY_FINE, started_on=served_on, calendar=calendar, by=by, at=at, case_id=case.id)
    ends = remedies_end(served_on, calendar)
    start_fixed_clock(
        session,
        "apply_court",
        started_on=ends,
        due_on=months_after(ends, APPLY.length),
        source=APPLY.source,
        by=by,
        at=at,
        case_id=case.id,
    )


def note_served_before(session: Session, case: CaseRow, exit_: Exit, *, by: str, at: datetime) -> None:
    """At the conclusion: a decision that was served already is served."""
    days = [row.served_on for row in papers_of_outcome(session, case, exit_) if row.served_on is not None]
    if days and KINDS[PAPER[exit_]].served:
        outcome_served(session, case, exit_, min(days), by=by, at=at)
