"""After the click: recalled, signed for, sent back, reassigned, and the notices shown when the grace is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.lifecycle import WorkStatus
from casework.people import Actor
from casework.record import Json
from casework.reply import ReplyKind
from services.dispatch.dispatched import GRACE, BatchResult, SentCase, case_to_dispatch, check_inspectors
from services.replying.answering import answer_accepted
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, DispatchBatchRow
from warehouse.store.cases import case_for_change, change_case, live_case
from warehouse.store.dispatch import NO_SUGGESTION, assign, end_assignment, live_assignment, sent_in
from warehouse.store.linkage import members
from warehouse.store.lives import step_at_work
from warehouse.store.notices import cancel_undelivered, deliver_due, read_notices, write_notices
from warehouse.store.recusals import recused_from
from warehouse.store.replies import withdraw_unsent


def recall_batch(store: Warehouse, *, batch_id: str, actor: Actor, at: datetime) -> BatchResult:
    """Take back every case of a click that nobody has signed for. Each is whole or not at all."""
    with store.read() as session:
        batch = session.get(DispatchBatchRow, batch_id)
        if batch is None:
            raise NotFound("There is no such click.")
        waiting = sent_in(session, batch_id)
    results = tuple(_recall_apart(store, case_id, version, actor=actor, at=at) for case_id, version in waiting)
    with store.write() as session:
        batch = session.get_one(DispatchBatchRow, batch_id)
        back = sum(one.sent for one in results)
        if back and batch.recalled_at is None:
            batch.recalled_at, batch.recalled_by = at, actor.id
        details: dict[str, Json] = {"asked": len(results), "recalled": back}
        audit.record(session, by=actor.id, act="recall_batch", subject=batch_id, at=at, details=details)
    return BatchResult(batch_id, len(results), back, results)


def _recall_apart(store: Warehouse, case_id: str, version: int, *, actor: Actor, at: datetime) -> SentCase:
    try:
        with store.write() as session:
            case = _recall(session, case_id, version, actor=actor, at=at)
            return SentCase(case.id, case.matter_no, True, None)
    except (NotAllowed, Conflict, NotFound) as refused:
        return SentCase(case_id, "", False, str(refused))


def recall_case(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> None:
    """Take one dispatch back before it is signed for: no notice and no answer of it goes out."""
    with store.write() as session:
        _recall(session, case_id, version, actor=actor, at=at)


def _recall(session: Session, case_id: str, version: int, *, actor: Actor, at: datetime) -> CaseRow:
    case_to_dispatch(session, case_id, actor=actor)
    case = live_case(session, case_id, version=version)
    assignment = live_assignment(session, case_id)
    if assignment is None or assignment.state != "sent":
        raise NotAllowed("Only a case that is sent and not signed for can be recalled.")
    values = {"status": step_at_work(session, case, WorkStatus.TO_DISPATCH, by=actor.id, at=at)}
    end_assignment(session, assignment, "recalled", by=actor.id, at=at)
    change_case(case, values, by=actor.id, at=at)
    withdrawn = withdraw_unsent(session, complaint_ids=members(session, case_id), kind=ReplyKind.ACCEPTED, at=at)
    shown = cancel_undelivered(session, assignment_id=assignment.id, at=at)
    write_notices(session, shown, kind="recalled", case_id=case_id, due_at=at)
    details: dict[str, Json] = {"assignment": assignment.id, "answers_withdrawn": withdrawn, "had_seen": len(shown)}
    audit.record(session, by=actor.id, act="recall", subject=case_id, at=at, details=details)
    return case


def sign_for(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> None:
    """One of the two inspectors takes the case (签收): from now on it cannot be recalled."""
    with store.write() as session:
        case, assignment = _own_case(session, case_id, version, actor=actor)
        if assignment.state != "sent":
            raise NotAllowed("This case is already signed for.")
        if recused_from(session, case, [actor.id], on=local_day(at)):
            raise NotAllowed("You are recused from this case.")
        assignment.state, assignment.signed_at = "signed", at
        status = step_at_work(session, case, WorkStatus.IN_PROGRESS, by=actor.id, at=at)
        change_case(case, {"status": status}, by=actor.id, at=at)
        read_notices(session, account_id=actor.id, assignment_id=assignment.id, at=at)
        details: dict[str, Json] = {"assignment": assignment.id}
        audit.record(session, by=actor.id, act="sign_for", subject=case_id, at=at, details=details)


def send_back(store: Warehouse, *, case_id: str, version: int, reason: str, actor: Actor, at: datetime) -> None:
    """An inspector returns a dispatch with a reason, to whoever sent it. They are not suggested for it again."""
    why = _reason(reason, "A case is sent back with a reason.")
    with store.write() as session:
        case, assignment = _own_case(session, case_id, version, actor=actor)
        if case.case_no is not None:
            raise NotAllowed("A filed case is not sent back; ask a head to reassign it.")
        status = step_at_work(session, case, WorkStatus.TO_DISPATCH, by=actor.id, at=at, reason=why)
        values = {"status": status, **NO_SUGGESTION}
        end_assignment(session, assignment, "sent_back", by=actor.id, at=at, reason=why)
        change_case(case, values, by=actor.id, at=at)
        cancel_undelivered(session, assignment_id=assignment.id, at=at)
        if not assignment.dispatched_by.startswith("system:"):
            write_notices(session, [assignment.dispatched_by], kind="sent_back", case_id=case_id, due_at=at)
        audit.record(
            session, by=actor.id, act="send_back", subject=case_id, at=at, details={"assignment": assignment.id}
        )


def reassign(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    lead_id: str,
    assisting_id: str,
    reason: str,
    actor: Actor,
    at: datetime,
    grace: timedelta = GRACE,
) -> None:
    """Give a case that is out to other inspectors, who sign for it anew (改派)."""
    why = _reason(reason, "A case is reassigned with a reason.")
    with store.write() as session:
        case_to_dispatch(session, case_id, actor=actor)
        case = live_case(session, case_id, version=version)
        old = live_assignment(session, case_id)
        if old is None:
            raise NotAllowed("Only a case that is with inspectors can be reassigned.")
        if {old.lead_id, old.assisting_id} == {lead_id, assisting_id} and old.lead_id == lead_id:
            raise BadInput("The case is with these two inspectors already.")
        end_assignment(session, old, "replaced", by=actor.id, at=at, reason=why)
        check_inspectors(session, case, (lead_id, assisting_id), at=at)
        if case.status != WorkStatus.DISPATCHED:
            case.status = step_at_work(session, case, WorkStatus.DISPATCHED, by=actor.id, at=at, reason=why)
        case.version, case.changed_at, case.changed_by = case.version + 1, at, actor.id
        pair = (lead_id, assisting_id)
        new = assign(session, case, pair, why=["chosen"], batch_id=None, by=actor.id, at=at)
        shown = cancel_undelivered(session, assignment_id=old.id, at=at)
        write_notices(session, shown, kind="reassigned", case_id=case_id, due_at=at)
        write_notices(session, pair, kind="dispatched", case_id=case_id, due_at=at + grace, assignment_id=new.id)
        details: dict[str, Json] = {"was": old.id, "now": new.id, "lead": lead_id, "assisting": assisting_id}
        audit.record(session, by=actor.id, act="reassign", subject=case_id, at=at, details=details)


def deliver_notices(store: Warehouse, *, at: datetime, grace: timedelta = GRACE) -> int:
    """Show the notices whose grace is over. Returns how many; a second run shows none.

    A complaint that joined a case after its dispatch gets its answer now, with a grace of its own.
    """
    by = Actor.system("dispatch").id
    with store.write() as session:
        delivered = deliver_due(session, at=at)
        answers = answer_accepted(session, by=by, at=at, not_before=at + grace)
        if delivered or answers:
            details: dict[str, Json] = {"notices": delivered, "answers": answers}
            audit.record(session, by=by, act="deliver_notices", subject="notices", at=at, details=details)
    return delivered


def _own_case(session: Session, case_id: str, version: int, *, actor: Actor) -> tuple[CaseRow, AssignmentRow]:
    case_for_change(session, case_id)
    assignment = live_assignment(session, case_id)
    if assignment is None or actor.id not in (assignment.lead_id, assignment.assisting_id):
        raise NotFound("There is no such case, or it is not with you.")
    return live_case(session, case_id, version=version), assignment


def _reason(reason: str, words: str) -> str:
    if not reason.strip():
        raise BadInput(words)
    return reason.strip()
