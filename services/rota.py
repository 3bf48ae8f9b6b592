"""The rota: who is away, and who may not touch which employer or case. Dispatch reads both."""

from __future__ import annotations

from datetime import date, datetime

from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AbsenceRow, AccountRow, CaseRow, EmployerRow, RecusalRow, new_id


def record_absence(
    store: Warehouse, *, account_id: str, from_on: date, to_on: date, reason: str | None, actor: Actor, at: datetime
) -> str:
    """Days an officer is away, both included. Returns the absence's id."""
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD, Role.SECURITY_ADMIN}:
        raise NotAllowed("Only the desk, a head or a security administrator may record an absence.")
    if to_on < from_on:
        raise BadInput("An absence ends on or after the day it begins.")
    with store.write() as session:
        if session.get(AccountRow, account_id) is None:
            raise NotFound("There is no such account.")
        row = AbsenceRow(
            id=new_id("abs"), account_id=account_id, from_on=from_on, to_on=to_on, reason=reason, by=actor.id, at=at
        )
        session.add(row)
        details: dict[str, Json] = {"from": from_on.isoformat(), "to": to_on.isoformat()}
        audit.record(session, by=actor.id, act="record_absence", subject=account_id, at=at, details=details)
        return row.id


def record_recusal(
    store: Warehouse,
    *,
    account_id: str,
    reason: str,
    from_on: date,
    actor: Actor,
    at: datetime,
    employer_id: str | None = None,
    case_id: str | None = None,
    to_on: date | None = None,
) -> str:
    """An officer may not handle an employer or a case; a head decides (423 §16; QD §29). Returns the recusal's id."""
    if Role.HEAD not in actor.roles:
        raise NotAllowed("Only a head decides on a recusal.")
    if actor.id == account_id:
        raise NotAllowed("Nobody decides on their own recusal.")
    if (employer_id is None) == (case_id is None):
        raise BadInput("A recusal names one employer or one case.")
    if not reason.strip():
        raise BadInput("A recusal needs a reason.")
    with store.write() as session:
        known = session.get(EmployerRow, employer_id) if employer_id else session.get(CaseRow, case_id)
        if known is None or session.get(AccountRow, account_id) is None:
            raise NotFound("There is no such account, employer or case.")
        row = RecusalRow(
            id=new_id("rec"),
            account_id=account_id,
            employer_id=employer_id,
            case_id=case_id,
            decided_by=actor.id,
            reason=reason.strip(),
            from_on=from_on,
            to_on=to_on,
        )
        session.add(row)
        details: dict[str, Json] = {"employer": employer_id, "case": case_id}
        audit.record(session, by=actor.id, act="record_recusal", subject=account_id, at=at, details=details)
        return row.id
