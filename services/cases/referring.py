"""Handing on: a case, or a part of it, to another body (转办), and what that body answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.handling import BODIES
from casework.people import Actor
from casework.project_types import PROJECT_TYPES, Proposal, proposed_body
from services.cases.held import acted, desk_or_head, held_case, officers_of
from services.office.working_days import day_for_paper
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ReferralRow, new_id
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.leading import leading_here
from warehouse.store.settings import setting, whole


def trade_department(session: Session, case: CaseRow) -> Proposal | None:
    """The department a construction case would go to, by the office's words for its site. None elsewhere."""
    words = {}
    for kind in PROJECT_TYPES:
        if kind != "building":
            found = setting(session, f"referral.words.{kind}")
            words[kind] = [str(one) for one in found] if isinstance(found, list) else []
    return proposed_body(case.sector, (case.site_name, case.employer_name), words)


def refer(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    body: str,
    reason: str,
    referred_on: date,
    actor: Actor,
    at: datetime,
    due_on: date | None = None,
) -> str:
    """Hand a case on to another body. Without a day to answer by, the office's usual one. Returns the referral's id."""
    if body not in BODIES:
        raise BadInput(f"A case is referred to one of: {', '.join(BODIES)}.")
    if not reason.strip():
        raise BadInput("A referral needs a reason.")
    if referred_on > local_day(at):
        raise BadInput("A referral is recorded after it was made.")
    if due_on is not None and due_on < referred_on:
        raise BadInput("The answer falls due on or after the day of the referral.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        days = whole(session, "clock.referral.days")
        answer_by = due_on or day_for_paper(session, started_on=referred_on, length=days, unit="working")
        row = ReferralRow(
            id=new_id("ref"),
            case_id=case.id,
            body=body,
            reason=reason.strip(),
            referred_on=referred_on,
            due_on=answer_by,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "refer", actor=actor, at=at, details={"referral": row.id, "body": body})
        return row.id


def record_answer(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    referral_id: str,
    answer: str,
    answered_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """What the other body answered, whenever it comes: to who holds or held the case, the desk, or the head.

    A referral of a case that was merged away is answered on the case that stays.
    """
    if not answer.strip():
        raise BadInput("An answer says something.")
    with store.write() as session:
        case = case_for_change(session, case_id)
        desk = desk_or_head(actor, case.district_code)
        if not desk and actor.id not in officers_of(session, case_id):
            raise NotFound("There is no such case, or it is not with you.")
        live_case(session, case_id, version=version)
        row = session.get(ReferralRow, referral_id)
        if row is None or row.case_id not in leading_here(session, case.id):
            raise NotFound("There is no such referral of this case.")
        if row.answered_on is not None:
            raise NotAllowed("This referral is already answered.")
        if not row.referred_on <= answered_on <= local_day(at):
            raise BadInput("The day of the answer lies between the referral and today.")
        row.answer, row.answered_on = answer.strip(), answered_on
        acted(session, case, "record_answer", actor=actor, at=at, details={"referral": row.id})
