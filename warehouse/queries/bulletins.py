"""Bulletins as their pages show them, for readers of the whole territory that each is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, or_, select, true
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.people import Actor, Role
from warehouse.models import BulletinRow
from warehouse.queries.hiding import hide

READERS = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY})
"""Who reads bulletins: those who read the statistics. They name sites and firms with counts of complaints, which is
what these readers may see of every employer of their places; a bulletin does not leave the office."""
AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One bulletin in the list. `replaced_by` is the number of the one that restates it."""

    id: str
    kind: str
    period: str
    state: str
    number: str | None
    made_at: datetime
    issued_at: datetime | None
    issued_by: str | None
    rising: int
    provisional: bool


def may_read(actor: Actor, territory: str) -> bool:
    """Whether somebody reads what counts over a whole territory: a street's officer does not."""
    return any(territory.startswith(place) for place in actor.places(READERS)) and bool(actor.roles & READERS)


def bulletins(session: Session, actor: Actor, *, page: int = 1) -> tuple[int, list[Line]]:
    """How many there are for this reader, and a page of them, the last made first."""
    row = BulletinRow
    places = actor.places(READERS) if actor.roles & READERS else ()
    # A territory that begins with one of the reader's places lies within it.
    within = [row.territory.startswith(place, autoescape=True) if place else true() for place in places]
    mine = or_(false(), *within)
    found = session.scalar(select(func.count()).select_from(row).where(mine)) or 0
    order = row.made_at.desc(), row.id
    shown = row.id, row.kind, row.period, row.state, row.bulletin_no, row.made_at, row.issued_at, row.issued_by
    asked = select(*shown, row.rising, row.provisional).where(mine).order_by(*order)
    lines = [Line(*one) for one in session.execute(asked.offset((page - 1) * AT_ONCE).limit(AT_ONCE))]
    return found, lines


def bulletin_seen(session: Session, actor: Actor, bulletin_id: str) -> BulletinRow:
    """One bulletin. Raises `NotFound` alike for one there is not and one that is not this reader's."""
    row = session.get(BulletinRow, bulletin_id)
    if row is None or not may_read(actor, row.territory):
        raise NotFound("There is no such bulletin, or it is not yours to see.")
    return row


def reason_of(row: BulletinRow) -> str | None:
    """Why one restates another, as it is shown."""
    return hide(row.reason)


def in_force(session: Session, territory: str, name: str) -> str | None:
    """The id of the issued bulletin of a period that no later one has replaced; None: there is none yet."""
    row = BulletinRow
    return session.scalar(select(row.id).where(row.territory == territory, row.period == name, row.state == "issued"))


def replaced_by(session: Session, bulletin_id: str) -> BulletinRow | None:
    """What restates an issued bulletin, drafted or issued."""
    row = BulletinRow
    return session.scalars(select(row).where(row.replaces == bulletin_id).order_by(row.made_at.desc()).limit(1)).first()


def last_issued(session: Session, territory: str, kind: str, before: str) -> BulletinRow | None:
    """The issued bulletin of the latest period before another; the names of one kind are in the order of time."""
    row = BulletinRow
    issued = row.territory == territory, row.kind == kind, row.state == "issued", row.period < before
    return session.scalars(select(row).where(*issued).order_by(row.period.desc()).limit(1)).first()
