"""The rota: who is away, and who may not touch which employer or case. Dispatch reads both."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AbsenceRow, AccountRow, CaseRow, EmployerRow, RecusalRow, RoleGrantRow, new_id
from warehouse.store.accounts import heads_of
from warehouse.store.dispatch import live_assignment
from warehouse.store.notices import write_notices

ASKED_BY = ("officer", "party", "office")
"""Who asks for a recusal (QD §29)."""


def record_absence(
    store: Warehouse, *, account_id: str, from_on: date, to_on: date, reason: str | None, actor: Actor, at: datetime
) -> str:
    """Days an officer is away, both included. Returns the absence's id."""
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD, Role.SECURITY_ADMIN}:
        raise NotAllowed("Only the desk, a head or a security administrator may record an absence.")
    if to_on < from_on:
        raise BadInput("An absence ends on or after the day it begins.")
    with store.write() as session:
        _own_officer(session, account_id, actor)
        one_at_a_time(session, f"rota:{account_id}")
        same = AbsenceRow.account_id == account_id, AbsenceRow.from_on == from_on, AbsenceRow.to_on == to_on
        if session.scalar(select(AbsenceRow.id).where(*same, AbsenceRow.ended_at.is_(None))) is not None:
            raise NotAllowed("This absence is recorded already.")
        row = AbsenceRow(
            id=new_id("abs"), account_id=account_id, from_on=from_on, to_on=to_on, reason=reason, by=actor.id, at=at
        )
        session.add(row)
        details: dict[str, Json] = {"from": from_on.isoformat(), "to": to_on.isoformat()}
        audit.record(session, by=actor.id, act="record_absence", subject=account_id, at=at, details=details)
        return row.id


def end_absence(store: Warehouse, *, absence_id: str, actor: Actor, at: datetime) -> None:
    """The officer is back earlier than planned, or does not go: from now on cases are dispatched to them again."""
    with store.write() as session:
        row = session.get(AbsenceRow, absence_id, with_for_update=True)
        if row is None:
            raise NotFound("There is no such absence.")
        if not actor.roles & {Role.DESK_OFFICER, Role.HEAD, Role.SECURITY_ADMIN}:
            raise NotAllowed("Only the desk, a head or a security administrator may end an absence.")
        _own_officer(session, row.account_id, actor)
        if row.ended_at is not None or row.to_on < local_day(at):
            raise NotAllowed("This absence is over already.")
        row.ended_at, row.ended_by = at, actor.id
        audit.record(
            session, by=actor.id, act="end_absence", subject=row.account_id, at=at, details={"absence": row.id}
        )


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
    asked_by: str = "office",
) -> str:
    """An officer may not handle an employer or a case; a head decides (423 §16; QD §29). Returns the recusal's id.

    From then on nothing is dispatched to them and no act of theirs on it is taken. Whoever sent a case that they hold
    is told, so that it is given to others.
    """
    if actor.id == account_id:
        raise NotAllowed("Nobody decides on their own recusal.")
    if (employer_id is None) == (case_id is None):
        raise BadInput("A recusal names one employer or one case.")
    if not reason.strip():
        raise BadInput("A recusal needs a reason.")
    if to_on is not None and to_on < from_on:
        raise BadInput("A recusal ends on or after the day it begins.")
    if asked_by not in ASKED_BY:
        raise BadInput(f"A recusal is asked for by one of: {', '.join(ASKED_BY)}.")
    with store.write() as session:
        known = session.get(EmployerRow, employer_id) if employer_id else session.get(CaseRow, case_id)
        if known is None or session.get(AccountRow, account_id) is None or not actor.covers(known.district_code):
            raise NotFound("There is no such account, employer or case.")
        if not actor.may(Role.HEAD, known.district_code):
            raise NotAllowed("Only a head of the place decides on a recusal.")
        of_a_head(session, account_id, known.district_code, actor)
        one_at_a_time(session, f"rota:{account_id}")
        about = (
            RecusalRow.account_id == account_id,
            RecusalRow.employer_id == employer_id,
            RecusalRow.case_id == case_id,
        )
        same = *about, RecusalRow.from_on == from_on, RecusalRow.to_on == to_on, RecusalRow.ended_at.is_(None)
        if session.scalar(select(RecusalRow.id).where(*same).limit(1)) is not None:
            raise NotAllowed("This recusal is recorded already.")
        row = RecusalRow(
            id=new_id("rec"),
            account_id=account_id,
            employer_id=employer_id,
            case_id=case_id,
            decided_by=actor.id,
            reason=reason.strip(),
            from_on=from_on,
            to_on=to_on,
            asked_by=asked_by,
        )
        recuse(session, row, at=at)
        details: dict[str, Json] = {"employer": employer_id, "case": case_id}
        audit.record(session, by=actor.id, act="record_recusal", subject=account_id, at=at, details=details)
        return row.id


