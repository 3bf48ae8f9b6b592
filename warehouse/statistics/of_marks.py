"""Red and yellow marks (红牌、黄牌): cases with a deadline that is past or near, by who leads them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from warehouse.many import some_at_a_time
from warehouse.models import AssignmentRow, CaseRow
from warehouse.queries.deadlines import Horizon, Near, cases_with
from warehouse.queries.sight import HELD, Seen
from warehouse.statistics.grounds import KEPT, NOBODY


@dataclass(frozen=True, slots=True)
class Marks:
    """The cases of one officer with a red and with a yellow mark. A case may bear both."""

    lead_id: str
    red: int
    yellow: int


def red(horizon: Horizon | Near) -> ColumnElement[bool]:
    """红牌: cases with a running deadline whose day is past.

    Base: cases; one case is one, however many of its deadlines are late. Date: today. Left out: cases merged into
    another, provisional days, deadlines that are suspended, met or only shown. A deadline that runs on after the
    decision counts.
    """
    return and_(CaseRow.status != "merged", CaseRow.id.in_(cases_with(horizon.overdue())))


def yellow(horizon: Horizon | Near) -> ColumnElement[bool]:
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


def marks_by_lead(session: Session, seen: Seen, horizon: Horizon) -> list[Marks]:
    """The cases seen with a mark, by who leads them, the most red first; their sums are the numbers of the queue."""
    late, near = (set(session.scalars(question, seen.given)) for question in _marked(seen.ever, horizon.near()))
    leads: dict[str, str] = {}
    for some in some_at_a_time(late | near):
        leads |= dict(session.execute(_LEADS, {"ids": some}).tuples().all())
    reds = Counter(leads.get(case_id, NOBODY) for case_id in late)
    yellows = Counter(leads.get(case_id, NOBODY) for case_id in near)
    found = [Marks(who, reds[who], yellows[who]) for who in reds.keys() | yellows.keys()]
    return sorted(found, key=lambda one: (-one.red, -one.yellow, one.lead_id))


@lru_cache(maxsize=KEPT)
def _marked(seen: ColumnElement[bool], near: Near) -> tuple[Select[tuple[str]], Select[tuple[str]]]:
    """The cases seen with a red mark, and those with a yellow one."""
    return select(CaseRow.id).where(seen, red(near)), select(CaseRow.id).where(seen, yellow(near))


_LEADS = (
    select(AssignmentRow.case_id, AssignmentRow.lead_id)
    .where(AssignmentRow.state.in_(HELD), AssignmentRow.case_id.in_(bindparam("ids", expanding=True)))
    .order_by(AssignmentRow.dispatched_at, AssignmentRow.id)  # the last lead stands
)
