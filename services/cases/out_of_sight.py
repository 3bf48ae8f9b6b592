"""Cases that lie where nobody of this office looks: brought before every desk, and back when somebody looks there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from casework.errors import ArrearsError
from casework.people import Actor, Role
from services.office.event_log import logger
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.store.cases import refresh_case
from warehouse.store.served import LOOK_AFTER, misplaced

log = logger("watch")
WATCH = Actor.system("watch")
AT_ONCE = 20
"""So many cases go to another place while somebody waits for the answer; the watch moves the others."""


def after_seating(store: Warehouse, roles: Iterable[Role], *, at: datetime) -> int:
    """Somebody got these roles at a place, or has them no more: the cases lie again where they are looked after.

    The program moves them, not whoever keeps the accounts, whose act stands already: what hinders it is left to the
    watch. Returns how many were moved, at most `AT_ONCE`.
    """
    if not LOOK_AFTER & set(roles):
        return 0
    try:
        return bring_into_sight(store, actor=WATCH, at=at, most=AT_ONCE)
    except ArrearsError as hindered:
        log.warning("left_to_the_watch", kind=type(hindered).__name__)
        return 0


def bring_into_sight(store: Warehouse, *, actor: Actor, at: datetime, most: int | None = None) -> int:
    """Let every desk see the open cases at places nobody looks after (any more), and give those whose place has a desk
    (again) back to it. Returns how many, `most` at the most; each is audited.

    New complaints are treated so when they become a case. This finds those whose place lost or got its desk since.
    """
    with store.read() as session:
        found = misplaced(session)[:most]
    moved = 0
    for case_id in found:
        with store.write() as session:
            before = session.get_one(CaseRow, case_id).district_code
            refresh_case(session, case_id, by=actor.id, at=at)
            after = session.get_one(CaseRow, case_id).district_code
            if (before or None) == (after or None):
                continue
            act = "give_to_its_place" if after else "bring_into_sight"
            audit.record(session, by=actor.id, act=act, subject=case_id, at=at)
            moved += 1
    return moved
