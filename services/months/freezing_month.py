"""Freeze a month (锁定本月): what was published stays; what later facts change is restated beside it."""

from __future__ import annotations

from datetime import datetime

from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.statistics.grounds import window
from warehouse.statistics.month import figures
from warehouse.store.months import freeze, frozen, restate


def freeze_month(store: Warehouse, *, month: str, actor: Actor, at: datetime) -> str:
    """Freeze a month that is over, over the head's territory: every later export of it there says the same.

    Returns the digest of its cells.
    """
    territory = _territory(actor)
    if window(month).end > at:
        raise NotAllowed("A month is frozen after it is over.")
    with store.write() as session:
        one_at_a_time(session, f"month:{month}")
        if frozen(session, month) is not None:
            raise NotAllowed("This month is frozen already; restate it instead.")
        digest = freeze(
            session, figures(session, month, territories=(territory,)), territory=territory, by=actor.id, at=at
        )
        details: dict[str, Json] = {"digest": digest}
        audit.record(session, by=actor.id, act="freeze_month", subject=f"month:{month}", at=at, details=details)
        return digest


def restate_month(store: Warehouse, *, month: str, reason: str, actor: Actor, at: datetime) -> int:
    """Note what later merges, splits and late arrivals change in a frozen month. Returns how many cells."""
    territory = _territory(actor)
    if not reason.strip():
        raise BadInput("A restatement needs a reason.")
    with store.write() as session:
        one_at_a_time(session, f"month:{month}")
        before = frozen(session, month)
        if before is None or before.territory != territory:
            raise NotAllowed("This month is not frozen; its figures still move by themselves.")
        now = figures(session, month, territories=(territory,))
        changed = restate(session, before.figures, now, reason=reason.strip(), at=at)
        details: dict[str, Json] = {"cells": len(changed)}
        audit.record(session, by=actor.id, act="restate_month", subject=f"month:{month}", at=at, details=details)
        return len(changed)


def _territory(actor: Actor) -> str:
    if Role.HEAD not in actor.roles:
        raise NotAllowed("Only a head freezes or restates a month.")
    held = {place for role, place in actor.grants if role is Role.HEAD} or set(actor.territories)
    if len(held) != 1:
        raise NotAllowed("A month is frozen by the head of one territory.")
    return held.pop()
