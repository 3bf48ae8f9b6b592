"""Requests that an officer be recused, as the page of the case and the rota show them. What was typed is masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.people import Actor, Role
from warehouse.models import CaseRow, RecusalRequestRow
from warehouse.queries.officers import names_of
from warehouse.queries.sight import seen_by
from warehouse.queries.tellers import Tellers
from warehouse.store.there import there


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Its reason is for a head, for whoever recorded it and for the officer themselves."""

    id: str
    matter_no: str
    name: str
    asked_by: str
    asked_on: date
    recorded_by: str
    reason: str | None
    state: str
    decided_by: str | None
    decided_at: datetime | None
    decided_reason: str | None


def requests_on(session: Session, actor: Actor, case: CaseRow) -> list[Request]:
    """The requests of one case, oldest first."""
    if RecusalRequestRow not in there(session, [case.id]):
        return []
    question = select(RecusalRequestRow).where(RecusalRequestRow.case_id == case.id)
    rows = session.scalars(question.order_by(RecusalRequestRow.at, RecusalRequestRow.id)).all()
    return [_request(session, actor, row, case) for row in rows]


def requests_waiting(session: Session, actor: Actor) -> list[Request]:
    """The requests that wait for a head, of the cases this person may know of, oldest first."""
    question = (
        select(RecusalRequestRow, CaseRow)
        .join(CaseRow, CaseRow.id == RecusalRequestRow.case_id)
        .where(RecusalRequestRow.state == "asked", seen_by(actor))
        .order_by(RecusalRequestRow.at, RecusalRequestRow.id)
    )
    return [_request(session, actor, row, case) for row, case in session.execute(question)]


def _request(session: Session, actor: Actor, row: RecusalRequestRow, case: CaseRow) -> Request:
    names = names_of(session, (row.account_id, row.by, row.decided_by))
    told = actor.may(Role.HEAD, case.district_code) or actor.id in (row.by, row.account_id)
    told_by = Tellers(session, [case.id])
    return Request(
        id=row.id,
        matter_no=case.matter_no,
        name=names.get(row.account_id, row.account_id),
        asked_by=row.asked_by,
        asked_on=row.asked_on,
        recorded_by=names.get(row.by, row.by),
        reason=told_by.hide(row.reason, case.id) if told else None,
        state=row.state,
        decided_by=names.get(row.decided_by or ""),
        decided_at=row.decided_at,
        decided_reason=told_by.hide(row.decided_reason, case.id) if told else None,
    )
