"""Lock a month (锁定本月): what was published stays; what later facts change is restated beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from services.months.alongside import alongside
from services.months.certifying import month_days, must_be_certified
from services.months.settled import settled
from services.months.stopwatch import stopwatch
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.officers import names_of
from warehouse.statistics.along import leads
from warehouse.statistics.grounds import outermost, window
from warehouse.statistics.month import Cell, Item, cells_of, items
from warehouse.statistics.pulls import accepted
from warehouse.statistics.spans import stretch
from warehouse.store.months import Beside, Frozen, cells_digest, freeze, frozen, restate


def freeze_month(store: Warehouse, *, month: str, actor: Actor, at: datetime, seen: str | None = None) -> str:
    """Lock a month that is over, over the head's territory: every later export of it there says the same.

    `seen` is the digest of the cells the head was looking at. Returns the digest of what was locked. Raises
    `NotAllowed` for a month that runs, one that is locked, and anybody but a head of one territory; `NotCertified`
    while a channel-day lacks its pull certificate; `Conflict` where the figures are no longer those that were seen.
    It is counted while others write (`settled`).
    """
    territory = territory_of(actor)
    span = window(month)
    if span.end > at:
        raise NotAllowed("A month is frozen after it is over.")

    def count(session: Session) -> tuple[list[Item], Beside]:
        _not_yet(session, month, territory)
        days = month_days(session, span, at=at)
        must_be_certified(days, month)
        counted = items(session, span, territories=(territory,))
        if seen is not None and seen != cells_digest(cells_of(counted)):
            raise Conflict("The figures have changed since they were shown. Please look at them again before locking.")
        times = stopwatch(session, span, (territory,))
        along = alongside(session, stretch(month, local_day(at)), (territory,), today=local_day(at))
        people = names_of(session, {*(item.lead for item in counted), *leads(along), actor.id})
        return counted, Beside(days, accepted(session, span), people, times, along)

    def keep(session: Session, found: tuple[list[Item], Beside]) -> str:
        _not_yet(session, month, territory)
        counted, beside = found
        return freeze(session, month, counted, territory=territory, by=actor.id, at=at, beside=beside)

    def note(session: Session, digest: str) -> None:
        details: dict[str, Json] = {"digest": digest, "territory": territory}
        audit.record(session, by=actor.id, act="freeze_month", subject=f"month:{month}", at=at, details=details)

    return settled(store, count, keep, note, name=f"month:{month}:{territory}", until=span.end)


def _not_yet(session: Session, month: str, territory: str) -> None:
    if frozen(session, month, territory) is not None:
        raise NotAllowed("This month is frozen already; restate it instead.")


def restate_month(store: Warehouse, *, month: str, reason: str, actor: Actor, at: datetime) -> int:
    """Note what later merges, splits and late arrivals change in a locked month. Returns how many cells."""
    territory = territory_of(actor)
    if not reason.strip() or len(reason) > 400:
        raise BadInput("A restatement needs a reason.")
    span = window(month)

    def count(session: Session) -> dict[Cell, int]:
        _locked(session, month, territory)
        return cells_of(items(session, span, territories=(territory,)))

    def keep(session: Session, now: dict[Cell, int]) -> int:
        return len(restate(session, _locked(session, month, territory), now, reason=reason.strip(), at=at))

    def note(session: Session, changed: int) -> None:
        details: dict[str, Json] = {"cells": changed, "territory": territory}
        audit.record(session, by=actor.id, act="restate_month", subject=f"month:{month}", at=at, details=details)

    return settled(store, count, keep, note, name=f"month:{month}:{territory}", until=span.end)


def _locked(session: Session, month: str, territory: str) -> Frozen:
    before = frozen(session, month, territory)
    if before is None:
        raise NotAllowed("This month is not frozen; its figures still move by themselves.")
    return before


def territory_of(actor: Actor) -> str:
    """The one territory whose months this person locks. Raises `NotAllowed`."""
    if Role.HEAD not in actor.roles:
        raise NotAllowed("Only a head freezes or restates a month.")
    held = outermost(actor.places({Role.HEAD}))
    if len(held) != 1:
        raise NotAllowed("A month is frozen by the head of one territory.")
    return held[0]
