"""Cases that lie where nobody of this office looks: brought before every desk, so that somebody refers them in time."""

from __future__ import annotations

from datetime import datetime

from casework.people import Actor
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.store.cases import refresh_case
from warehouse.store.served import out_of_sight


def bring_into_sight(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Let every desk see the open cases at places nobody looks after (any more). Returns how many; each is audited.

    New complaints are treated so when they become a case. This finds those whose place lost its desk since.
    """
    with store.read() as session:
        found = out_of_sight(session)
    for case_id in found:
        with store.write() as session:
            refresh_case(session, case_id, by=actor.id, at=at)
            audit.record(session, by=actor.id, act="bring_into_sight", subject=case_id, at=at)
    return len(found)
