"""How assignments ended: who sent a case back, recalled it or gave it to others, when, and why.

A reason is free text, so it is masked like every other told one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from warehouse.models import AssignmentRow
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers

ENDED_EARLY = ("recalled", "sent_back", "replaced")


@dataclass(frozen=True, slots=True)
class Ended:
    """One assignment that ended before the case did. `reason` is masked; a recall has none."""

    assignment_id: str
    case_id: str
    state: str
    at: datetime
    by: str
    reason: str | None


_ENDED = (
    select(AssignmentRow)
    .where(
        AssignmentRow.case_id.in_(bindparam("ids", expanding=True)),
        AssignmentRow.state.in_(bindparam("states", expanding=True)),
        AssignmentRow.ended_at.is_not(None),
    )
    .order_by(AssignmentRow.ended_at.desc(), AssignmentRow.id)
)


def endings(session: Session, case_ids: Collection[str], states: Collection[str] = ENDED_EARLY) -> list[Ended]:
    """The assignments of these cases that ended so, the newest first."""
    given = {"ids": list(case_ids), "states": list(states)}
    rows = session.scalars(_ENDED, given).all() if case_ids else []
    names = names_of(session, (row.ended_by for row in rows))
    told_by = Tellers(session, {row.case_id for row in rows if row.ended_reason})
    return [
        Ended(
            assignment_id=row.id,
            case_id=row.case_id,
            state=row.state,
            at=row.ended_at,
            by=names.get(row.ended_by or "", row.ended_by or ""),
            reason=told_by.hide(row.ended_reason, row.case_id),
        )
        for row in rows
        if row.ended_at is not None
    ]


def sent_back(session: Session, case_ids: Collection[str]) -> dict[str, Ended]:
    """By case, the last time an inspector sent it back."""
    found: dict[str, Ended] = {}
    for one in endings(session, case_ids, ("sent_back",)):
        found.setdefault(one.case_id, one)
    return found
