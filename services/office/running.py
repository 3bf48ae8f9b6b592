"""An installation as a whole: set it up, open it, and run by hand what the schedule runs by the clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from casework.errors import BadInput, LeaseTaken, NotAllowed
from casework.people import Actor
from connectors.base import Channel, Connector
from connectors.registry import CHANNELS, FURTHER, channels, connect
from services.arriving.attaching import attach_files
from services.arriving.intake import LEASE, CollectCount, collect_channel
from services.arriving.reconciling import ReconcileCount, days_tonight, reconcile_channel
from services.office.settings import Settings
from warehouse import crypto, schema
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import ChannelRow
from warehouse.store.channels import died_twice
from warehouse.store.leases import cut_off
from warehouse.store.receipt_numbers import OWN_PAGE

# A schedule fires a few seconds early or late; only a run well inside the interval is one too many.
_TOO_SOON = 0.8


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a set-up found and made. A second set-up makes nothing."""

    data_dir: Path
    keys_made: bool


def set_up(settings: Settings, *, suite: str = "intl") -> SetUp:
    """Make the data folder and the keys where they are missing, and bring the tables to the newest form.

    The keys are in use from here on: a step that moves personal text opens it and closes it anew.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = settings.keyring is None and not settings.keys.exists()
    if missing:
        crypto.make_keyring(suite).save(settings.keys)
    unlock(settings)
    store = open_warehouse(settings.database)
    try:
        schema.upgrade(store.engine)
    finally:
        store.close()
    return SetUp(settings.data_dir, missing)


def unlock(settings: Settings) -> None:
    """Take the keys of this installation into use: of the environment where they are there, else of the key file."""
    if settings.keyring is not None:
        crypto.use(crypto.read_keyring(settings.keyring.get_secret_value()))
    else:
        crypto.use_file(settings.keys)


def open_store(settings: Settings) -> Warehouse:
    """Unlock the personal fields and open the store. Raises `BadInput` where nothing was set up yet."""
    if settings.keyring is None and not settings.keys.exists():
        raise BadInput("Nothing is set up here yet: run `arrears setup` first, or check ARREARS_DATA_DIR.")
    unlock(settings)
    return open_warehouse(settings.database)


def connector_of(settings: Settings) -> Callable[[str], Connector]:
    """How to reach a channel by its name, with the addresses and secrets of this installation."""
    return lambda name: connect(name, settings.channel(name))


def channel_names(asked: str | None = None) -> tuple[str, ...]:
    """The channels asked for: one by name, or all. Raises `BadInput` for one we do not have."""
    if asked is None:
        return CHANNELS
    if asked not in CHANNELS:
        raise BadInput(f"There is no channel {asked}; the channels are {', '.join(CHANNELS)}.")
    return (asked,)


def further_titles() -> Mapping[str, tuple[str, str]]:
    """What the office's own further channels are called, in Chinese and in English."""
    return {name: (channel.title, channel.title_en) for name, (_, channel) in FURTHER.items()}


@cache
def intervals() -> Mapping[str, timedelta]:
    """How often the schedule asks each channel."""
    return {channel.name: timedelta(minutes=channel.every_minutes) for channel in channels()}


def polled_lately(store: Warehouse, channel: Channel, *, at: datetime) -> bool:
    """Whether the channel was asked less than an interval ago.

    After a time of standing still a schedule fires all it missed, one after the other; the channel is asked once.
    """
    with store.read() as session:
        row = session.get(ChannelRow, channel.name)
        last = row.last_attempt_at if row else None
    return last is not None and at - last < timedelta(minutes=channel.every_minutes) * _TOO_SOON


def collect_now(
    store: Warehouse,
    settings: Settings,
    name: str,
    *,
    clock: Callable[[], datetime],
    actor: Actor,
    forced: bool = True,
) -> CollectCount | None:
    """Pull, land and file one channel.

    A run that is not forced does nothing, and says None, when the channel was asked a moment ago or is being asked.
    Raises `LeaseTaken` when a forced run finds it being asked, `LeaseLost` when another run took over in the middle.
    """
    facts = {channel.name: channel for channel in channels()}[channel_names(name)[0]]
    if not forced and name == OWN_PAGE and not settings.has_channel(name):
        return None  # not every office has a page for workers; to have none is no mistake
    if not forced and polled_lately(store, facts, at=clock()):
        return None
    run_id = f"run_{secrets.token_hex(8)}"
    connector = connector_of(settings)(name)
    try:
        count = collect_channel(store, connector, run_id=run_id, clock=clock, actor=actor, lease=settings.lease)
    except LeaseTaken:
        if forced:
            raise
        return None
    attach_files(store, connector, actor=actor, clock=clock)
    return count


def cut_off_channels(store: Warehouse, *, at: datetime) -> list[str]:
    """Channels whose last run died, once its lease is over: they need not wait for their turn. None that is paused."""
    with store.read() as session:
        paused = set(session.scalars(select(ChannelRow.name).where(ChannelRow.paused_by.is_not(None))))
        return [name for name in cut_off(session, LEASE, at=at) if name in CHANNELS and name not in paused]


def channels_to_take_up(store: Warehouse, settings: Settings, *, at: datetime) -> list[str]:
    """Of the channels that were cut off, those that a run should take up now.

    One that is configured no longer cannot be asked. One whose run died and then the run that took it up, or its next
    one, waits for its ordinary turn: what kills a run may be in what the source shows.
    """
    dead = cut_off_channels(store, at=at)
    with store.read() as session:
        return [name for name in dead if settings.has_channel(name) and not died_twice(session, name)]


def take_up_now(
    store: Warehouse, settings: Settings, name: str, *, clock: Callable[[], datetime], actor: Actor
) -> CollectCount | None:
    """Pull, land and file a channel that was cut off. None where another run was quicker, or somebody paused it."""
    try:
        return collect_now(store, settings, name, clock=clock, actor=actor)
    except (LeaseTaken, NotAllowed):
        return None


def reconcile_now(
    store: Warehouse,
    settings: Settings,
    name: str,
    *,
    clock: Callable[[], datetime],
    actor: Actor,
    days: int | None = None,
) -> ReconcileCount:
    """Hold the last days of one channel against its source; as many as the nightly comparison, when none are named."""
    (channel,) = channel_names(name)
    return reconcile_channel(
        store,
        connector_of(settings)(channel),
        run_id=f"run_{secrets.token_hex(8)}",
        days=days or days_tonight(clock()),
        clock=clock,
        actor=actor,
        lease=settings.lease,
    )
