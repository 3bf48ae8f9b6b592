"""What stands behind a figure: its cases and complaints by number, of those the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, ComplaintVersionRow
from warehouse.queries.sight import in_territory, seen_by


@dataclass(frozen=True, slots=True)
class Named:
    """One case or complaint as people call it. `matter_no` is the case to open; None: it is in none."""

    number: str
    matter_no: str | None
    employer: str | None
    at: datetime
    status: str | None


def named(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Named]:
    """By id what a reader may know of; who is left out is not theirs to see. Two statements, whatever the number."""
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
    return found
