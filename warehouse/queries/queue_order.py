"""The order of a number card's list, by the numbers of its cases alone: where a case stands among its neighbours.

To know what comes before and after a case one needs not the list: who has each case, its channels, how often its
employer was complained of. Two questions tell the order of the rows; a test holds it against the list itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseRow
from warehouse.queries.cards import last_concluded, of_card
from warehouse.queries.deadlines import Horizon, nearest_days
from warehouse.queries.queue import LONGEST

_ASKED = CaseRow.id, CaseRow.matter_no, CaseRow.needs_check, CaseRow.needs_supplement, CaseRow.suggested_lead_id


def numbers_in_order(
    session: Session, actor: Actor, horizon: Horizon, *, tab: str, only: ColumnElement[bool] | None = None
) -> list[str]:
    """The numbers of the cases of one card, as its page lists them: see `queue.queue` and `queue.in_order`."""
    question = of_card(actor, horizon, tab, only)
    if tab == "concluded":
        return [row.matter_no for row in session.execute(last_concluded(question, CaseRow.matter_no))]
    rows = session.execute(question.with_only_columns(*_ASKED).order_by(CaseRow.opened_at).limit(LONGEST)).all()
    days = nearest_days(session, [row.id for row in rows])
    by_deadline = sorted(rows, key=lambda row: (row.id not in days, days.get(row.id, date.max), row.matter_no))
    if tab == "to_dispatch":
        by_deadline.sort(key=lambda row: (_ready(row), not row.needs_check))
    return [row.matter_no for row in by_deadline]


def _ready(row: Row[Any]) -> bool:
    return not row.needs_check and not row.needs_supplement and row.suggested_lead_id is not None
