"""Payment plans: the one in force, its instalments, and what was proven paid on which day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.instalments import Instalment, Paid, Standing, standing
from warehouse.models import InstalmentRow, PaymentPlanRow, PaymentRow, is_proven


def plan_of(session: Session, case_id: str) -> PaymentPlanRow | None:
    """The plan in force: the last one that no other replaced."""
    question = select(PaymentPlanRow).where(PaymentPlanRow.case_id == case_id, PaymentPlanRow.replaced_at.is_(None))
    return session.scalars(question.order_by(PaymentPlanRow.at.desc()).limit(1)).first()


def instalments_of(session: Session, plan_id: str) -> list[InstalmentRow]:
    """The instalments of a plan, the first due first."""
    question = select(InstalmentRow).where(InstalmentRow.plan_id == plan_id)
    return list(session.scalars(question.order_by(InstalmentRow.due_on)))


def standing_of(session: Session, plan: PaymentPlanRow, *, today: date) -> list[Standing]:
    """How each instalment of a plan stands on a day, against what is proven paid."""
    question = select(PaymentRow.paid_on, PaymentRow.amount_fen)
    rows = session.execute(question.where(PaymentRow.case_id == plan.case_id, is_proven()))
    return standing(
        [Instalment(row.due_on, row.amount_fen) for row in instalments_of(session, plan.id)],
        [Paid(paid_on, fen) for paid_on, fen in rows],
        agreed_on=plan.agreed_on,
        today=today,
    )


def overdue_plans(session: Session, *, today: date) -> list[PaymentPlanRow]:
    """Plans in force with an instalment past its day of which nobody was told yet."""
    late = select(InstalmentRow.plan_id).where(InstalmentRow.due_on < today, InstalmentRow.alarmed_at.is_(None))
    question = select(PaymentPlanRow).where(PaymentPlanRow.replaced_at.is_(None), PaymentPlanRow.id.in_(late))
    return list(session.scalars(question.order_by(PaymentPlanRow.id)))
