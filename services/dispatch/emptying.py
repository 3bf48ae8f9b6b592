"""That a queue was emptied is written down when it happens: no other row tells it afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import WorkStatus
from casework.people import Actor, Role
from warehouse.models import CaseRow, QueueEmptiedRow, new_id
from warehouse.queries.sight import in_territory

_SENDERS = frozenset({Role.DESK_OFFICER, Role.HEAD})


def note_if_emptied(
    session: Session, act: Literal["dispatch", "judge", "merge"], *, actor: Actor, at: datetime
) -> None:
    """After an act that took a case off the queue: if that left none where this officer dispatches, keep the moment.

    Two officers who send the last cases at one moment may each still see the other's: then nothing is kept, and one
    morning is not measured.
    """
    if not actor.roles & _SENDERS:
        return
    session.flush()
    waiting = CaseRow.status == WorkStatus.TO_DISPATCH.value, in_territory(actor, CaseRow.district_code, _SENDERS)
    if session.scalar(select(CaseRow.id).where(*waiting).limit(1)) is None:
        session.add(QueueEmptiedRow(id=new_id("emp"), act=act, by=actor.id, at=at))
        session.flush()
