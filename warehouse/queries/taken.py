"""Who took a case off an officer's hands while that officer was at work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.people import Actor, Role
from warehouse.models import AssignmentRow, CaseRow, LoginSessionRow
from warehouse.queries.officers import names_of
from warehouse.queries.sight import HELD


@dataclass(frozen=True, slots=True)
class Taken:
    """A case is not with this officer any more: by whose word, and since when."""

    by: str
    at: datetime


def taken_from(session: Session, actor: Actor, *, matter_no: str, login: str) -> Taken | None:
    """Who ended this officer's hold of a case since they logged in; every form of theirs is of that login.

    None for whoever holds it still, whoever held it before that login only, and whoever never did.
    """
    row = AssignmentRow
    question = (
        select(row, CaseRow.district_code)
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(CaseRow.matter_no == matter_no, or_(row.lead_id == actor.id, row.assisting_id == actor.id))
        .order_by(row.dispatched_at.desc(), row.id)
    )
    rounds = session.execute(question).all()
    entered = session.get(LoginSessionRow, login)
    if not rounds or entered is None or any(one.state in HELD for one, _ in rounds):
        return None
    last, district = rounds[0]
    if actor.may(Role.HEAD, district) or last.ended_at is None or last.ended_at < entered.created_at:
        return None
    return Taken(names_of(session, [last.ended_by]).get(last.ended_by, last.ended_by), last.ended_at)
