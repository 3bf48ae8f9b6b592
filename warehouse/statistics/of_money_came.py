"""Figures that count what workers say of the money (到账确认): how many were asked, and how many say that it came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from warehouse.models import CaseMembershipRow, CaseRow, MoneyQuestionRow
from warehouse.queries.sight import Seen
from warehouse.statistics.grounds import KEPT, Window


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Questions of a span: `came` over `asked` is the share confirmed. Who has not answered is in `asked` alone."""

    asked: int
    came: int
    not_came: int

    @property
    def unanswered(self) -> int:
        """Silent, or still to answer."""
        return self.asked - self.came - self.not_came


def asked(span: Window) -> ColumnElement[bool]:
    """到账询问: questions within the span. Base: questions; a worker asked again after a new conclusion is two.

    Date: when it was asked.
    """
    return span.holds(MoneyQuestionRow.asked_at)


def came(span: Window) -> ColumnElement[bool]:
    """确认到账: of `asked` those who say that the money came, whenever they said it. Silence is no yes."""
    return and_(asked(span), MoneyQuestionRow.came.is_(True))


def not_came(span: Window) -> ColumnElement[bool]:
    """反映未到账: of `asked` those who say that it did not come; their case is taken up again."""
    return and_(asked(span), MoneyQuestionRow.came.is_(False))


def unanswered(span: Window) -> ColumnElement[bool]:
    """未答复: of `asked` those who have said nothing, in time or yet."""
    return and_(asked(span), MoneyQuestionRow.came.is_(None))


def confirmed(session: Session, seen: Seen, span: Window) -> Confirmed:
    """到账确认: the questions to tellers of complaints that are now in a case seen."""
    return Confirmed(*(int(value or 0) for value in session.execute(_counting(seen.ever, span), seen.given).one()))


@lru_cache(maxsize=KEPT)
def _counting(seen: ColumnElement[bool], span: Window) -> Select[Any]:
    sums = [func.sum(case((figure(span), 1), else_=0)) for figure in (asked, came, not_came)]
    inside = CaseMembershipRow.complaint_id == MoneyQuestionRow.complaint_id
    return (
        select(*sums)
        .select_from(MoneyQuestionRow)
        .join(CaseMembershipRow, and_(inside, CaseMembershipRow.valid_to.is_(None)))
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(seen, asked(span))
    )
