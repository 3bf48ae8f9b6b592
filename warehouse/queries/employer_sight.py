"""Which employers a person may know of: those of a case they may see. Who merges two sees both."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from casework.errors import NotFound
from casework.people import Actor
from warehouse.models import CaseRow, EmployerRow
from warehouse.queries.sight import seen_by
from warehouse.store.one_employer import family_of

NO_EMPLOYER = "There is no such employer, or it is not yours to see."


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Employers that stay, of which, or of one merged into which, there is a case that this person may see."""
    row, other = EmployerRow, aliased(EmployerRow)
    own = select(CaseRow.id).where(CaseRow.employer_id == row.id, seen_by(actor)).correlate(row).exists()
    theirs = select(CaseRow.id).where(CaseRow.employer_id == other.id, seen_by(actor)).correlate(other).exists()
    through = select(other.merged_into).where(other.merged_into.is_not(None), theirs)
    return row.merged_into.is_(None) & or_(own, row.id.in_(through))


def employer_seen(session: Session, actor: Actor, employer_id: str) -> EmployerRow:
    """The employer that stays, for someone who may know of it or of one that is one with it.

    Raises `NotFound` alike for missing and forbidden.
    """
    family = family_of(session, employer_id)
    seen = select(CaseRow.id).where(CaseRow.employer_id.in_(family), seen_by(actor)).limit(1)
    if not family or session.scalar(seen) is None:
        raise NotFound(NO_EMPLOYER)
    return session.scalars(
        select(EmployerRow).where(EmployerRow.id.in_(family), EmployerRow.merged_into.is_(None))
    ).one()
