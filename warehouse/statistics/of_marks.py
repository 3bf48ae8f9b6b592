"""Red and yellow marks (红牌、黄牌): cases with a deadline that is past or near, by who leads them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.models import AssignmentRow, CaseRow
from warehouse.queries.deadlines import Horizon, cases_with
from warehouse.queries.sight import HELD

NOBODY = "nobody"
"""Who leads a case that nobody was given."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The cases of one officer with a red and with a yellow mark. A case may bear both."""

    lead_id: str
    red: int
    yellow: int


def red(horizon: Horizon) -> ColumnElement[bool]:
    """红牌: cases with a running deadline whose day is past.

    Base: cases; one case is one, however many of its deadlines are late. Date: today. Left out: cases merged into
    another, provisional days, deadlines that are suspended, met or only shown. A deadline that runs on after the
    decision counts.
    """
    return and_(CaseRow.status != "merged", CaseRow.id.in_(cases_with(horizon.overdue())))


def yellow(horizon: Horizon) -> ColumnElement[bool]:
    """黄牌: cases with a running deadline that ends within the days the setting `clock.due_soon.days` names.

    Base, date and what is left out: as `red`. A case with one deadline past and one near bears both marks.
    """
    return and_(CaseRow.status != "merged", CaseRow.id.in_(cases_with(horizon.due_soon())))


def leads() -> Subquery:
    """Who leads each case, or led it when it ended: of its assignments that were not undone, the last."""
    row = AssignmentRow
    last = select(row.case_id, func.max(row.dispatched_at).label("at")).where(row.state.in_(HELD)).group_by(row.case_id)
    newest = last.subquery("newest")
    question = select(row.case_id, func.min(row.lead_id).label("lead_id")).where(row.state.in_(HELD))
    of_last = and_(newest.c.case_id == row.case_id, newest.c.at == row.dispatched_at)
    return question.join(newest, of_last).group_by(row.case_id).subquery("leads")


def led_by(lead_id: str) -> ColumnElement[bool]:
    """Cases that an officer leads, or that nobody does."""
    lead = leads()
    if lead_id == NOBODY:
        return CaseRow.id.not_in(select(lead.c.case_id))
    return CaseRow.id.in_(select(lead.c.case_id).where(lead.c.lead_id == lead_id))


def marks_by_lead(session: Session, seen: ColumnElement[bool], horizon: Horizon) -> list[Marks]:
    """The cases seen with a mark, by who leads them, the most red first; their sums are the numbers of the queue."""
    lead = leads()
    late, near = (func.sum(case((mark(horizon), 1), else_=0)) for mark in (red, yellow))
    who = func.coalesce(lead.c.lead_id, NOBODY)
    question = (
        select(who, late, near)
        .select_from(CaseRow)
        .outerjoin(lead, lead.c.case_id == CaseRow.id)
        .where(seen, or_(red(horizon), yellow(horizon)))
        .group_by(who)
    )
    found = [Marks(who, int(late), int(near)) for who, late, near in session.execute(question)]
    return sorted(found, key=lambda one: (-one.red, -one.yellow, one.lead_id))
