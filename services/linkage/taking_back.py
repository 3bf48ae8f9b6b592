"""A verdict taken back: with the merge or split it made, or as the bare word it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, NotFound
from casework.people import Actor
from services.linkage.judging import seen
from services.linkage.linking import undo
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import JudgementRow, LinkageEventRow
from warehouse.store.cases import asked_neighbours
from warehouse.store.judgements import retract
from warehouse.store.linkage import case_of
from warehouse.store.merging import refresh_all


def take_back_verdict(store: Warehouse, *, judgement_id: str, actor: Actor, at: datetime) -> None:
    """Take back what a person said of a pair; what was said of it before is in force again.

    A verdict that merged or split goes with its merge or split. Raises `Conflict` when it does not stand any more,
    `NotAllowed` when later steps rest on it.
    """
    with store.read() as session:
        event_id = _made_by(session, judgement_id)
    if event_id is not None:
        undo(store, event_id=event_id, actor=actor, at=at)
        return
    with store.write() as session:
        one_at_a_time(session, "linkage")
        row = session.get(JudgementRow, judgement_id)
        if row is None or not row.by_person or row.retracts is not None:
            raise NotFound("There is no such verdict.")
        homes = {home for home in (case_of(session, one) for one in (row.left_id, row.right_id)) if home}
        for home in sorted(homes):
            seen(session, home, actor)
        if not row.newest:
            raise Conflict("This verdict does not stand any more.", by=row.by, at=row.at.isoformat(timespec="minutes"))
        around = homes | {other for home in homes for other in asked_neighbours(session, home)}
        retract(session, [row.id], by=actor.id, at=at)
        around |= {other for home in homes for other in asked_neighbours(session, home)}
        refresh_all(session, around, by=actor.id, at=at)
        audit.record(session, by=actor.id, act="take_back_verdict", subject=row.id, at=at)


def _made_by(session: Session, judgement_id: str) -> str | None:
    """The standing merge or split that a verdict led to.

    Which verdicts an event rests on is a list in a column; only events of the verdict's own moment are read.
    """
    row = session.get(JudgementRow, judgement_id)
    if row is None:
        return None
    events = select(LinkageEventRow).where(LinkageEventRow.at == row.at, LinkageEventRow.undone_at.is_(None))
    return next((one.id for one in session.scalars(events) if judgement_id in one.judgement_ids), None)