def of_a_head(session: Session, account_id: str, place: str | None, actor: Actor) -> None:
    """On the recusal of a head the head of the bureau decides (423 §16; QD §29). Raises `NotAllowed`."""
    if account_id in heads_of(session, place) and not actor.may(Role.BUREAU_HEAD, place):
        raise NotAllowed("On the recusal of a head the head of the bureau decides.")


def recuse(session: Session, row: RecusalRow, *, at: datetime) -> None:
    """Keep a recusal that a head decided, and tell whoever sent the cases that the officer holds."""
    session.add(row)
    session.flush()
    for held in _concerned(session, row):
        _pass_on(session, held, row, at=at)


def end_recusal(store: Warehouse, *, recusal_id: str, actor: Actor, at: datetime) -> None:
    """A head lifts a recusal: the reason has fallen away."""
    with store.write() as session:
        row = session.get(RecusalRow, recusal_id, with_for_update=True)
        about = None
        if row is not None:
            about = session.get(CaseRow, row.case_id) if row.case_id else session.get(EmployerRow, row.employer_id)
        if row is None or about is None or not actor.covers(about.district_code):
            raise NotFound("There is no such recusal.")
        if not actor.may(Role.HEAD, about.district_code):
            raise NotAllowed("Only a head of the place decides on a recusal.")
        if actor.id == row.account_id:
            raise NotAllowed("Nobody decides on their own recusal.")
        of_a_head(session, row.account_id, about.district_code, actor)
        if row.ended_at is not None or (row.to_on is not None and row.to_on < local_day(at)):
            raise NotAllowed("This recusal is over already.")
        row.ended_at, row.ended_by = at, actor.id
        audit.record(
            session, by=actor.id, act="end_recusal", subject=row.account_id, at=at, details={"recusal": row.id}
        )


def _own_officer(session: Session, account_id: str, actor: Actor) -> None:
    """The account is there, and works where this actor does; who administers accounts knows them all."""
    if session.get(AccountRow, account_id) is None:
        raise NotFound("There is no such account.")
    if Role.SECURITY_ADMIN in actor.roles:
        return
    places = session.scalars(
        select(RoleGrantRow.territory).where(RoleGrantRow.account_id == account_id, RoleGrantRow.ended_at.is_(None))
    )
    if not any(actor.covers(place) for place in places):
        raise NotFound("There is no such account.")


def _concerned(session: Session, row: RecusalRow) -> list[CaseRow]:
    """The cases with inspectors that a recusal is about."""
    about = CaseRow.id == row.case_id if row.case_id else CaseRow.employer_id == row.employer_id
    question = select(CaseRow).where(about, CaseRow.status.in_(("dispatched", "in_progress")))
    return list(session.scalars(question.order_by(CaseRow.id)))


def _pass_on(session: Session, case: CaseRow, row: RecusalRow, *, at: datetime) -> None:
    """Whoever sent a case that the officer holds, and whoever decided, are told to give it to others."""
    held = live_assignment(session, case.id)
    if held is None or row.account_id not in (held.lead_id, held.assisting_id):
        return
    tell = {held.dispatched_by, row.decided_by} - {row.account_id}
    told = [one for one in sorted(tell) if not one.startswith("system:")]
    write_notices(session, told, kind="recused", case_id=case.id, due_at=at)
