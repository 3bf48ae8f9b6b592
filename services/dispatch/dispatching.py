"""One-click dispatch: the frozen list the officer saw, each case checked again and sent whole or not at all.

The same click twice is one act. A case that cannot go is left out with the words why, and the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.dispatch import barred
from casework.dispatch import list_version as version_of_list
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.lifecycle import WorkStatus, move
from casework.people import Actor, Role
from casework.record import Json
from services.dispatch.assignments import deliver_notices, reassign, recall_batch, recall_case, send_back, sign_for
from services.dispatch.dispatched import GRACE, BatchResult, SentCase, case_to_dispatch, check_inspectors
from services.dispatch.emptying import note_if_emptied
from services.dispatch.suggesting import pair_for, suggest_inspectors
from services.replying.answering import answer_accepted
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, DispatchBatchRow, new_id
from warehouse.store.act_keys import keep_answer, request_digest, take_key
from warehouse.store.dispatch import Bench, assign, bench, claim_case, live_assignment
from warehouse.store.lives import judge_members, note_claimed
from warehouse.store.notices import write_notices

__all__ = [
    "BatchResult",
    "SentCase",
    "deliver_notices",
    "dispatch_case",
    "dispatch_list",
    "reassign",
    "recall_batch",
    "recall_case",
    "send_back",
    "sign_for",
    "suggest_inspectors",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """What one case of a click needs to know of the click."""

    batch_id: str
    actor: Actor
    at: datetime
    grace: timedelta
    chosen: tuple[str | None, str | None] = (None, None)
    one_click: bool = True


def dispatch_list(
    store: Warehouse,
    *,
    case_versions: Sequence[tuple[str, int]],
    list_version: str,
    key: str,
    actor: Actor,
    at: datetime,
    grace: timedelta = GRACE,
) -> BatchResult:
    """Send every case of the list that was shown to its suggested inspectors, one transaction a case.

    The same `key` gives the same answer. Raises `NotAllowed` for a key used for another list, `BadInput` for a list
    that is not the one shown. A case that changed meanwhile, waits for a decision or lost its inspectors is left out.
    """
    _may_dispatch(actor)
    if not key.strip() or len(key) > 120:
        raise BadInput("A click needs a key of at most 120 characters.")
    if version_of_list(case_versions) != list_version or len({case for case, _ in case_versions}) != len(case_versions):
        raise BadInput("The list is not the one that was shown; reload the page.")
    batch_key = f"dispatch:{actor.id}:{key}"
    digest = request_digest({"list": list_version})
    with store.write() as session:
        claim = take_key(session, batch_key, account_id=actor.id, digest=digest, at=at)
        if claim.answer is not None:
            return _result(claim.answer)
        batch_id = _open_batch(session, batch_key, list_version, asked=len(case_versions), actor=actor, at=at)
    sending = _Sending(batch_id=batch_id, actor=actor, at=at, grace=grace)
    results = tuple(_send_apart(store, case_id, version, sending) for case_id, version in case_versions)
    with store.write() as session:
        result = BatchResult(batch_id, len(results), sum(one.sent for one in results), results)
        return _close_batch(session, batch_key, result, actor=actor, at=at)


def dispatch_case(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    key: str,
    actor: Actor,
    at: datetime,
    lead_id: str | None = None,
    assisting_id: str | None = None,
    grace: timedelta = GRACE,
) -> BatchResult:
    """Send one case, to the suggested inspectors or to those named. Raises `Conflict` naming who was quicker."""
    _may_dispatch(actor)
    batch_key = f"dispatch:{actor.id}:{key}"
    digest = request_digest({"case": case_id, "version": version, "pair": [lead_id, assisting_id]})
    with store.write() as session:
        claim = take_key(session, batch_key, account_id=actor.id, digest=digest, at=at)
        if claim.answer is not None:
            return _result(claim.answer)
        shown = version_of_list([(case_id, version)])
        batch_id = _open_batch(session, batch_key, shown, asked=1, actor=actor, at=at)
        chosen = (lead_id, assisting_id)
        sending = _Sending(batch_id=batch_id, actor=actor, at=at, grace=grace, chosen=chosen, one_click=False)
        one = _send(session, case_id, version, sending)
        return _close_batch(session, batch_key, BatchResult(batch_id, 1, 1, (one,)), actor=actor, at=at)


def _may_dispatch(actor: Actor) -> None:
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD}:
        raise NotAllowed("Only the desk or a head may dispatch.")
    if actor.id.startswith("system:"):
        raise NotAllowed("A click is a person's: the schedule suggests and never dispatches.")


def _open_batch(session: Session, key: str, list_version: str, *, asked: int, actor: Actor, at: datetime) -> str:
    known = session.scalar(select(DispatchBatchRow.id).where(DispatchBatchRow.key == key))
    if known is not None:
        return known
    row = DispatchBatchRow(
        id=new_id("bat"), key=key, list_version=list_version, by=actor.id, at=at, asked=asked, sent=0, results=[]
    )
    session.add(row)
    session.flush()
    return row.id


def _close_batch(session: Session, key: str, result: BatchResult, *, actor: Actor, at: datetime) -> BatchResult:
    kept = _result(keep_answer(session, key, cast(Json, _plain(result))))
    batch = session.get_one(DispatchBatchRow, result.batch_id)
    if not batch.results:
        batch.sent, batch.results = kept.sent, [asdict(one) for one in kept.results]
        details: dict[str, Json] = {"asked": kept.asked, "sent": kept.sent, "list": batch.list_version}
        audit.record(session, by=actor.id, act="dispatch_batch", subject=batch.id, at=at, details=details)
        if kept.sent:
            note_if_emptied(session, "dispatch", actor=actor, at=at)
    return kept


def _plain(result: BatchResult) -> dict[str, Any]:
    return {**asdict(result), "results": [asdict(one) for one in result.results]}


def _result(answer: Any) -> BatchResult:
    return BatchResult(**{**answer, "results": tuple(SentCase(**one) for one in answer["results"])})


def _send_apart(store: Warehouse, case_id: str, version: int, sending: _Sending) -> SentCase:
    """One case in a transaction of its own; what forbids it becomes the words it is left out with."""
    try:
        with store.write() as session:
            return _send(session, case_id, version, sending)
    except (NotAllowed, Conflict, NotFound) as refused:
        with store.read() as session:
            case = session.get(CaseRow, case_id)
            seen = case is not None and sending.actor.covers(case.district_code)
            return SentCase(case_id, case.matter_no if case and seen else "", False, str(refused))


def _send(session: Session, case_id: str, version: int, sending: _Sending) -> SentCase:
    case = case_to_dispatch(session, case_id, actor=sending.actor)
    session.refresh(case, with_for_update=True)  # the twin of this click, under way elsewhere, ends first and is seen
    if _sent_before(session, case, sending.batch_id):
        return SentCase(case.id, case.matter_no, True, None)
    _check_ready(session, case, one_click=sending.one_click)
    lead_id, assisting_id, why = _pair(session, case, sending)
    claim_case(
        session,
        case,
        version=version,
        status=WorkStatus.TO_DISPATCH,
        values={"status": WorkStatus.DISPATCHED.value},
        by=sending.actor.id,
        at=sending.at,
    )
    check_inspectors(session, case, (lead_id, assisting_id), at=sending.at)
    by, at = sending.actor.id, sending.at
    note_claimed(session, case, WorkStatus.TO_DISPATCH, by=by, at=at)
    judge_members(session, case.id, None, by=by, at=at)
    assignment = assign(session, case, (lead_id, assisting_id), why=why, batch_id=sending.batch_id, by=by, at=at)
    due_at = at + sending.grace
    pair = (lead_id, assisting_id)
    write_notices(session, pair, kind="dispatched", case_id=case.id, due_at=due_at, assignment_id=assignment.id)
    answers = answer_accepted(session, by=by, at=at, not_before=due_at, case_id=case.id)
    details: dict[str, Json] = {"batch": sending.batch_id, "lead": lead_id, "assisting": assisting_id}
    audit.record(session, by=by, act="dispatch", subject=case.id, at=at, details={**details, "answers": answers})
    return SentCase(case.id, case.matter_no, True, None)


def _check_ready(session: Session, case: CaseRow, *, one_click: bool) -> None:
    held = live_assignment(session, case.id)
    if held is not None:
        moment = held.dispatched_at.isoformat(timespec="minutes")
        raise Conflict("This case is already dispatched.", by=held.dispatched_by, at=moment)
    move(case.status, WorkStatus.DISPATCHED)
    if case.needs_check:
        raise NotAllowed("Left out: a possible duplicate of this case waits for a decision.")
    if case.needs_supplement and one_click:
        raise NotAllowed("Left out: the employer of this case is not known yet.")


def _sent_before(session: Session, case: CaseRow, batch_id: str) -> bool:
    """The same click did it already: a retry, or its twin."""
    question = select(AssignmentRow.id).where(
        AssignmentRow.case_id == case.id,
        AssignmentRow.batch_id == batch_id,
        AssignmentRow.state.in_(("sent", "signed")),
    )
    return session.scalar(question) is not None


def _pair(session: Session, case: CaseRow, sending: _Sending) -> tuple[str, str, list[str]]:
    lead_id, assisting_id = sending.chosen
    if lead_id is None and assisting_id is None:
        if case.suggested_lead_id is not None and case.suggested_assisting_id is not None:
            return case.suggested_lead_id, case.suggested_assisting_id, list(case.suggested_why or [])
        found = pair_for(case, bench(session, today=local_day(sending.at), past_of=[case]))
        if found is None or sending.one_click:
            raise NotAllowed("Left out: no two inspectors are suggested for this case.")
        return found.lead_id, found.assisting_id, list(found.why)
    people = bench(session, today=local_day(sending.at))
    lead = lead_id or _other(people, case, assisting_id)
    return lead, assisting_id or _other(people, case, lead), ["chosen"]


def _other(people: Bench, case: CaseRow, first: str | None) -> str:
    """The second inspector beside the one who was chosen: the suggested one if free, else the least laden."""
    free = [who for who in people.candidates(case) if who.account_id != first and barred(who) is None]
    if not free:
        raise NotAllowed("Left out: no second inspector may take this case.")
    wanted = (case.suggested_assisting_id, case.suggested_lead_id)
    free.sort(key=lambda who: (who.account_id not in wanted, who.open_cases, who.account_id))
    return free[0].account_id
