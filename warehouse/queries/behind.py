"""What stands behind a figure: its cases, complaints and warnings, of those the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, ComplaintVersionRow, EmployerRow, WarningRow
from warehouse.queries.sight import in_territory, seen_by
from warehouse.queries.warning_sight import warnings_of


@dataclass(frozen=True, slots=True)
class Named:
    """One case or complaint as people call it. `matter_no` is the case to open; None: it is in none.

    Of a warning `number` is its rule, and `warning` its id.
    """

    number: str
    matter_no: str | None
    employer: str | None
    at: datetime
    status: str | None
    warning: str | None = None


def named(session: Session, actor: Actor, ids: AbstractSet[str]) -> dict[str, Named]:
    """By id what a reader may know of; who is left out is not theirs to see. Three statements at most."""
    case, said = CaseRow, ComplaintVersionRow
    found = {
        case_id: Named(number, number, employer, at, status)
        for case_id, number, employer, at, status in session.execute(
            select(case.id, case.matter_no, case.employer_name, case.opened_at, case.status).where(
                case.id.in_(ids), seen_by(actor)
            )
        )
    }
    own, inside = ComplaintRow, CaseMembershipRow
    question = (
        select(own.id, own.complaint_no, case.matter_no, said.employer_name, own.received_at, case.status)
        .join(said, and_(said.complaint_id == own.id, said.newest))
        .outerjoin(inside, and_(inside.complaint_id == own.id, inside.valid_to.is_(None)))
        .outerjoin(case, case.id == inside.case_id)
        .where(
            own.id.in_(ids),
            or_(
                and_(case.id.is_not(None), seen_by(actor)),
                and_(case.id.is_(None), in_territory(actor, said.district_code)),
            ),
        )
    )
    for complaint_id, number, matter_no, employer, at, status in session.execute(question):
        found[complaint_id] = Named(number, matter_no, employer, at, status)
    return found | _warnings(session, actor, ids - found.keys())


def _warnings(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Named]:
    """Warnings by id. Nothing is asked where everything was a case or a complaint."""
    if not ids:
        return {}
    row, firm = WarningRow, EmployerRow
    question = select(row.id, row.rule, firm.name, row.raised_at, row.state).outerjoin(firm, firm.id == row.employer_id)
    rows = session.execute(question.where(row.id.in_(ids), warnings_of(actor)))
    return {one: Named(rule, None, employer, at, state, one) for one, rule, employer, at, state in rows}
