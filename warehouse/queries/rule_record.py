"""How often people found the warnings of a rule true: what the office itself has made of it so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case as either
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.models import WarningRow

TRUE = ("confirmed", "corrected")


@dataclass(frozen=True, slots=True)
class Settled:
    """Of the warnings of a rule, over the whole office: how many people called true or saw put right, of how many that
    people settled."""

    rule: str
    true: int
    settled: int


def settled_by_people(session: Session, rules: Collection[str]) -> list[Settled]:
    """Each of these rules of which people settled any warning, in one question."""
    row = WarningRow
    true = func.sum(either((row.state.in_(TRUE), 1), else_=0))
    question = (
        select(row.rule, true, func.count())
        .where(row.rule.in_(rules), row.state.in_((*TRUE, "false_alarm")))
        .group_by(row.rule)
        .order_by(row.rule)
    )
    return [Settled(rule, int(hits), count) for rule, hits, count in session.execute(question)]
