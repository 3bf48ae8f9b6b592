"""Red and yellow marks (红牌、黄牌): cases with a deadline that is past or near, by who leads them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from warehouse.models import AssignmentRow, CaseRow
from warehouse.queries.deadlines import Horizon, cases_with
from warehouse.queries.sight import HELD
from warehouse.statistics.grounds import NOBODY


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


def led_by(lead_id: str) -> ColumnElement[bool]:
    """Cases that an officer leads, or led when they ended: of its assignments that were not undone, the last.

    `nobody`: cases that were never given to anybody, or taken back from everybody.
    """
    row, others = AssignmentRow, aliased(AssignmentRow)
    if lead_id == NOBODY:
        return CaseRow.id.not_in(select(row.case_id).where(row.state.in_(HELD)))
    own = row.state.in_(HELD), row.lead_id == lead_id
    rounds = select(others.case_id, func.max(others.dispatched_at).label("at"))
    rounds = rounds.where(others.state.in_(HELD), others.case_id.in_(select(row.case_id).where(*own)))
    last = rounds.group_by(others.case_id).subquery()
    theirs = select(row.case_id).join(last, and_(last.c.case_id == row.case_id, last.c.at == row.dispatched_at))
    return CaseRow.id.in_(theirs.where(*own))


def marks_by_lead(session: Session, seen: ColumnElement[bool], horizon: Horizon) -> list[Marks]:
    """The cases seen with a mark, by who leads them, the most red first; their sums are the numbers of the queue."""
    late, near = (set(session.scalars(select(CaseRow.id).where(seen, mark(horizon)))) for mark in (red, yellow))
    leads = _leads(session, or_(horizon.overdue(), horizon.due_soon()))
    reds = Counter(leads.get(case_id, NOBODY) for case_id in late)
    yellows = Counter(leads.get(case_id, NOBODY) for case_id in near)
    found = [Marks(who, reds[who], yellows[who]) for who in reds.keys() | yellows.keys()]
    return sorted(found, key=lambda one: (-one.red, -one.yellow, one.lead_id))


def _leads(session: Session, clocks: ColumnElement[bool]) -> dict[str, str]:
    """Who leads the cases with such a clock, by case."""
    row = AssignmentRow
    question = select(row.case_id, row.lead_id).where(row.state.in_(HELD), row.case_id.in_(cases_with(clocks)))
    newest_last = question.order_by(row.dispatched_at, row.id)
    return {case_id: lead_id for case_id, lead_id in session.execute(newest_last)}  # noqa: C416 - rows are no pairs to mypy
