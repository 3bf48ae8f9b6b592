"""Call-backs (回访): each complainant is asked apart whether it is true, paid and solved, and how they find it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor
from casework.record import Json
from services.cases.held import desk_or_head, officers_of
from services.cases.reopening import money_reopens, reopen
from services.replying.money_answers import heard_in_call_back
from services.replying.settling import called_back_if_all_were, close_if_settled
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, ComplaintRow, SatisfactionRow, new_id
from warehouse.store.callbacks import concluded_at
from warehouse.store.cases import case_for_change
from warehouse.store.linkage import case_of
from warehouse.store.lives import living
from warehouse.store.recusals import recused_from

UNPAID = "回访：投诉人（{complaint_no}）反映未收到工资。{opinion}"
"""Why a case is taken up again, as it is kept beside the step."""
_ONE_CALL = timedelta(minutes=10)
"""Who says the same within this time, or is not reached again, was called once."""


def record_callback(
    store: Warehouse,
    *,
    complaint_id: str,
    answered: bool,
    solved: bool | None,
    satisfied: bool | None,
    actor: Actor,
    at: datetime,
    trueness: bool | None = None,
    money_received: bool | None = None,
    opinion: str | None = None,
) -> str:
    """One call-back of one complaint. Who was not reached said nothing: None, never no. Returns its id.

    "The money has not come" reopens a case that ended as if it had, with that as the reason.
    """
    said = (solved, satisfied, trueness, money_received, (opinion or "").strip() or None)
    if not answered and any(one is not None for one in said):
        raise BadInput("Who was not reached has not said whether it is solved.")
    with store.write() as session:
        complaint = session.get(ComplaintRow, complaint_id)
        if complaint is None:
            raise NotFound("There is no such complaint, or it is not yours to see.")
        case = _case_asked_about(session, complaint_id, actor, on=local_day(at))
        _not_told_before(session, complaint_id, case, (answered, *said), at=at)
        row = SatisfactionRow(
            id=new_id("sat"),
            complaint_id=complaint_id,
            asked_at=at,
            answered=answered,
            trueness=trueness,
            money_received=money_received,
            solved=solved,
            satisfied=satisfied,
            opinion=said[-1],
            by=actor.id,
        )
        session.add(row)
        session.flush()
        if money_received is not None:
            heard_in_call_back(session, complaint_id, money_received, actor=actor, at=at)
        details: dict[str, Json] = {"callback": row.id, "answered": answered}
        if case is not None:
            details["reopened"] = _follow_up(session, case, complaint, row, actor=actor, at=at)
        audit.record(session, by=actor.id, act="record_callback", subject=complaint_id, at=at, details=details)
        return row.id


def _case_asked_about(session: Session, complaint_id: str, actor: Actor, *, on: date) -> CaseRow | None:
    case_id = case_of(session, complaint_id)
    case = case_for_change(session, case_id) if case_id else None
    place = case.district_code if case else None
    if not actor.covers(place):
        raise NotFound("There is no such complaint, or it is not yours to see.")
    if not desk_or_head(actor, place):
        raise NotAllowed("Only the desk or a head calls back: nobody asks about their own work.")
    if case is not None and actor.id in officers_of(session, case.id):
        raise NotAllowed("Nobody calls back about a case of their own.")
    if case is not None and recused_from(session, case, [actor.id], on=on):
        raise NotAllowed("You are recused from this case.")
    return case


def _not_told_before(
    session: Session, complaint_id: str, case: CaseRow | None, said: tuple[bool | str | None, ...], *, at: datetime
) -> None:
    """One conversation is kept once, whoever sends its form again; to be tried again, somebody waits a while."""
    one_at_a_time(session, f"callback:{complaint_id}")
    row = SatisfactionRow
    since = concluded_at(session, case.id) if case is not None else None
    question = select(row).where(row.complaint_id == complaint_id, row.asked_at > at - _ONE_CALL)
    for kept in session.scalars(question if since is None else question.where(row.asked_at >= since)):
        if said == (kept.answered, kept.solved, kept.satisfied, kept.trueness, kept.money_received, kept.opinion):
            raise NotAllowed("This call-back is recorded already.")


def _follow_up(
    session: Session, case: CaseRow, complaint: ComplaintRow, row: SatisfactionRow, *, actor: Actor, at: datetime
) -> bool:
    """What an answer leads to: the case is taken up again, or the complaint is over, perhaps the last to call."""
    unpaid = row.money_received is False and complaint.id in living(session, case.id)
    if unpaid and money_reopens(session, case):
        reason = UNPAID.format(complaint_no=complaint.complaint_no, opinion=row.opinion or "")
        reopen(session, case, reason=reason, actor=actor, at=at)
        return True
    close_if_settled(session, complaint.id, by=actor.id, at=at)
    called_back_if_all_were(session, case, by=actor.id, at=at)
    return False
