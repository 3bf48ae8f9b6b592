"""Orders to pay that a party knows of: what the crime and the joint-sanction list rest on (SPC13 §4; R45 §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.leniency import Exit
from warehouse.models import CaseRow, ComplaintRow, DocumentRow, OutcomeRow, RectificationOrderRow
from warehouse.store.handling import documents_of, orders_of
from warehouse.store.linkage import members


@dataclass(frozen=True, slots=True)
class OrderToPay:
    """One served paper that says how much is to be paid by when.

    `id` is that of the order to correct or, for a handling decision, of the decision itself; `order` is None then.
    """

    id: str
    paper: DocumentRow
    due_on: date
    order: RectificationOrderRow | None


def orders_to_pay(session: Session, case: CaseRow) -> list[OrderToPay]:
    """The orders to pay of a case, nearest day first.

    An order to correct is one when it names an amount; a handling decision (行政处理决定书) that stands, by the day it
    names. Each was served before its day, and is not older than the first complaint of its case.
    """
    heard = _first_heard(session, case)
    found = [*_orders(session, case), *_decisions(session, case)]
    return sorted(
        (
            one
            for one in found
            if one.paper.served_on is not None
            and one.paper.served_on < one.due_on
            and (heard is None or one.paper.issued_on >= heard)
        ),
        key=lambda one: (one.due_on, one.id),
    )


def _orders(session: Session, case: CaseRow) -> list[OrderToPay]:
    return [
        OrderToPay(row.id, session.get_one(DocumentRow, row.document_id), row.due_on, row)
        for row in orders_of(session, case.id)
        if row.amount_fen
    ]


def _decisions(session: Session, case: CaseRow) -> list[OrderToPay]:
    stands = select(OutcomeRow.id).where(
        OutcomeRow.case_id == case.id,
        OutcomeRow.exit == Exit.HANDLING.value,
        OutcomeRow.state == "approved",
        OutcomeRow.revoked_at.is_(None),
    )
    if session.scalar(stands.limit(1)) is None:
        return []
    papers = documents_of(session, case.id, ("handling_decision",))
    days = ((paper, pay_day(paper)) for paper in papers)
    return [OrderToPay(paper.id, paper, day, None) for paper, day in days if day is not None]


def pay_day(decision: DocumentRow) -> date | None:
    """By when a handling decision orders to pay; None when it names no day."""
    try:
        return date.fromisoformat(str(decision.body.get("pay_until")))
    except ValueError:
        return None


def _first_heard(session: Session, case: CaseRow) -> date | None:
    question = select(func.min(ComplaintRow.received_at)).where(ComplaintRow.id.in_(members(session, case.id)))
    first = session.scalar(question)
    return local_day(first) if first is not None else None
