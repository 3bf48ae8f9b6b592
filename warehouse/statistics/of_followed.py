"""What was done about cases and their employers from one day to another: what a bulletin says of the last one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from warehouse.many import some_at_a_time
from warehouse.models import (
    CaseRow,
    EmployerRow,
    PreventionAnswerRow,
    PreventionNoticeRow,
    VisitRow,
    WarningActRow,
    WarningRow,
)
from warehouse.statistics.grounds import Window
from warehouse.store.one_employer import root


@dataclass(frozen=True, slots=True)
class Done:
    """How many of the cases had come to an end by the end of the span; visits and warnings acted on within it.

    `notices`: prevention notices that went to the employers within it and were not taken back; `answered`: those of
    them that the employer had answered by its end.
    """

    concluded: int
    visits: int
    warnings: int
    notices: int
    answered: int


def done(session: Session, span: Window, *, cases: Collection[str], employers: Collection[str]) -> Done:
    """What was done; `employers` are the ones that stay. Left out: acts on a warning that only take another back."""
    case_, visit, act = CaseRow, VisitRow, WarningActRow
    ended = case_.status != "merged", case_.ended_at < span.end
    concluded = _ids(session, case_.id, case_.id, cases, *ended)
    within = span.holds(visit.visited_at)
    visits = _ids(session, visit.id, visit.case_id, cases, within)
    kin = _ids(session, EmployerRow.id, root(), employers)
    visits |= _ids(session, visit.id, visit.employer_id, kin, within)
    warned = _ids(session, WarningRow.id, WarningRow.employer_id, kin)
    acted = _ids(session, act.warning_id, act.warning_id, warned, span.holds(act.at), act.kind != "undo")
    sent, answer = PreventionNoticeRow, PreventionAnswerRow
    went = span.holds(sent.at), sent.state != "withdrawn"
    notices = _ids(session, sent.id, sent.warning_id, warned, *went)
    answered = _ids(session, answer.notice_id, answer.notice_id, notices, answer.posted_at < span.end)
    return Done(len(concluded), len(visits), len(acted), len(notices), len(answered))


def _ids(session: Session, what: Any, column: Any, among: Collection[str], *where: ColumnElement[bool]) -> set[str]:
    found: set[str] = set()
    for part in some_at_a_time(among):
        found.update(session.scalars(select(what).where(column.in_(part), *where)))
    return found
