"""Lock a month (锁定本月): what was published stays; what later facts change is restated beside it."""

from __future__ import annotations

from datetime import datetime

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from services.months.alongside import alongside
from services.months.certifying import month_days, must_be_certified
from services.months.stopwatch import stopwatch
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.queries.officers import names_of
from warehouse.statistics.along import leads
from warehouse.statistics.grounds import outermost, window
from warehouse.statistics.month import cells_of, items
from warehouse.statistics.pulls import accepted
from warehouse.statistics.spans import stretch
from warehouse.store.months import Beside, cells_digest, freeze, frozen, restate


def freeze_month(store: Warehouse, *, month: str, actor: Actor, at: datetime, seen: str | None = None) -> str:
    """Lock a month that is over, over the head's territory: every later export of it there says the same.

    `seen` is the digest of the cells the head was looking at. Returns the digest of what was locked. Raises
    `NotAllowed` for a month that runs, one that is locked, and anybody but a head of one territory; `NotCertified`
    while a channel-day lacks its pull certificate; `Conflict` where the figures are no longer those that were seen.
    """
    territory = territory_of(actor)
    span = window(month)
    if span.end > at:
        raise NotAllowed("A month is frozen after it is over.")
    with store.write() as session:
        one_at_a_time(session, f"month:{month}:{territory}")
        if frozen(session, month, territory) is not None:
            raise NotAllowed("This month is frozen already; restate it instead.")
        days = month_days(session, span, at=at)
        must_be_certified(days, month)
        counted = items(session, span, territories=(territory,))
        if seen is not None and seen != cells_digest(cells_of(counted)):
            raise Conflict("The figures have changed since they were shown. Please look at them again before locking.")
        times = stopwatch(session, span, (territory,))
        along = alongside(session, stretch(month, local_day(at)), (territory,), today=local_day(at))
        people = names_of(session, {*(item.lead for item in counted), *leads(along), actor.id})
        beside = Beside(days, accepted(session, span), people, times, along)
        digest = freeze(session, month, counted, territory=territory, by=actor.id, at=at, beside=beside)
        details: dict[str, Json] = {"digest": digest, "territory": territory}
        audit.record(session, by=actor.id, act="freeze_month", subject=f"month:{month}", at=at, details=details)
        return digest


def restate_month(store: Warehouse, *, month: str, reason: str, actor: Actor, at: datetime) -> int:
    """Note what later merges, splits and late arrivals change in a locked month. Returns how many cells."""
    territory = territory_of(actor)
    if not reason.strip() or len(reason) > 400:
        raise BadInput("A restatement needs a reason.")
    with store.write() as session:
        one_at_a_time(session, f"month:{month}:{territory}")
        before = frozen(session, month, territory)
        if before is None:
            raise NotAllowed("This month is not frozen; its figures still move by themselves.")
        now = cells_of(items(session, window(month), territories=(territory,)))
        changed = restate(session, before, now, reason=reason.strip(), at=at)
        details: dict[str, Json] = {"cells": len(changed), "territory": territory}
        audit.record(session, by=actor.id, act="restate_month", subject=f"month:{month}", at=at, details=details)
        return len(changed)


def territory_of(actor: Actor) -> str:
    """The one territory whose months this person locks. Raises `NotAllowed`."""
    if Role.HEAD not in actor.roles:
        raise NotAllowed("Only a head freezes or restates a month.")
    held = outermost(actor.places({Role.HEAD}))
    if len(held) != 1:
        raise NotAllowed("A month is frozen by the head of one territory.")
    return held[0]
