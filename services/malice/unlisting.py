"""Off the joint-sanction list (R45 §12-17): asked for after repair, answered by a head, taken down; own clocks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day, months_after
from casework.clocks import LIST_ANSWER, LIST_TAKE_DOWN
from casework.crime import UNDER_WAY
from casework.errors import BadInput, NotAllowed
from casework.exits import paid_in_full
from casework.lifecycle import OPEN
from casework.people import Actor
from casework.record import Json
from services.cases.held import acted, cared_case, head_case, took_part
from services.malice.listing_steps import at_step, decision_paper
from services.office.step_clocks import start_step
from services.paperwork.papers import Issued
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, CrimeTransferRow, JointListingRow, PaymentRow
from warehouse.store.clocks import meet_clocks
from warehouse.store.leading import leading_here
from warehouse.store.offences import same_employers, search_history
from warehouse.store.outcomes import Waived, facts_of
from warehouse.store.settings import whole


def ask_removal(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    corrected_on: date,
    credit_pledge_on: date,
    asked_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """The party asks to be taken off early (R45 §12): corrected, six months and a credit pledge later.

    Corrected is paid in full, as proven. Not with new arrears or a criminal case (§13). It is answered within 15
    working days (§14).
    """
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = at_step(session, case, "listed")
        if not corrected_on <= asked_on <= local_day(at) or credit_pledge_on > asked_on:
            raise BadInput("The correction and the credit pledge come before the request, which is not in the future.")
        if row.removal_asked_on is not None and row.removal_decided_on is None:
            raise NotAllowed("A request for removal already waits for an answer.")
        repaired_on = months_after(corrected_on, whole(session, "listing.repair.months"))
        if asked_on < repaired_on:
            raise NotAllowed(f"Early removal can be asked for from {repaired_on} on.")
        if why := _bars_removal(session, case, row, today=local_day(at)):
            raise NotAllowed(why)
        paid_on = _paid_last(session, case)
        if paid_on is not None and corrected_on < paid_on:
            raise BadInput(f"The last wages were paid on {paid_on}; it was not corrected before that.")
        row.corrected_on, row.removal_asked_on = corrected_on, asked_on
        row.credit_pledge_on, row.removal_decided_on = credit_pledge_on, None
        start_step(session, case.id, LIST_ANSWER, asked_on, by=actor.id, at=at)
        acted(session, case, "ask_removal", actor=actor, at=at, details={"listing": row.id})


def _paid_last(session: Session, case: CaseRow) -> date | None:
    return session.scalar(
        select(func.max(PaymentRow.paid_on)).where(PaymentRow.case_id.in_(leading_here(session, case.id)))
    )


def _bars_removal(session: Session, case: CaseRow, row: JointListingRow, *, today: date) -> str:
    """Why the entry stays (R45 §12-13); empty when nothing bars its removal."""
    paid, fact = paid_in_full(facts_of(session, case, today=today, waived=Waived()))
    if not paid:
        return fact
    employers = same_employers(session, row.employer_id)
    again = select(CaseRow.id).where(
        CaseRow.employer_id.in_(employers),
        CaseRow.id != case.id,
        CaseRow.status.in_(OPEN),
        CaseRow.case_no.is_not(None),
    )
    if session.scalar(again.limit(1)) is not None:
        return "The employer has new arrears in an open case, so it stays on the list."
    since = search_history(session, case, since=row.decided_on).decided()
    if since:
        return f"The employer offended again since it was listed, so it stays: {', '.join(since)}."
    crime = (
        select(CrimeTransferRow.id)
        .join(CaseRow, CaseRow.id == CrimeTransferRow.case_id)
        .where(CaseRow.employer_id.in_(employers), CrimeTransferRow.state.in_(UNDER_WAY))
    )
    if session.scalar(crime.limit(1)) is not None:
        return "A criminal case of the employer is under way, so it stays on the list."
    return ""


def decide_removal(
    store: Warehouse, *, case_id: str, version: int, grant: bool, reason: str, actor: Actor, at: datetime
) -> Issued:
    """A head answers the request, in writing. When it is granted, 10 working days run to take the entry down (§17)."""
    if not reason.strip():
        raise BadInput("The answer to a request for removal gives its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, today = at_step(session, case, "listed"), local_day(at)
        if row.removal_asked_on is None or row.removal_decided_on is not None:
            raise NotAllowed("No request for removal waits for an answer.")
        if actor.id in took_part(session, case.id):
            raise NotAllowed("Nobody decides on a listing of their own.")
        if grant and (why := _bars_removal(session, case, row, today=today)):
            raise NotAllowed(why)
        row.removal_decided_on, row.reason = today, reason.strip()
        meet_clocks(session, "list_answer", met_on=today, by=actor.id, at=at, case_id=case.id)
        if grant:
            row.state = "removed"
            start_step(session, case.id, LIST_TAKE_DOWN, today, by=actor.id, at=at)
        paper = decision_paper(
            session, case, row, "removal_decision" if grant else "removal_refusal", reason, actor=actor, at=at
        )
        details: dict[str, Json] = {"listing": row.id, "granted": grant, "document": paper.document_id}
        acted(session, case, "decide_removal", actor=actor, at=at, details=details)
        return paper


def take_down(store: Warehouse, *, case_id: str, version: int, taken_down_on: date, actor: Actor, at: datetime) -> None:
    """The entry no longer stands anywhere."""
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = at_step(session, case, "removed")
        if row.taken_down_on is not None or row.removal_decided_on is None:
            raise NotAllowed("This entry is already taken down.")
        if not row.removal_decided_on <= taken_down_on <= local_day(at):
            raise BadInput("The entry is taken down between the decision and today.")
        row.taken_down_on = taken_down_on
        meet_clocks(session, "list_take_down", met_on=taken_down_on, by=actor.id, at=at, case_id=case.id)
        acted(session, case, "take_down", actor=actor, at=at, details={"listing": row.id})
