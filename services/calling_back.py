"""Call-backs (回访): the complainant is asked whether it is solved and whether they are satisfied."""

from __future__ import annotations

from datetime import datetime

from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintRow, SatisfactionRow, new_id
from warehouse.store.linkage import case_of


def record_callback(
    store: Warehouse,
    *,
    complaint_id: str,
    answered: bool,
    solved: bool | None,
    satisfied: bool | None,
    actor: Actor,
    at: datetime,
) -> str:
    """One call-back of one complaint. Who was not reached said nothing: None, never no. Returns its id."""
    if not answered and (solved is not None or satisfied is not None):
        raise BadInput("Who was not reached has not said whether it is solved.")
    with store.write() as session:
        if session.get(ComplaintRow, complaint_id) is None:
            raise NotFound("There is no such complaint, or it is not yours to see.")
        case_id = case_of(session, complaint_id)
        place = session.get_one(CaseRow, case_id).district_code if case_id else None
        if not actor.covers(place):
            raise NotFound("There is no such complaint, or it is not yours to see.")
        if not (actor.may(Role.DESK_OFFICER, place) or actor.may(Role.HEAD, place)):
            raise NotAllowed("Only the desk or a head calls back: nobody asks about their own work.")
        row = SatisfactionRow(
            id=new_id("sat"),
            complaint_id=complaint_id,
            asked_at=at,
            answered=answered,
            solved=solved,
            satisfied=satisfied,
            by=actor.id,
        )
        session.add(row)
        details: dict[str, Json] = {"callback": row.id, "answered": answered}
        audit.record(session, by=actor.id, act="record_callback", subject=complaint_id, at=at, details=details)
        return row.id
