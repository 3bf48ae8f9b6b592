"""The levers of a channel: pause it with a reason, let it run again, ask whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.errors import ArrearsError, BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from connectors.base import Connector
from services.office.run_book import code_of
from services.office.running import channel_names
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.store.channels import lock_channel

LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test of a channel found: `code` and `words` are None where it is there and as promised."""

    channel: str
    code: str | None = None
    words: str | None = None


def administrator(actor: Actor) -> None:
    """Raises `NotAllowed` for anybody else."""
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator may do this.")


def pause_channel(store: Warehouse, *, channel: str, reason: str, actor: Actor, at: datetime) -> None:
    """Ask the channel no more until it is resumed. Raises `BadInput`, `NotAllowed`."""
    administrator(actor)
    channel_names(channel)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("Give the reason for the pause, in at most 400 characters.")
    with store.write() as session:
        row = lock_channel(session, channel)
        if row.paused_by is not None:
            raise NotAllowed("The channel is paused already.")
        row.paused_by, row.paused_at, row.paused_reason = actor.id, at, reason
        audit.record(session, by=actor.id, act="pause_channel", subject=channel, at=at)


def resume_channel(store: Warehouse, *, channel: str, actor: Actor, at: datetime) -> None:
    """Let the schedule ask the channel again. Raises `BadInput`, `NotAllowed`."""
    administrator(actor)
    channel_names(channel)
    with store.write() as session:
        row = lock_channel(session, channel)
        if row.paused_by is None:
            raise NotAllowed("The channel is not paused.")
        row.paused_by = row.paused_at = row.paused_reason = None
        audit.record(session, by=actor.id, act="resume_channel", subject=channel, at=at)


def forget_position(store: Warehouse, *, channel: str, actor: Actor, at: datetime) -> None:
    """Let the next pull begin with the first days of the channel: what is landed is known again and not doubled.

    For a position that is damaged and refused. Raises `BadInput`, `NotAllowed`.
    """
    administrator(actor)
    channel_names(channel)
    with store.write() as session:
        lock_channel(session, channel).cursor = None
        audit.record(session, by=actor.id, act="forget_position", subject=channel, at=at)


def try_channel(store: Warehouse, connector: Connector, *, actor: Actor, at: datetime) -> Tested:
    """Ask whether the channel is there and as promised. Nothing is pulled and nothing changes, there or here."""
    administrator(actor)
    name, found = connector.channel.name, None
    try:
        connector.check()
    except ArrearsError as failed:
        found = failed
    with store.write() as session:
        details: dict[str, Json] = {"code": code_of(found) if found else None}
        audit.record(
            session, by=actor.id, act="test_channel", subject=name, at=at, details=details, success=found is None
        )
    return Tested(name, code_of(found), str(found)) if found else Tested(name)
