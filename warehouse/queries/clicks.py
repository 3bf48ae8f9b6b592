"""One click of the desk (一键派发) and what became of it, as its result bar shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import AccountRow, AssignmentRow, DispatchBatchRow


@dataclass(frozen=True, slots=True)
class SentBatch:
    """One click, as its result bar shows it. `results` are (case id, matter no, sent, words).

    `states`: what became of the dispatch of each case that was sent: sent | signed | recalled | sent_back | ...
    """

    id: str
    by: str
    at: datetime
    asked: int
    sent: int
    officers: int
    results: tuple[tuple[str, str, bool, str | None], ...]
    recalled_at: datetime | None
    recallable: int
    states: dict[str, str]
    share: dict[str, int]


def batch(session: Session, batch_id: str) -> SentBatch | None:
    """One click and what became of it."""
    row = session.get(DispatchBatchRow, batch_id)
    if row is None:
        return None
    live = session.execute(
        select(AssignmentRow.case_id, AssignmentRow.lead_id, AssignmentRow.state).where(
            AssignmentRow.batch_id == batch_id
        )
    ).all()
    name = session.scalar(select(AccountRow.name).where(AccountRow.id == row.by))
    results = tuple(
        (str(one["case_id"]), str(one["matter_no"]), bool(one["sent"]), one.get("words")) for one in row.results
    )
    return SentBatch(
        id=row.id,
        by=name or row.by,
        at=row.at,
        asked=row.asked,
        sent=row.sent,
        officers=len({one.lead_id for one in live}),
        results=results,
        recalled_at=row.recalled_at,
        recallable=sum(1 for one in live if one.state == "sent"),
        states={one.case_id: one.state for one in live},
        share=dict(Counter(one.lead_id for one in live if one.state in ("sent", "signed"))),
    )


def last_click(session: Session, actor: Actor, *, since: datetime) -> str | None:
    """The newest click of this person since a moment of which something can still be recalled."""
    row = DispatchBatchRow
    waits = select(AssignmentRow.id).where(AssignmentRow.batch_id == row.id, AssignmentRow.state == "sent")
    question = select(row.id).where(row.by == actor.id, row.at >= since, waits.exists())
    return session.scalar(question.order_by(row.at.desc(), row.id).limit(1))
