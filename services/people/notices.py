"""Notices are read by the person they were written to, and by nobody else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from casework.errors import NotFound
from casework.people import Actor
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.store.notices import mark_read


def read_notices(store: Warehouse, *, notice_ids: Collection[str], actor: Actor, at: datetime) -> int:
    """Mark one's own delivered notices as read. Returns how many were unread; a second time changes nothing."""
    with store.write() as session:
        own, fresh = mark_read(session, set(notice_ids), account_id=actor.id, at=at)
        if not own:
            raise NotFound("There is no such notice.")
        if fresh:
            details: dict[str, Json] = {"notices": fresh}
            audit.record(session, by=actor.id, act="read_notices", subject=actor.id, at=at, details=details)
    return fresh
