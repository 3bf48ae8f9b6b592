"""The list of cases behind a number: the figure's own condition, narrowed by filters, in what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseMembershipRow, CaseRow, MoneyQuestionRow, SatisfactionRow
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.sight import WIDE, seen_of_all
from warehouse.statistics import of_callbacks, of_cases, of_marks, of_money, of_money_came, reach
from warehouse.statistics.counted_once import counted_once
from warehouse.statistics.grounds import Ground, Window, cases_alone

PAGE = 50
MARKS = {"red": of_marks.red, "yellow": of_marks.yellow}
_OF_CASES: dict[str, Callable[[Ground, Window], ColumnElement[bool]]] = {
    "opened": of_cases.opened,
    "concluded": of_cases.concluded,
    "to_conclude": of_cases.to_conclude,
    "pending": lambda ground, span: of_cases.pending(ground, span.end),
}
_OF_CALLBACKS = {
    "asked": of_callbacks.asked,
    "answered": of_callbacks.answered,
    "satisfied": of_callbacks.satisfied,
}
_OF_MONEY = {
    "money_asked": of_money_came.asked,
    "money_came": of_money_came.came,
}
FIGURES = (*_OF_CASES, "paid", *_OF_CALLBACKS, *_OF_MONEY)
"""The figures whose cases can be listed, over a span each."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is listed: the cases a figure counts in a span, and of these those that fit every filter given."""

    figure: str | None = None
    span: Window | None = None
    nature: str | None = None
    status: str | None = None
    reached: str | None = None
    town: str | None = None
    mark: str | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, the newest case first. `total` is over all pages."""

    total: int
    page: int
    pages: int
    cases: tuple[QueueCase, ...]


def case_list(session: Session, actor: Actor, wanted: Wanted, horizon: Horizon, *, page: int = 1) -> Listed:
    """A page of the cases wanted that this person may see; a page beyond the last is the last."""
    where = and_(seen_of_all(actor), *_conditions(session, actor, wanted, horizon))
    newest = CaseRow.opened_at.desc(), CaseRow.matter_no.desc()
    ids: Sequence[str] | None = None
    if not actor.roles & WIDE:  # what somebody holds is looked for once, not to count it and again to show it
        ids = session.scalars(select(CaseRow.id).where(where).order_by(*newest)).all()
        total = len(ids)
    else:
        total = session.scalar(select(func.count()).select_from(CaseRow).where(where)) or 0
    pages = max(1, -(-total // PAGE))
    shown = min(max(page, 1), pages)
    here = slice((shown - 1) * PAGE, shown * PAGE)
    if ids is not None:
        rows = session.scalars(select(CaseRow).where(CaseRow.id.in_(ids[here])).order_by(*newest)).all()
    else:
        rows = session.scalars(select(CaseRow).where(where).order_by(*newest).offset(here.start).limit(PAGE)).all()
    place = {row.id: number for number, row in enumerate(rows)}
    cases = sorted(queue_rows(session, rows, horizon), key=lambda case: place[case.id])
    return Listed(total, shown, pages, tuple(cases))


def _conditions(session: Session, actor: Actor, wanted: Wanted, horizon: Horizon) -> list[ColumnElement[bool]]:
    ground = _ground(actor, wanted)
    inside: list[ColumnElement[bool]] = []
    if wanted.figure in _OF_CASES and wanted.span is not None:
        inside.append(_OF_CASES[wanted.figure](ground, wanted.span))
    if wanted.reached is not None:
        inside.append(of_cases.reached(ground, wanted.reached))
    if wanted.town is not None:
        inside.append(of_cases.in_town(ground, wanted.town))
    found: list[ColumnElement[bool]] = [CaseRow.id.in_(select(ground.c.id).where(*inside))] if inside else []
    if wanted.figure == "paid" and wanted.span is not None:
        once = counted_once(session, wanted.span)
        found.append(CaseRow.id.in_(select(of_money.home(once)).where(of_money.paid(wanted.span))))
    elif wanted.figure in _OF_CALLBACKS and wanted.span is not None:
        found.append(CaseRow.id.in_(_called_back(_OF_CALLBACKS[wanted.figure](wanted.span))))
    elif wanted.figure in _OF_MONEY and wanted.span is not None:
        found.append(CaseRow.id.in_(_told_of_money(_OF_MONEY[wanted.figure](wanted.span))))
    else:
        found.append(CaseRow.status != "merged")
    if wanted.mark is not None:
        found.append(MARKS[wanted.mark](horizon))
    if wanted.lead is not None:
        found.append(of_marks.led_by(wanted.lead))
    if wanted.nature is not None:
        found.append(CaseRow.nature == wanted.nature)
    if wanted.status is not None:
        found.append(CaseRow.status == wanted.status)
    return found


def _ground(actor: Actor, wanted: Wanted) -> Ground:
    """The cases a figure can count, with no more of each than it asks for."""
    seen, span = seen_of_all(actor), wanted.span
    if span is None or wanted.figure not in _OF_CASES:
        return cases_alone(seen)
    if wanted.figure == "opened":
        return cases_alone(and_(seen, reach.opened([span])))
    among = {
        "concluded": reach.ended([span]),
        "to_conclude": or_(reach.waiting(span.start), reach.opened([span])),
        "pending": reach.waiting(span.end),
    }
    return cases_alone(and_(seen, among[wanted.figure]))


def _called_back(condition: ColumnElement[bool]) -> ColumnElement[str]:
    inside = CaseMembershipRow.complaint_id == SatisfactionRow.complaint_id
    question = select(CaseMembershipRow.case_id).join(SatisfactionRow, inside)
    return question.where(CaseMembershipRow.valid_to.is_(None), condition).scalar_subquery()


def _told_of_money(condition: ColumnElement[bool]) -> ColumnElement[str]:
    inside = CaseMembershipRow.complaint_id == MoneyQuestionRow.complaint_id
    question = select(CaseMembershipRow.case_id).join(MoneyQuestionRow, inside)
    return question.where(CaseMembershipRow.valid_to.is_(None), condition).scalar_subquery()
