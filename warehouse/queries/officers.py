"""Officers for lists and drop-downs: their names, what they hold, whether they are away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.people import Role
from warehouse.models import AbsenceRow, AccountRow, AssignmentRow, CaseRow, RoleGrantRow


@dataclass(frozen=True, slots=True)
class Officer:
    """One inspector who can be chosen. `open_cases` counts cases as lead that are not concluded."""

    id: str
    name: str
    open_cases: int
    away: bool


def inspectors(session: Session, *, today: date, place: str | None = None) -> list[Officer]:
    """Every inspector with an account that works, by name; with a place, those who hold their card there."""
    grants = session.execute(
        select(RoleGrantRow.account_id, RoleGrantRow.territory).where(
            RoleGrantRow.role == Role.INSPECTOR.value, RoleGrantRow.ended_at.is_(None)
        )
    )
    held = {one for one, territory in grants if not place or place.startswith(territory)}
    people = session.execute(
        select(AccountRow.id, AccountRow.name)
        .where(AccountRow.id.in_(held), AccountRow.disabled_at.is_(None))
        .order_by(AccountRow.name)
    ).all()
    load = open_cases(session)
    away = set(
        session.scalars(
            select(AbsenceRow.account_id).where(
                AbsenceRow.from_on <= today, AbsenceRow.to_on >= today, AbsenceRow.ended_at.is_(None)
            )
        )
    )
    return [Officer(one.id, one.name, load.get(one.id, 0), one.id in away) for one in people]


def open_cases(session: Session) -> dict[str, int]:
    """How many live cases each lead officer holds."""
    question = (
        select(AssignmentRow.lead_id, func.count())
        .join(CaseRow, CaseRow.id == AssignmentRow.case_id)
        .where(AssignmentRow.state.in_(("sent", "signed")), CaseRow.status.in_(("dispatched", "in_progress")))
        .group_by(AssignmentRow.lead_id)
    )
    return {lead: count for lead, count in session.execute(question)}  # noqa: C416 - rows are no pairs to mypy


def names_of(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of accounts, for what was done by whom. Ids that are no account (the schedule) are left out."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = session.execute(select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(wanted)))
    return {row.id: row.name for row in rows}
