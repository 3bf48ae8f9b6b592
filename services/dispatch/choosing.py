"""Another inspector chosen for a case before it is dispatched (换人). The one click then sends it to the one chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.dispatch import barred
from casework.errors import BadInput, Conflict, NotAllowed
from casework.lifecycle import WorkStatus
from casework.people import Actor
from casework.record import Json
from services.dispatch.dispatched import case_to_dispatch, check_inspectors
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.store.dispatch import bench, claim_case, live_assignment

CHOSEN = "chosen"


def choose_inspector(store: Warehouse, *, case_id: str, version: int, lead_id: str, actor: Actor, at: datetime) -> int:
    """Put another lead officer in the place of the suggested one. Returns the case's new version.

    Raises `NotAllowed` for someone who may not take the case, `Conflict` when the case changed meanwhile.
    """
    if not lead_id:
        raise BadInput("Please choose one of the inspectors offered.")
    with store.write() as session:
        case = case_to_dispatch(session, case_id, actor=actor)
        held = live_assignment(session, case.id)
        if held is not None and case.version != version:
            moment = held.dispatched_at.isoformat(timespec="minutes")
            raise Conflict("This case is already dispatched.", by=held.dispatched_by, at=moment)
        if case.version != version:
            moment = case.changed_at.isoformat(timespec="minutes")
            raise Conflict("Somebody else changed this case meanwhile.", by=case.changed_by, at=moment)
        if case.status != WorkStatus.TO_DISPATCH:
            raise NotAllowed("The case is already dispatched; it can be reassigned on its own page.")
        assisting_id = _beside(session, case, lead_id, at)
        check_inspectors(session, case, (lead_id, assisting_id), at=at)
        details: dict[str, Json] = {"lead": lead_id, "assisting": assisting_id, "instead_of": case.suggested_lead_id}
        values: dict[str, Any] = {
            "suggested_lead_id": lead_id,
            "suggested_assisting_id": assisting_id,
            "suggested_why": [CHOSEN],
            "suggested_at": at,
        }
        claim_case(session, case, version=version, status=WorkStatus.TO_DISPATCH, values=values, by=actor.id, at=at)
        audit.record(session, by=actor.id, act="choose_inspector", subject=case_id, at=at, details=details)
        return case.version


def _beside(session: Session, case: CaseRow, lead_id: str, at: datetime) -> str:
    """The second of the two: whoever was suggested and is another, else the least laden who may take the case."""
    kept = [one for one in (case.suggested_assisting_id, case.suggested_lead_id) if one and one != lead_id]
    if kept:
        return kept[0]
    people = bench(session, today=local_day(at))
    free = [who for who in people.candidates(case) if who.account_id != lead_id and barred(who) is None]
    if not free:
        raise NotAllowed("Left out: no second inspector may take this case.")
    return min(free, key=lambda who: (who.open_cases, who.account_id)).account_id
