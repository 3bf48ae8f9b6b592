"""Linkage: who is in which case from when to when, and which cases know of each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.engine import once
from warehouse.many import some_at_a_time
from warehouse.models import CaseLinkRow, CaseMembershipRow, LinkageRefusalRow, new_id


def members(session: Session, case_id: str) -> list[str]:
    """The complaints in a case now, by id."""
    question = select(CaseMembershipRow.complaint_id).where(
        CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None)
    )
    return list(once(session, f"members:{case_id}", lambda: sorted(session.scalars(question))))


def live_memberships(session: Session, complaint_ids: Iterable[str] | None = None) -> dict[str, CaseMembershipRow]:
    """The live membership of each complaint, or of each of these."""
    question = select(CaseMembershipRow).where(CaseMembershipRow.valid_to.is_(None))
    question = question.order_by(CaseMembershipRow.complaint_id)
    if complaint_ids is None:
        return {row.complaint_id: row for row in session.scalars(question)}
    found: dict[str, CaseMembershipRow] = {}
    for some in some_at_a_time(complaint_ids):
        rows = session.scalars(question.where(CaseMembershipRow.complaint_id.in_(some)))
        found |= {row.complaint_id: row for row in rows}
    return found


def homes(session: Session, complaint_ids: Iterable[str] | None = None) -> dict[str, str]:
    """The case that each complaint, or each of these, is in now."""
    member = CaseMembershipRow
    question = select(member.complaint_id, member.case_id).where(member.valid_to.is_(None))
    if complaint_ids is None:
        return dict(session.execute(question.order_by(member.complaint_id)).tuples().all())
    found: dict[str, str] = {}
    for some in some_at_a_time(complaint_ids):
        found |= dict(session.execute(question.where(member.complaint_id.in_(some))).tuples().all())
    return dict(sorted(found.items()))


def together_in(session: Session, case_ids: Iterable[str]) -> dict[str, str]:
    """Every complaint that is in one of these cases now, with the case."""
    member = CaseMembershipRow
    question = select(member.complaint_id, member.case_id).where(member.valid_to.is_(None))
    found: dict[str, str] = {}
    for some in some_at_a_time(case_ids):
        found |= dict(session.execute(question.where(member.case_id.in_(some))).tuples().all())
    return dict(sorted(found.items()))


def case_of(session: Session, complaint_id: str) -> str | None:
    """The case a complaint is in now; None before the linker has seen it."""
    row = live_memberships(session, [complaint_id]).get(complaint_id)
    return None if row is None else row.case_id


def join_case(
    session: Session,
    complaint_id: str,
    case_id: str,
    *,
    claim_id: str,
    why: str,
    by: str,
    at: datetime,
    event_id: str | None = None,
) -> CaseMembershipRow:
    """A complaint is in a case from now on. It must have left every other one."""
    row = CaseMembershipRow(
        id=new_id("mem"),
        complaint_id=complaint_id,
        case_id=case_id,
        claim_id=claim_id,
        valid_from=at,
        why=why,
        event_id=event_id,
        by=by,
    )
    session.add(row)
    session.flush()
    return row


def leave_case(session: Session, row: CaseMembershipRow, *, at: datetime) -> None:
    """A complaint is in this case no more."""
    row.valid_to = at
    session.flush()


def link_cases(session: Session, one_id: str, other_id: str, *, why: str, by: str, at: datetime) -> bool:
    """Two cases know of each other and stay apart. Returns whether that is new."""
    left, right = sorted((one_id, other_id))
    known = select(CaseLinkRow.id).where(CaseLinkRow.left_id == left, CaseLinkRow.right_id == right)
    if left == right or session.scalar(known) is not None:
        return False
    session.add(CaseLinkRow(id=new_id("lnk"), left_id=left, right_id=right, why=why, by=by, at=at))
    session.flush()
    return True


def keep_refusals(session: Session, run_id: str, refusals: Iterable[tuple[str, str, str]]) -> None:
    """The merges the grouping refused in a run, and why."""
    for left, right, reason in refusals:
        low, high = sorted((left, right))
        session.add(LinkageRefusalRow(id=new_id("rfs"), run_id=run_id, left_id=low, right_id=high, reason=reason))
    session.flush()


def refused_before(session: Session, run_id: str, leave_out: Collection[str]) -> list[tuple[str, str, str]]:
    """What a run refused, but for pairs with one of these complaints."""
    row = LinkageRefusalRow
    question = select(row.left_id, row.right_id, row.reason).where(row.run_id == run_id)
    rows = session.execute(question.order_by(row.left_id, row.right_id, row.reason)).tuples()
    return [(left, right, why) for left, right, why in rows if left not in leave_out and right not in leave_out]


def claims(rows: Mapping[str, CaseMembershipRow], claim_of: Mapping[str, str]) -> set[str]:
    """Name the claims anew where the linker names them otherwise. Returns the cases it touched."""
    touched = set()
    for complaint_id, row in rows.items():
        claim = claim_of.get(complaint_id)
        if claim is not None and claim != row.claim_id:
            row.claim_id = claim
            touched.add(row.case_id)
    return touched
