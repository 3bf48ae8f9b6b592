"""Fines as they stand: what a review or a court made of them counts, in the month in which they were decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from casework.party import FALLEN, Party
from warehouse.models import OutcomeRow, PartyActRow


def fine() -> ColumnElement[Any]:
    """罚款金额: the fine of an approved outcome in fen. Base: outcomes. Date: their approval.

    Where a review or a court changed it, the sum as changed; where it was annulled, nothing. Left out: what was
    recorded of remedies before their sums were kept, and whether the fine was paid.
    """
    act = PartyActRow
    became = case((act.code == "annulled", 0), else_=act.amount_fen)
    last = (
        select(became)
        .where(act.outcome_id == OutcomeRow.id, act.kind == Party.REMEDY_ENDED.value, act.code.in_(sorted(FALLEN)))
        .order_by(act.done_on.desc(), act.at.desc(), act.id.desc())
        .limit(1)
        .correlate(OutcomeRow)
        .scalar_subquery()
    )
    return func.coalesce(last, OutcomeRow.amount_fined_fen)


def fined(decided: ColumnElement[bool]) -> ColumnElement[bool]:
    """罚款案件: of the outcomes decided those with a fine that stands."""
    return and_(decided, OutcomeRow.amount_fined_fen > 0, fine() > 0)
