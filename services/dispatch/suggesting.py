"""Suggest two inspectors for what waits, with the reason. The click stays a person's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework.calendar import local_day
from casework.dispatch import Pair, barred, suggest
from casework.errors import NotAllowed
from casework.lifecycle import WorkStatus
from casework.people import Actor, Role
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow
from warehouse.store.cases import change_case
from warehouse.store.dispatch import NO_SUGGESTION, Bench, bench


def suggest_inspectors(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Suggest for every case that waits without a suggestion, or with one that does not hold any more.

    A suggestion that holds is left alone: the list an officer reads must not change under the cursor. Returns how many
    cases got a new one. With fewer than two eligible inspectors a case gets none.
    """
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD}:
        raise NotAllowed("Only the desk or a head may have inspectors suggested.")
    with store.write() as session:
        one_at_a_time(session, "suggest")
        question = select(CaseRow).where(CaseRow.status == WorkStatus.TO_DISPATCH).with_for_update(skip_locked=True)
        waiting = list(session.scalars(question.order_by(CaseRow.id)))
        people = bench(session, today=local_day(at), past_of=waiting)
        changed = sum(_suggest_for(case, people, by=actor.id, at=at) for case in waiting if not _holds(case, people))
        session.flush()
        if changed:
            details = {"cases": changed, "inspectors": len(people.actors)}
            audit.record(session, by=actor.id, act="suggest", subject="queue", at=at, details={**details})
    return changed


def _holds(case: CaseRow, people: Bench) -> bool:
    pair = [one for one in (case.suggested_lead_id, case.suggested_assisting_id) if one]
    if len(pair) < 2 or any(one not in people.actors or (one, case.id) in people.sent_back for one in pair):
        return False
    people.load.subtract(pair)
    stays = not any(barred(people.candidate(one, case)) for one in pair)
    people.load.update(pair)
    return stays


def _suggest_for(case: CaseRow, people: Bench, *, by: str, at: datetime) -> bool:
    old = [one for one in (case.suggested_lead_id, case.suggested_assisting_id) if one]
    people.load.subtract(old)
    people.leads.subtract([case.suggested_lead_id] if case.suggested_lead_id else [])
    pair = pair_for(case, people)
    if pair is None:
        change_case(case, NO_SUGGESTION, by=by, at=at)
        return False
    people.load.update((pair.lead_id, pair.assisting_id))
    people.leads.update([pair.lead_id])
    values = {
        "suggested_lead_id": pair.lead_id,
        "suggested_assisting_id": pair.assisting_id,
        "suggested_why": list(pair.why),
        "suggested_at": at,
    }
    return change_case(case, values, by=by, at=at)


def pair_for(case: CaseRow, people: Bench) -> Pair | None:
    """The two inspectors for a case; None with fewer than two who may take it.

    Raises `LookupError` for a case whose past the bench was not asked for: what speaks for somebody would be left out.
    """
    if case.id not in people.looked_back:
        raise LookupError("the past of this case was not looked up")
    try:
        return suggest(people.candidates(case), case.district_code)
    except NotAllowed:
        return None
