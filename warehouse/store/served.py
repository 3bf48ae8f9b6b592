"""Which places somebody of this office looks after: a case anywhere else is everybody's, for it has to be referred."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import OPEN
from casework.people import Role
from warehouse.models import CaseRow, RoleGrantRow

_LOOK_AFTER = (Role.DESK_OFFICER.value, Role.HEAD.value, Role.BUREAU_HEAD.value)


def territories(session: Session) -> tuple[str, ...]:
    """Where a desk or a head sits; "" is everywhere. Who is blocked or away for a while still sits there."""
    row = RoleGrantRow
    question = select(row.territory).where(row.role.in_(_LOOK_AFTER), row.ended_at.is_(None)).distinct()
    return tuple(sorted(session.scalars(question)))


def served(code: str | None, places: Iterable[str]) -> str | None:
    """The place of a case, where somebody looks after it; else None, a place not said, which every desk sees.

    As it is while no desk is set up at all. Where the complaints lie stays on each of them.
    """
    desks = tuple(places)
    return code if code is None or not desks or code.startswith(desks) else None


def out_of_sight(session: Session) -> list[str]:
    """Open cases at a place that nobody looks after: filed before this was asked, or whose desk was withdrawn since."""
    desks = territories(session)
    if not desks or "" in desks:
        return []
    row = CaseRow
    elsewhere = (~row.district_code.startswith(place, autoescape=True) for place in desks)
    named = row.district_code.is_not(None), row.district_code != ""
    return list(session.scalars(select(row.id).where(row.status.in_(OPEN), *named, *elsewhere).order_by(row.id)))
