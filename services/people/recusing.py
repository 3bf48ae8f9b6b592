"""Recusal asked for (申请回避): by an inspector for themselves, or by a party; a head grants or refuses it.

The work goes on until the head has decided. Once granted, the officer can do nothing more on the case, and it is given
to others.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.lifecycle import OPEN
from casework.people import Actor
from services.cases.held import acted, desk_or_head, head_case
from services.people.rota import of_a_head, recuse
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, RecusalRequestRow, RecusalRow, new_id
from warehouse.store.accounts import heads_of
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.dispatch import live_assignment
from warehouse.store.notices import write_notices
from warehouse.store.recusals import recused_from

ASKED_BY = ("officer", "party")


def ask_recusal(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    account_id: str,
    asked_by: str,
    reason: str,
    actor: Actor,
    at: datetime,
    asked_on: date | None = None,
) -> str:
    """Ask that one of the two inspectors of a case be recused (423 §16; QD §29). Returns the id of the request.

    An inspector asks for themselves; what a party asks is recorded by the inspectors, the desk or a head. Every head
    of the place is told. Raises `NotFound`, `NotAllowed`, `BadInput` and `Conflict`.
    """
    if asked_by not in ASKED_BY:
        raise BadInput("A recusal is asked for by the officer or by a party.")
    if not reason.strip():
        raise BadInput("A recusal needs a reason.")
    day = asked_on or local_day(at)
    if day > local_day(at):
        raise BadInput("A request is recorded after it was made.")
    with store.write() as session:
        case = _case(session, case_id, version, account_id, actor=actor, at=at)
        if asked_by == "officer" and account_id != actor.id:
            raise NotAllowed("An officer asks for their own recusal only; a party may ask for another's.")
        row = RecusalRequestRow(
            id=new_id("rcr"),
            case_id=case.id,
            account_id=account_id,
            asked_by=asked_by,
            asked_on=day,
            reason=reason.strip(),
            state="asked",
            by=actor.id,
            at=at,
        )
        session.add(row)
        told = heads_of(session, case.district_code) - {actor.id, account_id}
        write_notices(session, sorted(told), kind="recusal_asked", case_id=case.id, due_at=at)
        acted(session, case, "ask_recusal", actor=actor, at=at, details={"request": row.id, "asked_by": asked_by})
        return row.id


def _case(session: Session, case_id: str, version: int, account_id: str, *, actor: Actor, at: datetime) -> CaseRow:
    """The case, locked, of whose two inspectors one is to be recused."""
    case = case_for_change(session, case_id)
    held = live_assignment(session, case_id)
    pair = (held.lead_id, held.assisting_id) if held is not None else ()
    place = case.district_code
    if actor.id not in pair and not desk_or_head(actor, place):
        raise NotFound("There is no such case, or it is not with you.")
    live_case(session, case_id, version=version)
    if account_id not in pair:
        raise NotAllowed("Only an inspector who has the case is recused from it; a head may recuse others on the rota.")
    if recused_from(session, case, [account_id], on=local_day(at)):
        raise NotAllowed("This officer is recused from the case already.")
    question = select(RecusalRequestRow.id).where(
        RecusalRequestRow.case_id == case_id,
        RecusalRequestRow.account_id == account_id,
        RecusalRequestRow.state == "asked",
    )
    if session.scalar(question.limit(1)) is not None:
        raise NotAllowed("This officer's recusal is asked for already and waits for a head.")
    return case


def decide_recusal(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    request_id: str,
    grant: bool,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> str | None:
    """A head grants or refuses a request. Returns the id of the recusal, None when it was refused.

    A refusal says why. Whoever asked and the officer are told; of a recusal also whoever sent the case, so that it is
    given to others. Raises `NotFound`, `NotAllowed`, `BadInput` and `Conflict`.
    """
    why = (reason or "").strip()
    if not grant and not why:
        raise BadInput("A refusal needs a reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row = session.get(RecusalRequestRow, request_id)
        if row is None or row.case_id != case.id:
            raise NotFound("There is no such request on this case.")
        if row.state != "asked":
            raise NotAllowed("This request is decided already.")
        if actor.id == row.account_id:
            raise NotAllowed("Nobody decides on their own recusal.")
        of_a_head(session, row.account_id, case.district_code, actor)
        if case.status not in OPEN:
            raise NotAllowed("Only a case that is not concluded wants another inspector.")
        row.state, row.decided_by, row.decided_at = "granted" if grant else "refused", actor.id, at
        row.decided_reason = why or None
        recusal = _grant(session, row, at=at) if grant else None
        row.recusal_id = recusal
        kind = "recusal_granted" if grant else "recusal_refused"
        write_notices(session, sorted({row.by, row.account_id} - {actor.id}), kind=kind, case_id=case.id, due_at=at)
        acted(session, case, kind, actor=actor, at=at, details={"request": row.id})
        return recusal


def _grant(session: Session, request: RecusalRequestRow, *, at: datetime) -> str:
    row = RecusalRow(
        id=new_id("rec"),
        account_id=request.account_id,
        case_id=request.case_id,
        decided_by=request.decided_by or "",
        reason=request.reason,
        from_on=local_day(at),
        asked_by=request.asked_by,
    )
    recuse(session, row, at=at)
    return row.id
