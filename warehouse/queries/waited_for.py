"""What is waited for: answers of other bodies to referrals, and answers owed to superiors who supervise a case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseRow, ChaseRow, ReferralRow, SupervisionRow
from warehouse.queries.hiding import hide
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


_SUPERVISED = (
    select(SupervisionRow.due_on, CaseRow)
    .join(CaseRow, CaseRow.id == SupervisionRow.case_id)
    .where(SupervisionRow.answered_on.is_(None))
)


def supervised_until(session: Session, case_ids: Collection[str]) -> dict[str, date]:
    """Of these cases those that a superior supervises and nobody answered for yet, with the nearest day to answer by.

    A supervision of a case that was merged away counts on the one that stays.
    """
    found: dict[str, date] = {}
    for due_on, case in session.execute(_SUPERVISED):
        home = leads_to(session, case).id
        if home in case_ids:
            found[home] = min(due_on, found.get(home, due_on))
    return found


def counting_referrals(actor: Actor) -> Select[tuple[int]]:
    """The question how many answers of other bodies are waited for in the cases this person may know of."""
    question = select(func.count()).select_from(ReferralRow).join(CaseRow, CaseRow.id == ReferralRow.case_id)
    return question.where(ReferralRow.answered_on.is_(None), seen_by(actor))


def counting_supervisions(actor: Actor) -> Select[tuple[int]]:
    """The question how many answers are owed to superiors in the cases this person may know of and that stand."""
    question = select(func.count()).select_from(SupervisionRow).join(CaseRow, CaseRow.id == SupervisionRow.case_id)
    return question.where(SupervisionRow.answered_on.is_(None), CaseRow.merged_into.is_(None), seen_by(actor))


def counting_led_on() -> Select[tuple[int]]:
    """The question how many supervisions, of anybody, were ordered of a case that was merged into another since."""
    question = select(func.count()).select_from(SupervisionRow).join(CaseRow, CaseRow.id == SupervisionRow.case_id)
    return question.where(SupervisionRow.answered_on.is_(None), CaseRow.merged_into.is_not(None))


def count_led_on(session: Session, actor: Actor) -> int:
    """How many answers are owed to superiors in a case of this person's, but were ordered of one merged into it."""
    merged = (
        select(CaseRow)
        .join(SupervisionRow, SupervisionRow.case_id == CaseRow.id)
        .where(SupervisionRow.answered_on.is_(None), CaseRow.merged_into.is_not(None))
    )
    homes = [leads_to(session, case).id for case in session.scalars(merged)]
    return sum(1 for home in homes if seen_by_id(session, actor, home))


def _supervised(row: SupervisionRow, case: CaseRow, chased: int, *, today: date) -> Waited:
    late = row.due_on < today
    return Waited(
        case.matter_no, case.employer_name, hide(row.superior) or "", row.ordered_on, row.due_on, late, chased
    )
