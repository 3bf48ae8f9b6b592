"""The number cards above the queue, and the cases behind each."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.people import Actor
from warehouse.models import CaseRow, SupervisionRow
from warehouse.queries.deadlines import Horizon, Near, cases_with
from warehouse.queries.sight import seen_by

TABS = ("to_dispatch", "dispatched", "in_progress", "due_soon", "overdue", "supervised", "concluded")
COUNTED = 10_000
"""So many concluded cases are counted on their card: to count all of a great office's year would slow every look."""
KEPT = 128
"""For so many people the cards' statement is kept, those who looked last: it takes some 170 KiB a person."""
NOT_MERGED = CaseRow.status != "merged"
DONE = ("concluded", "closed")
LAST_CONCLUDED = 100
"""So many of those concluded are listed, the last ones first."""


def tab_condition(tab: str, horizon: Horizon) -> ColumnElement[bool]:
    """The cases behind one number card. A day that is missed after the decision, or the file, is missed too."""
    return _condition(tab, horizon.near())


def _condition(tab: str, near: Near) -> ColumnElement[bool]:
    if tab == "due_soon":
        return NOT_MERGED & CaseRow.id.in_(cases_with(near.due_soon()))
    if tab == "overdue":
        return NOT_MERGED & CaseRow.id.in_(cases_with(near.overdue()))
    if tab == "supervised":
        waits = select(SupervisionRow.case_id).where(SupervisionRow.answered_on.is_(None))
        return NOT_MERGED & CaseRow.id.in_(waits)
    if tab == "concluded":
        year = datetime(near.today.year, 1, 1, tzinfo=SHANGHAI)
        return CaseRow.status.in_(DONE) & (CaseRow.changed_at >= year)
    return CaseRow.status == tab


def card_counts(session: Session, actor: Actor, horizon: Horizon) -> dict[str, int]:
    """The number on each card, of the cases this person may see; `COUNTED` + 1 concluded ones are that or more."""
    found = session.execute(_cards(actor, horizon.near())).one()._mapping
    return {tab: int(count) for tab, count in found.items()}


@lru_cache(maxsize=KEPT)
def _cards(actor: Actor, near: Near) -> Select[Any]:
    """The statement behind the cards, which follows from the person's rights and the day: of those who look today."""
    counted = []
    for tab in TABS:
        where = seen_by(actor), _condition(tab, near)
        some = select(literal(1)).select_from(CaseRow).where(*where).limit(COUNTED + 1)
        question = select(func.count()).select_from(some.subquery() if tab == "concluded" else CaseRow)
        counted.append((question if tab == "concluded" else question.where(*where)).scalar_subquery().label(tab))
    return select(*counted)


def of_card(
    actor: Actor, horizon: Horizon, tab: str, only: ColumnElement[bool] | None = None
) -> Select[tuple[CaseRow]]:
    """The question which cases are behind a card, those that this person may see; `only` narrows them."""
    question = _of_card(actor, horizon.near(), tab)
    return question if only is None else question.where(only)


@lru_cache(maxsize=KEPT)
def _of_card(actor: Actor, near: Near, tab: str) -> Select[tuple[CaseRow]]:
    return select(CaseRow).where(seen_by(actor), _condition(tab, near))


def last_concluded(question: Select[tuple[CaseRow]], *columns: Any) -> Select[Any]:
    """These columns of the cases of that card that were concluded last.

    The last of each state, which its index has in order; all of a year's would have to be sorted.
    """
    newest = CaseRow.changed_at.desc(), CaseRow.matter_no
    each = (question.with_only_columns(CaseRow.id).where(CaseRow.status == one) for one in DONE)
    last = union_all(*(select(part.order_by(*newest).limit(LAST_CONCLUDED).subquery().c.id) for part in each))
    return select(*columns).where(CaseRow.id.in_(last.subquery().select())).order_by(*newest).limit(LAST_CONCLUDED)
