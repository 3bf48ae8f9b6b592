"""What is waited for: answers of other bodies to referrals, and answers owed to superiors who supervise a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseRow, ChaseRow, ReferralRow, SupervisionRow
from warehouse.queries.sight import seen_by, seen_by_id
from warehouse.store.leading import leads_to


@dataclass(frozen=True, slots=True)
class Waited:
    """One answer that is not there yet. `who` is the code of a body, or a superior by name."""

    matter_no: str
    employer_name: str | None
    who: str
    since: date
    due_on: date | None
    overdue: bool
    chased: int = 0


def referrals_waiting(session: Session, actor: Actor, *, today: date, limit: int = 200) -> list[Waited]:
    """Referrals nobody has answered, of the cases this person may know of; those due first come first."""
    question = (
        select(ReferralRow, CaseRow)
        .join(CaseRow, CaseRow.id == ReferralRow.case_id)
        .where(ReferralRow.answered_on.is_(None), or_(CaseRow.merged_into.is_not(None), seen_by(actor)))
        .order_by(ReferralRow.due_on.nulls_last(), ReferralRow.id)
        .limit(limit)
    )
    homes = ((row, case, leads_to(session, case)) for row, case in session.execute(question))
    return [
        Waited(
            home.matter_no,
            home.employer_name,
            row.body,
            row.referred_on,
            row.due_on,
            row.due_on is not None and row.due_on < today,
        )
        for row, case, home in homes
        if home is case or seen_by_id(session, actor, home.id)
    ]


def supervisions_waiting(session: Session, actor: Actor, *, today: date, limit: int = 200) -> list[Waited]:
    """Supervisions nobody has answered, of the cases this person may know of, with how often each was chased."""
    times = select(func.count()).where(ChaseRow.case_id == CaseRow.id).scalar_subquery()
    question = (
        select(SupervisionRow, CaseRow, times)
        .join(CaseRow, CaseRow.id == SupervisionRow.case_id)
        .where(SupervisionRow.answered_on.is_(None), or_(CaseRow.merged_into.is_not(None), seen_by(actor)))
        .order_by(SupervisionRow.due_on, SupervisionRow.id)
        .limit(limit)
    )
    homes = ((row, case, leads_to(session, case), chased) for row, case, chased in session.execute(question))
    return [
        _supervised(row, home, chased, today=today)
        for row, case, home, chased in homes
        if home is case or seen_by_id(session, actor, home.id)
    ]


def _supervised(row: SupervisionRow, case: CaseRow, chased: int, *, today: date) -> Waited:
    late = row.due_on < today
    return Waited(case.matter_no, case.employer_name, row.superior, row.ordered_on, row.due_on, late, chased)
