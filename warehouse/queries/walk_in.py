"""Open cases that a person at the window may be speaking of: same phone, same name, or much the same employer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.lifecycle import OPEN
from casework.people import Actor, Role
from warehouse.blinds import phone_blind
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, ComplaintVersionRow, EmployerRow
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.sight import in_territory, teller_known_to

SHORTEST = 2
_WORKERS = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})


@dataclass(frozen=True, slots=True)
class Similar:
    """One open case, with what it has in common. `today`: the phone was heard of today; it may be this very matter."""

    case: QueueCase
    same_phone: bool
    today: bool = False


def similar(
    session: Session, actor: Actor, horizon: Horizon, *, employer: str | None, phone: str | None, limit: int = 6
) -> list[Similar]:
    """Open cases in the officer's territory with the phone or the employer's name, the phone first.

    A phone told in confidence points at nothing, but for those who may know whose it is.
    """
    by_phone: dict[str, bool] = {}
    blind = phone_blind(phone)
    if blind is not None:
        said = ComplaintVersionRow
        question = (
            select(CaseMembershipRow.case_id, ComplaintRow.received_at)
            .join(said, said.complaint_id == CaseMembershipRow.complaint_id)
            .join(ComplaintRow, ComplaintRow.id == said.complaint_id)
            .where(CaseMembershipRow.valid_to.is_(None), said.phone_blind == blind, teller_known_to(actor))
        )
        for case_id, received_at in session.execute(question).tuples():
            by_phone[case_id] = by_phone.get(case_id, False) or local_day(received_at) == horizon.today
    ways: list[ColumnElement[bool]] = [CaseRow.id.in_(list(by_phone))]
    if employer and len(employer.strip()) >= SHORTEST:
        ways.append(CaseRow.employer_name.contains(employer.strip(), autoescape=True))
    rows = session.scalars(
        select(CaseRow)
        .where(or_(*ways), CaseRow.status.in_(OPEN), in_territory(actor, CaseRow.district_code, _WORKERS))
        .limit(limit)
    ).all()
    cases = queue_rows(session, rows, horizon)
    found = (Similar(case, case.id in by_phone, by_phone.get(case.id, False)) for case in cases)
    return sorted(found, key=lambda one: (not one.today, not one.same_phone))


def told_today(session: Session, actor: Actor, horizon: Horizon, *, phone: str | None) -> list[str]:
    """Numbers of today's complaints with this phone that belong to no case yet: they are compared at the next run."""
    blind = phone_blind(phone)
    if blind is None:
        return []
    said = ComplaintVersionRow
    inside = select(CaseMembershipRow.id).where(CaseMembershipRow.complaint_id == said.complaint_id)
    question = (
        select(ComplaintRow.complaint_no, ComplaintRow.received_at)
        .join(said, said.complaint_id == ComplaintRow.id)
        .where(said.phone_blind == blind, said.newest, ~inside.exists(), teller_known_to(actor))
        .where(in_territory(actor, said.district_code, _WORKERS))
    )
    return [number for number, at in session.execute(question).tuples() if local_day(at) == horizon.today]


def employer_names(session: Session, actor: Actor, *, limit: int = 200) -> list[str]:
    """Names of employers of the officer's territory, for the field's own suggestions."""
    question = select(EmployerRow.name).where(in_territory(actor, EmployerRow.district_code, _WORKERS))
    return list(session.scalars(question.order_by(EmployerRow.created_at.desc()).limit(limit)))
