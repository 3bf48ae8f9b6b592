"""What the police gave back (TRF §8-10): a decision of before stands again, or the case is worked on again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.enforcement import DEMAND_PAPER, ORDERING
from casework.errors import BadInput, NotAllowed
from casework.leniency import PAPER, Exit
from casework.lifecycle import LegalStatus, WorkStatus
from casework.people import Actor
from services.cases.held import acted, head_case, officers_of
from services.cases.published import transfer_fell
from services.cases.reopening import start_recheck, take_up
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, OutcomeRow
from warehouse.store.handling import documents_of
from warehouse.store.lives import living, reopened_at, step_in_law
from warehouse.store.notices import write_notices
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.sparing import last_transfer, refused_for_good


def take_back(store: Warehouse, *, case_id: str, version: int, reason: str, actor: Actor, at: datetime) -> None:
    """A head takes back a case that the police have refused for good: the agency handles it itself (TRF §8-10).

    A decision that was served before the transfer stands and is enforced on; without one the case is worked on again.
    """
    if not reason.strip():
        raise BadInput("A case is taken back with the reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, outcome = last_transfer(session, case.id), waiting_outcome(session, case.id, "approved")
        if outcome is None or outcome.exit != Exit.TRANSFERRED_TO_POLICE:
            raise NotAllowed("This case did not end with a transfer to the police.")
        if row is None or not refused_for_good(session, row, today=local_day(at)):
            raise NotAllowed("The police have not refused this case, or may still be asked to reconsider.")
        outcome.revoked_at, outcome.revoked_by = at, actor.id
        session.flush()
        transfer_fell(session, case, row.police_answered_on or local_day(at), by=actor.id, at=at, again=True)
        before = waiting_outcome(session, case.id, "approved")
        if before is not None and case.status == WorkStatus.CONCLUDED and _stands(session, case, before):
            _enforced_on(session, case, before, reason=reason.strip(), by=actor.id, at=at)
        else:
            take_up(session, case, living(session, case.id), reason=reason.strip(), actor=actor, at=at)
            start_recheck(session, case, actor=actor, at=at)
        acted(session, case, "take_back", actor=actor, at=at, details={"transfer": row.id})


def _stands(session: Session, case: CaseRow, outcome: OutcomeRow) -> bool:
    """Whether an earlier decision still orders something: it was not made before a reopening."""
    since = reopened_at(session, case.id)
    return Exit(outcome.exit) in ORDERING and (since is None or outcome.at >= since)


def _enforced_on(session: Session, case: CaseRow, outcome: OutcomeRow, *, reason: str, by: str, at: datetime) -> None:
    """The case is again where its decision was; the terms that ran on its service run on."""
    since = reopened_at(session, case.id)
    papers = documents_of(session, case.id, (PAPER[Exit(outcome.exit)], DEMAND_PAPER))
    own = [paper for paper in papers if since is None or paper.at >= since]
    steps = [LegalStatus.DECIDED]
    if any(paper.served_on for paper in own if paper.kind != DEMAND_PAPER):
        steps.append(LegalStatus.SERVED)
        if any(paper.kind == DEMAND_PAPER for paper in own):
            steps.append(LegalStatus.DEMANDED)
    for step in steps:
        case.legal_status = step_in_law(session, case, step, by=by, at=at, reason=reason)
    write_notices(session, sorted(officers_of(session, case.id)), kind="reopened", case_id=case.id, due_at=at)
