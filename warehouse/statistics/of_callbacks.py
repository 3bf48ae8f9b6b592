"""Figures that count call-backs (回访): how many were asked, how many answered, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from warehouse.models import CaseMembershipRow, CaseRow, SatisfactionRow
from warehouse.queries.sight import Seen
from warehouse.statistics.grounds import KEPT, Window


@dataclass(frozen=True, slots=True)
class Asked:
    """Call-backs of a span: `satisfied` over `answered` is the satisfaction, `answered` over `asked` the response."""

    asked: int
    answered: int
    satisfied: int


def asked(span: Window) -> ColumnElement[bool]:
    """回访: call-backs within the span. Base: call-backs, one complaint asked twice is two. Date: when it was asked."""
    return span.holds(SatisfactionRow.asked_at)


def answered(span: Window) -> ColumnElement[bool]:
    """有效回访: of `asked` those who were reached and answered; who was not reached said nothing."""
    return and_(asked(span), SatisfactionRow.answered)


def solved(span: Window) -> ColumnElement[bool]:
    """已解决: of `answered` those who say that it is solved."""
    return and_(answered(span), SatisfactionRow.solved.is_(True))


def satisfied(span: Window) -> ColumnElement[bool]:
    """满意: of `answered` those who say that they are satisfied. No answer to this question is not "satisfied"."""
    return and_(answered(span), SatisfactionRow.satisfied.is_(True))


def called_back(session: Session, seen: Seen, span: Window) -> Asked:
    """满意度: the call-backs of the complaints that are now in a case seen.

    Left out: complaints in no case, which no list of cases can show.
    """
    return Asked(*(int(value or 0) for value in session.execute(_counting(seen.ever, span), seen.given).one()))


@lru_cache(maxsize=KEPT)
def _counting(seen: ColumnElement[bool], span: Window) -> Select[Any]:
    sums = [func.sum(case((figure(span), 1), else_=0)) for figure in (asked, answered, satisfied)]
    inside = CaseMembershipRow.complaint_id == SatisfactionRow.complaint_id
    return (
        select(*sums)
        .select_from(SatisfactionRow)
        .join(CaseMembershipRow, and_(inside, CaseMembershipRow.valid_to.is_(None)))
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(seen, asked(span))
    )
