"""Figures that sum payments. A payment counts for the case that stays, and one proof of several merged cases once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.models import CaseRow, PaymentRow, is_proven
from warehouse.queries.sight import Seen
from warehouse.statistics.counted_once import NOTHING_TWICE, Once
from warehouse.statistics.grounds import KEPT, Window


def paid(span: Window) -> ColumnElement[bool]:
    """追回工资: payments to workers within the span that are proven.

    Base: payments. Date: the day the money was paid, not the day it was recorded. Left out: promises, plans, and what
    only a witness says.
    """
    return and_(span.holds_day(PaymentRow.paid_on), is_proven())


def home(once: Once) -> ColumnElement[str]:
    """The case a payment counts for: its own, or the one that stays after merges."""
    return _but_for(PaymentRow.case_id, PaymentRow.case_id, once.homes)


def fen(once: Once) -> ColumnElement[int]:
    """What of a payment counts, in fen: nothing of a proof that another of the merged cases shows already."""
    return _but_for(PaymentRow.id, PaymentRow.amount_fen, once.fen)


def people(once: Once) -> ColumnElement[int]:
    """The persons of a payment that count. A worker paid twice is two (人次)."""
    return _but_for(PaymentRow.id, PaymentRow.workers, once.people)


def _but_for(key: Any, usual: Any, others: Mapping[str, Any]) -> ColumnElement[Any]:
    found: ColumnElement[Any] = case(dict(others), value=key, else_=usual) if others else usual
    return found


def amounts_paid(session: Session, seen: Seen, spans: Mapping[str, Window], once: Once) -> dict[str, tuple[int, int]]:
    """追回金额: for each span the fen that were `paid` on the cases seen, and to how many (人次). In one statement."""
    asking = _usual if once == NOTHING_TWICE else partial(_summing, once=once)
    found = session.execute(asking(seen.ever, tuple(spans.values())), seen.given)
    values = [int(value or 0) for value in found.one()]
    return {name: (values[2 * place], values[2 * place + 1]) for place, name in enumerate(spans)}


@lru_cache(maxsize=KEPT)
def _usual(seen: ColumnElement[bool], spans: tuple[Window, ...]) -> Select[Any]:
    return _summing(seen, spans, once=NOTHING_TWICE)


def _summing(seen: ColumnElement[bool], spans: tuple[Window, ...], *, once: Once) -> Select[Any]:
    sums = [func.sum(case((paid(span), value(once)), else_=0)) for span in spans for value in (fen, people)]
    within = or_(*(span.holds_day(PaymentRow.paid_on) for span in spans))
    question = select(*sums).select_from(PaymentRow).join(CaseRow, CaseRow.id == home(once))
    return question.where(seen, within)
