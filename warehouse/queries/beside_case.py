"""What stands beside a case: the last merge or split of it, cases that know of it, and the number it leads on to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseLinkRow, CaseRow, LinkageEventRow
from warehouse.queries.sight import OFFICERS, seen_by
from warehouse.store.there import there


@dataclass(frozen=True, slots=True)
class LastMerge:
    """The last merge or split that can be undone."""

    id: str
    kind: str
    at: datetime
    by: str
    complaints: int


_CASE: BindParameter[str] = bindparam("case_id")
_LAST_MERGE = (
    select(LinkageEventRow)
    .where(
        or_(LinkageEventRow.into_case_id == _CASE, LinkageEventRow.from_case_id == _CASE),
        LinkageEventRow.undone_at.is_(None),
        LinkageEventRow.kind.in_(("merge", "split")),
    )
    .order_by(LinkageEventRow.at.desc())
    .limit(1)
)


def last_merge(session: Session, case_id: str) -> LastMerge | None:
    """The newest merge or split of this case that nobody has undone."""
    if LinkageEventRow not in there(session, [case_id]):
        return None
    row = session.scalars(_LAST_MERGE, {"case_id": case_id}).one_or_none()
    return None if row is None else LastMerge(row.id, row.kind, row.at, row.by, len(row.complaint_ids))


def linked_cases(session: Session, actor: Actor, case_id: str) -> list[tuple[str, str | None]]:
    """Cases that know of this one and stay apart, as far as this person may know of them: number and employer."""
    return [(matter_no, name) for matter_no, name in session.execute(_linked(actor), {"case_id": case_id})]


@lru_cache(maxsize=OFFICERS)
def _linked(actor: Actor) -> Select[tuple[str, str | None]]:
    right = select(CaseLinkRow.right_id).where(CaseLinkRow.left_id == _CASE)
    either = right.union(select(CaseLinkRow.left_id).where(CaseLinkRow.right_id == _CASE))
    return select(CaseRow.matter_no, CaseRow.employer_name).where(CaseRow.id.in_(either), seen_by(actor))


def leads_on(session: Session, case: CaseRow) -> str | None:
    """The number a merged case leads on to."""
    if case.merged_into is None:
        return None
    return session.scalar(select(CaseRow.matter_no).where(CaseRow.id == case.merged_into))
