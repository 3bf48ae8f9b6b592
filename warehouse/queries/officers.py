"""Officers for lists and drop-downs: their names, what they hold, whether they are away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from casework.people import Role
from warehouse.engine import once
from warehouse.models import AbsenceRow, AccountRow, AssignmentRow, CaseRow, RoleGrantRow


@dataclass(frozen=True, slots=True)
class Officer:
    """One inspector who can be chosen. `open_cases` counts cases as lead that are not concluded."""

    id: str
    name: str
    open_cases: int
    away: bool


_IS_AWAY = select(AbsenceRow.id).where(
    AbsenceRow.account_id == AccountRow.id,
    AbsenceRow.from_on <= bindparam("today"),
    AbsenceRow.to_on >= bindparam("today"),
    AbsenceRow.ended_at.is_(None),
)
_CARDS = (
    select(AccountRow.id, AccountRow.name, RoleGrantRow.territory, _IS_AWAY.exists().label("away"))
    .join(RoleGrantRow, RoleGrantRow.account_id == AccountRow.id)
    .where(RoleGrantRow.role == Role.INSPECTOR.value, RoleGrantRow.ended_at.is_(None), AccountRow.disabled_at.is_(None))
    .order_by(AccountRow.name, AccountRow.id)
)
_LOADS = (
    select(AssignmentRow.lead_id, func.count())
    .join(CaseRow, CaseRow.id == AssignmentRow.case_id)
    .where(AssignmentRow.state.in_(("sent", "signed")), CaseRow.status.in_(("dispatched", "in_progress")))
    .group_by(AssignmentRow.lead_id)
)
_NAMES = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(bindparam("ids", expanding=True)))


def inspectors(session: Session, *, today: date, place: str | None = None) -> list[Officer]:
    """Every inspector with an account that works, by name; with a place, those who hold their card there."""
    cards = session.execute(_CARDS, {"today": today}).all()
    load = open_cases(session)
    here = {one.id: one for one in cards if not place or place.startswith(one.territory)}
    return [Officer(one.id, one.name, load.get(one.id, 0), bool(one.away)) for one in here.values()]


def open_cases(session: Session) -> dict[str, int]:
    """How many live cases each lead officer holds."""
    return {lead: count for lead, count in session.execute(_LOADS)}  # noqa: C416 - rows are no pairs to mypy


def names_of(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of accounts, for what was done by whom. Ids that are no account (the schedule) are left out."""
    wanted = {one for one in ids if one}
    known: dict[str, str | None] = once(session, "names", dict)
    unasked = wanted - known.keys()
    if unasked:
        known |= dict.fromkeys(unasked) | dict(session.execute(_NAMES, {"ids": list(unasked)}).tuples().all())
    return {one: name for one in wanted if (name := known[one]) is not None}
