"""Where an officer is reached: given and taken back by themselves. Kept sealed, shown masked, never logged."""

from __future__ import annotations

from datetime import datetime

from casework.errors import NotAllowed, NotFound
from casework.people import Actor
from casework.reaching import ReachedBy, read_address
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import OfficerAddressRow
from warehouse.store.addresses import addresses_of, give_address

MOST = 5
"""Addresses of one officer."""


def add_address(store: Warehouse, *, way: ReachedBy, typed: str, actor: Actor, at: datetime) -> str:
    """Be reached here too, from now on. Returns the id of the address. Raises `BadInput`, `NotAllowed`."""
    address = read_address(way, typed)
    with store.write() as session:
        one_at_a_time(session, f"addresses:{actor.id}")
        known = addresses_of(session, actor.id)
        if any(one.way is way and one.address == address for one in known):
            raise NotAllowed("You are reached there already.")
        if len(known) >= MOST:
            raise NotAllowed(f"Nobody is reached at more than {MOST} addresses.")
        address_id = give_address(session, actor.id, way, address, at=at)
        details: dict[str, Json] = {"address": address_id, "way": way.value}
        audit.record(session, by=actor.id, act="add_address", subject=actor.id, at=at, details=details)
        return address_id


def end_address(store: Warehouse, *, address_id: str, actor: Actor, at: datetime) -> None:
    """Be reached there no more; what was not sent is not sent. Raises `NotFound`."""
    with store.write() as session:
        row = session.get(OfficerAddressRow, address_id)
        if row is None or row.account_id != actor.id or row.ended_at is not None:
            raise NotFound("There is no such address of yours.")
        row.ended_at = at
        audit.record(session, by=actor.id, act="end_address", subject=actor.id, at=at, details={"address": address_id})
