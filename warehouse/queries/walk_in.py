"""Open cases that a person at the window may be speaking of: same phone, same name, or much the same employer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework.lifecycle import OPEN
from casework.people import Actor, Role
from warehouse.blinds import phone_blind
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow, EmployerRow
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.sight import in_territory, teller_known_to

SHORTEST = 2
_WORKERS = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})


@dataclass(frozen=True, slots=True)
class Similar:
    """One open case, with what it has in common."""

    case: QueueCase
    same_phone: bool


def similar(
    session: Session, actor: Actor, horizon: Horizon, *, employer: str | None, phone: str | None, limit: int = 6
) -> list[Similar]:
    """Open cases in the officer's territory with the phone or the employer's name, the phone first.

    A phone told in confidence points at nothing, but for those who may know whose it is.
    """
    by_phone: set[str] = set()
    blind = phone_blind(phone)
    if blind is not None:
        question = (
            select(CaseMembershipRow.case_id)
            .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == CaseMembershipRow.complaint_id)
            .where(
                CaseMembershipRow.valid_to.is_(None),
                ComplaintVersionRow.phone_blind == blind,
                teller_known_to(actor),
            )
        )
        by_phone = set(session.scalars(question))
    ways: list[ColumnElement[bool]] = [CaseRow.id.in_(by_phone)]
    if employer and len(employer.strip()) >= SHORTEST:
        ways.append(CaseRow.employer_name.contains(employer.strip(), autoescape=True))
    rows = session.scalars(
        select(CaseRow)
        .where(or_(*ways), CaseRow.status.in_(OPEN), in_territory(actor, CaseRow.district_code, _WORKERS))
        .limit(limit)
    ).all()
    cases = queue_rows(session, rows, horizon)
    return sorted((Similar(case, case.id in by_phone) for case in cases), key=lambda one: not one.same_phone)


def employer_names(session: Session, actor: Actor, *, limit: int = 200) -> list[str]:
    """Names of employers of the officer's territory, for the field's own suggestions."""
    question = select(EmployerRow.name).where(in_territory(actor, EmployerRow.district_code, _WORKERS))
    return list(session.scalars(question.order_by(EmployerRow.created_at.desc()).limit(limit)))
