"""Two officers on every act (QD §28; APL §42), and none who is recused from the case (423 §16; QD §29)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed
from casework.people import Role
from warehouse.models import AccountRow, CaseRow, RoleGrantRow
from warehouse.store.recusals import recused_from

_CARDS = (Role.INSPECTOR.value, Role.HEAD.value, Role.BUREAU_HEAD.value)


def two_officers(session: Session, case: CaseRow, officer_ids: Sequence[str], *, on: date) -> list[str]:
    """The ids of the two or more officers of an act of that day, each once. Raises as the two checks below do."""
    officers = at_least_two(officer_ids, too_few="This is done by at least two officers.")
    check_officers(session, case, officers, on=on)
    return officers


def at_least_two(officer_ids: Sequence[str], *, too_few: str) -> list[str]:
    """Each officer once, in order of id. Raises `NotAllowed` in these words for fewer than two."""
    officers = sorted(set(officer_ids))
    if len(officers) < 2:
        raise NotAllowed(too_few)
    return officers


def check_officers(session: Session, case: CaseRow, officers: Sequence[str], *, on: date) -> list[str]:
    """The names of these officers, in their order.

    Raises `BadInput` for one without an account, `NotAllowed` for one who is neither inspector nor head where the case
    lies, and so has no enforcement card there, or is recused from the case on that day.
    """
    rows = session.execute(select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(officers)))
    names = {row.id: row.name for row in rows}
    if len(names) < len(officers):
        raise BadInput("An officer of this act has no account.")
    grants = select(RoleGrantRow.account_id, RoleGrantRow.territory).where(
        RoleGrantRow.account_id.in_(officers), RoleGrantRow.role.in_(_CARDS), RoleGrantRow.ended_at.is_(None)
    )
    place = case.district_code or ""
    here = {one for one, territory in session.execute(grants) if not place or place.startswith(territory)}
    if len(here) < len(officers):
        raise NotAllowed("Only inspectors and heads hold the cards for this act.")
    if recused_from(session, case, officers, on=on):
        raise NotAllowed("An officer who is recused from this case takes no part in it.")
    return [names[one] for one in officers]
