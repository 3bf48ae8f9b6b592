"""One click of the desk (一键派发) and what became of it, as its result bar shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
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


_WAITS = select(AssignmentRow.id).where(AssignmentRow.batch_id == DispatchBatchRow.id, AssignmentRow.state == "sent")
_NEWEST = (
    select(DispatchBatchRow.id)
    .where(DispatchBatchRow.by == bindparam("by"), DispatchBatchRow.at >= bindparam("since"), _WAITS.exists())
    .order_by(DispatchBatchRow.at.desc(), DispatchBatchRow.id)
    .limit(1)
)


def last_click(session: Session, actor: Actor, *, since: datetime) -> str | None:
    """The newest click of this person since a moment of which something can still be recalled."""
    return session.scalar(_NEWEST, {"by": actor.id, "since": since})
