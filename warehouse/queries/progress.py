"""How far many cases are, for lists that say each one's next step: as much of the handling as the step depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session, load_only

from warehouse.models import CaseRow, DocumentRow, LegalReviewRow, OutcomeRow, RectificationOrderRow, VisitRow
from warehouse.queries.case import Money
from warehouse.queries.history import Handling, Order, Paper
from warehouse.queries.outcomes import Ending
from warehouse.store.lives import with_unaccepted

_Row = TypeVar("_Row", VisitRow, RectificationOrderRow, DocumentRow, OutcomeRow)
_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_VISITS = select(VisitRow).options(load_only(VisitRow.id, VisitRow.case_id)).where(VisitRow.case_id.in_(_THESE))
_PAPERS = (
    select(DocumentRow)
    .options(
        load_only(DocumentRow.id, DocumentRow.case_id, DocumentRow.kind, DocumentRow.issued_on, DocumentRow.served_on)
    )
    .where(DocumentRow.case_id.in_(_THESE))
    .order_by(DocumentRow.issued_on, DocumentRow.id)
)
_ORDERS = select(RectificationOrderRow).where(RectificationOrderRow.case_id.in_(_THESE))
_WAITING = OutcomeRow.case_id.in_(_THESE), OutcomeRow.state == "submitted"
_OUTCOMES = select(OutcomeRow).where(*_WAITING)
_PASSED = (
    select(OutcomeRow.case_id)
    .join(LegalReviewRow, LegalReviewRow.outcome_id == OutcomeRow.id)
    .where(*_WAITING, LegalReviewRow.passed.is_(True))
)


def progress_of(session: Session, rows: Sequence[CaseRow]) -> dict[str, tuple[Handling, Money]]:
    """What the next step of each case depends on; payments, pledges and referrals are left out. Seven statements."""
    these = {"ids": [row.id for row in rows]}
    visits = _by_case(session.scalars(_VISITS, these).all())
    papers = _by_case(session.scalars(_PAPERS, these).all())
    orders = _by_case(session.scalars(_ORDERS, these).all())
    outcomes = _by_case(session.scalars(_OUTCOMES, these).all())
    passed = set(session.scalars(_PASSED, these)) if outcomes else set()
    joined = with_unaccepted(session, [row.id for row in rows if row.case_no is not None])
    return {
        row.id: (
            Handling(
                tuple(visits[row.id]),
                tuple(Paper(one.id, one.kind, "", one.issued_on, one.served_on) for one in papers[row.id]),
                tuple(_order(one) for one in orders[row.id]),
                (),
                (),
                (),
                tuple(_ending(one) for one in outcomes[row.id]),
                reviewed=row.id in passed,
                joined=row.id in joined,
            ),
            Money(row.amount_claimed_fen, row.amount_verified_fen, 0, 0),
        )
        for row in rows
    }


def _by_case(rows: Sequence[_Row]) -> dict[str | None, list[_Row]]:
    found: dict[str | None, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _order(row: RectificationOrderRow) -> Order:
    return Order(row.id, "", row.amount_fen, row.workers, row.due_on, row.corrected_on)


def _ending(row: OutcomeRow) -> Ending:
    return Ending(
        id=row.id,
        exit=row.exit,
        basis=row.basis,
        state=row.state,
        note=None,
        amount_exempted_fen=None,
        jobs_kept=None,
        amount_fined_fen=None,
        conditions=(),
        by=row.by,
        at=row.at,
        decided_by=None,
        decided_at=None,
        decided_reason=None,
    )
