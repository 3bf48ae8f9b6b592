"""Payment plans: what is in force over a case and those merged into it, and what was proven paid on which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from casework.instalments import Instalment, Paid, Standing, standing
from warehouse.models import CaseRow, InstalmentRow, PaymentPlanRow
from warehouse.store.leading import family, leading_here, leads_to
from warehouse.store.proofs import proofs
from warehouse.store.there import there


@dataclass(frozen=True, slots=True)
class Promise:
    """The plans in force, the first agreed first, and each instalment with how it stands. One plan is the usual."""

    plans: tuple[PaymentPlanRow, ...]
    steps: tuple[tuple[InstalmentRow, Standing], ...]


def plan_of(session: Session, case_id: str) -> PaymentPlanRow | None:
    """The last plan of this very case that no other replaced."""
    question = select(PaymentPlanRow).where(PaymentPlanRow.case_id == case_id, PaymentPlanRow.replaced_at.is_(None))
    return session.scalars(question.order_by(PaymentPlanRow.at.desc()).limit(1)).first()


def promise_of(session: Session, case_id: str, *, today: date) -> Promise | None:
    """What was promised on a case and on those merged into it, held against what is proven paid on all of them.

    A plan that is recorded on the case after a merge replaces those that came with it. The same plan recorded on two
    cases is one promise; two different ones are kept one after the other, and no payment keeps both.
    """
    plans = _in_force(session, case_id)
    if not plans:
        return None
    rows = [row for plan in plans for row in instalments_of(session, plan.id)]
    rows.sort(key=lambda row: row.due_on)
    steps = standing(
        [Instalment(row.due_on, row.amount_fen) for row in rows],
        [Paid(paid_on, fen) for paid_on, fen in proofs(session, case_id).days],
        agreed_on=min(plan.agreed_on for plan in plans),
        today=today,
    )
    return Promise(tuple(plans), tuple(zip(rows, steps, strict=True)))


def _in_force(session: Session, case_id: str) -> list[PaymentPlanRow]:
    kin = {one.case_id: one for one in family(session, case_id)}
    if PaymentPlanRow not in there(session, kin):
        return []
    every = session.scalars(select(PaymentPlanRow).where(PaymentPlanRow.case_id.in_(kin))).all()
    standing_now = [
        plan
        for plan in every
        if plan.replaced_at is None and not any(kin[plan.case_id].under(other.case_id, other.at) for other in every)
    ]
    found: dict[object, PaymentPlanRow] = {}
    for plan in sorted(standing_now, key=lambda plan: (kin[plan.case_id].place, plan.at, plan.id)):
        steps = tuple((row.due_on, row.amount_fen) for row in instalments_of(session, plan.id))
        found.setdefault((plan.agreed_on, steps), plan)
    return sorted(found.values(), key=lambda plan: (plan.agreed_on, plan.at, plan.id))


def instalments_of(session: Session, plan_id: str) -> list[InstalmentRow]:
    """The instalments of a plan, the first due first."""
    question = select(InstalmentRow).where(InstalmentRow.plan_id == plan_id)
    return list(session.scalars(question.order_by(InstalmentRow.due_on)))


def overdue_cases(session: Session, *, today: date) -> list[str]:
    """Cases with an instalment past its day that was not looked at yet; of a merged one, the case that stays.

    Not of a closed file: it is closed when the workers have their money.
    """
    late = (
        select(PaymentPlanRow.case_id)
        .join(InstalmentRow, InstalmentRow.plan_id == PaymentPlanRow.id)
        .where(PaymentPlanRow.replaced_at.is_(None), *_unsettled(today))
    )
    told = session.scalars(select(CaseRow).where(CaseRow.id.in_(late), CaseRow.status != "closed")).all()
    stays = [leads_to(session, case) for case in told]
    return sorted({case.id for case in stays if case.status != "closed"})


def settle(session: Session, case_id: str, *, today: date, at: datetime) -> None:
    """What is past its day and broken for nobody stays so: proofs are only added. The watch looks at it no more."""
    session.execute(
        update(InstalmentRow)
        .where(InstalmentRow.plan_id.in_(_plans(leading_here(session, case_id))), *_unsettled(today))
        .values(settled_at=at)
        .execution_options(synchronize_session=False)
    )


def look_again(session: Session, *case_ids: str) -> None:
    """These cases are merged or parted: their plans and proofs are counted with others, and looked at anew."""
    every = {one for case_id in case_ids for one in leading_here(session, case_id)}
    session.execute(
        update(InstalmentRow)
        .where(InstalmentRow.plan_id.in_(_plans(every)), InstalmentRow.settled_at.is_not(None))
        .values(settled_at=None)
        .execution_options(synchronize_session=False)
    )


def _plans(case_ids: Iterable[str]) -> Select[tuple[str]]:
    return select(PaymentPlanRow.id).where(PaymentPlanRow.case_id.in_(list(case_ids)))


def _unsettled(today: date) -> tuple[ColumnElement[bool], ...]:
    row = InstalmentRow
    return row.due_on < today, row.alarmed_at.is_(None), row.settled_at.is_(None)
