"""How assignments ended: who sent a case back, recalled it or gave it to others, when, and why.

A reason is free text, so it is masked like every other told one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.complaint import Kind
from warehouse.models import AssignmentRow, CaseMembershipRow, ComplaintVersionRow, WorkerRow
from warehouse.queries.masks import mask_secret, mask_told
from warehouse.queries.officers import names_of

ENDED_EARLY = ("recalled", "sent_back", "replaced")
Tellers: TypeAlias = dict[str, list[tuple[str | None, str | None, bool]]]


@dataclass(frozen=True, slots=True)
class Ended:
    """One assignment that ended before the case did. `reason` is masked; a recall has none."""

    assignment_id: str
    case_id: str
    state: str
    at: datetime
    by: str
    reason: str | None


def endings(session: Session, case_ids: Collection[str], states: Collection[str] = ENDED_EARLY) -> list[Ended]:
    """The assignments of these cases that ended so, the newest first."""
    question = (
        select(AssignmentRow)
        .where(
            AssignmentRow.case_id.in_(case_ids), AssignmentRow.state.in_(states), AssignmentRow.ended_at.is_not(None)
        )
        .order_by(AssignmentRow.ended_at.desc(), AssignmentRow.id)
    )
    rows = session.scalars(question).all() if case_ids else []
    names = names_of(session, (row.ended_by for row in rows))
    told_by = tellers(session, {row.case_id for row in rows if row.ended_reason})
    return [
        Ended(
            assignment_id=row.id,
            case_id=row.case_id,
            state=row.state,
            at=row.ended_at,
            by=names.get(row.ended_by or "", row.ended_by or ""),
            reason=mask_reason(row.ended_reason, told_by, row.case_id),
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


def tellers(session: Session, case_ids: Collection[str]) -> Tellers:
    """By case, whose names a text about it must not show: complainant, boss, and whether it was told in confidence.

    Those on the roster of a complaint count as complainants: it was told for them too.
    """
    if not case_ids:
        return {}
    said = ComplaintVersionRow
    question = (
        select(CaseMembershipRow.case_id, said.complainant_name, said.boss_name, said.confidential, said.kind)
        .join(said, said.complaint_id == CaseMembershipRow.complaint_id)
        .where(CaseMembershipRow.case_id.in_(case_ids), said.newest.is_(True))
    )
    found: Tellers = {}
    for case_id, name, boss, confidential, kind in session.execute(question):
        secret = bool(confidential) or kind == Kind.INFORMANT_REPORT.value
        found.setdefault(case_id, []).append((name, boss, secret))
    beside = (
        select(CaseMembershipRow.case_id, WorkerRow.name, said.confidential, said.kind)
        .join(said, said.complaint_id == CaseMembershipRow.complaint_id)
        .join(WorkerRow, (WorkerRow.complaint_id == said.complaint_id) & (WorkerRow.version == said.version))
        .where(CaseMembershipRow.case_id.in_(case_ids), said.newest.is_(True), WorkerRow.part == "roster")
    )
    for case_id, name, confidential, kind in session.execute(beside):
        secret = bool(confidential) or kind == Kind.INFORMANT_REPORT.value
        found.setdefault(case_id, []).append((name, None, secret))
    return found


def mask_reason(text: str | None, told_by: Tellers, case_id: str) -> str | None:
    """What an officer wrote about a case, masked as strictly as the most secret of its complaints."""
    for name, boss, secret in told_by.get(case_id, []):
        if secret:
            text = mask_secret(text, name)
        text = mask_told(text, name, boss)
    return mask_told(text)
