"""A case has two lives: the work (who has it) and the law (what was decided). Each is a table of allowed steps.

Dispatch is an assignment and no legal step; it may come before or after the filing. Only acceptance, which is the
filing (GD25 §18), and what follows it move the legal clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from casework.errors import NotAllowed


class WorkStatus(StrEnum):
    """待派发 / 待签收 / 在办 / 已办 / 结案 / 已并入."""

    TO_DISPATCH = "to_dispatch"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    MERGED = "merged"


class LegalStatus(StrEnum):
    """已接收 / 立案 / 调查终结 / 已决定 / 结案, and the ways out without a decision."""

    RECEIVED = "received"
    DECLINED = "declined"
    FILED = "filed"
    INVESTIGATED = "investigated"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    CLOSED = "closed"


W, L = WorkStatus, LegalStatus

NEXT: Mapping[WorkStatus, frozenset[WorkStatus]] = MappingProxyType(
    {
        W.TO_DISPATCH: frozenset({W.DISPATCHED, W.MERGED}),
        W.DISPATCHED: frozenset({W.IN_PROGRESS, W.TO_DISPATCH, W.MERGED}),
        W.IN_PROGRESS: frozenset({W.CONCLUDED, W.DISPATCHED, W.TO_DISPATCH, W.MERGED}),
        W.CONCLUDED: frozenset({W.CLOSED, W.IN_PROGRESS}),
        W.CLOSED: frozenset({W.IN_PROGRESS}),
        W.MERGED: frozenset({W.TO_DISPATCH, W.DISPATCHED, W.IN_PROGRESS}),
    }
)
"""Which work status may follow which. A merged case wakes only when its merge is undone."""

NEXT_IN_LAW: Mapping[LegalStatus, frozenset[LegalStatus]] = MappingProxyType(
    {
        L.RECEIVED: frozenset({L.FILED, L.DECLINED, L.CLOSED}),
        L.DECLINED: frozenset({L.RECEIVED, L.CLOSED}),
        L.FILED: frozenset({L.INVESTIGATED, L.DECIDED, L.WITHDRAWN, L.TRANSFERRED}),
        L.INVESTIGATED: frozenset({L.DECIDED, L.WITHDRAWN, L.TRANSFERRED}),
        L.DECIDED: frozenset({L.CLOSED, L.TRANSFERRED, L.FILED}),
        L.WITHDRAWN: frozenset({L.CLOSED, L.FILED}),
        L.TRANSFERRED: frozenset({L.CLOSED, L.DECIDED}),
        L.CLOSED: frozenset({L.FILED}),
    }
)
"""Which legal status may follow which (423 §15-18; QD §26-31)."""

OPEN = frozenset({W.TO_DISPATCH, W.DISPATCHED, W.IN_PROGRESS})
"""Work that is still to be done."""


def move(now: WorkStatus | str, to: WorkStatus) -> WorkStatus:
    """The next work status. Raises `NotAllowed` for a step that is not in the table."""
    if to not in NEXT[WorkStatus(now)]:
        raise NotAllowed(f"A case that is {words(now)} cannot become {words(to)}.")
    return to


def move_in_law(now: LegalStatus | str, to: LegalStatus) -> LegalStatus:
    """The next legal status. Raises `NotAllowed` for a step that is not in the table."""
    if to not in NEXT_IN_LAW[LegalStatus(now)]:
        raise NotAllowed(f"A case that is {words(now)} in law cannot become {words(to)}.")
    return to


def words(status: str) -> str:
    """A status as it stands in a sentence."""
    return str(status).replace("_", " ")
