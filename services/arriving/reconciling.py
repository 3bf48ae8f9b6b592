"""Asking a source again for its last days, and landing what no pull had brought.

A row that is committed late, with a moment before the overlap of every pull, is in no pull's window, and nothing says
so. Each night what the source shows is held against what is landed, by key and by hash (docs/completeness.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from casework.calendar import SHANGHAI, local_day
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.record import Json, RawRecord, without_our_names
from connectors.base import Channel, Connector
from connectors.positions import moment_of
from services.arriving.filing import file_rows
from services.arriving.intake import LEASE
from services.office.run_book import noted
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.store.channels import channel_row
from warehouse.store.landing import land_records
from warehouse.store.leases import LENGTH, Lease, acquire, release, renew
from warehouse.store.reconciliations import Day, Held, Key, held_of, held_since, keep_days, newest_at_source

DAYS, DEEP_DAYS, MOST_DAYS = 7, 60, 400
"""How many days are asked for each night, on Sunday nights, and at most."""

BATCH, _FEW = 200, 20


@dataclass(frozen=True, slots=True)
class ReconcileCount:
    """What a comparison came to: days held against their source, records there, and of them what had to be landed.

    `hidden` were never landed, `changed` with another content; `gone` are landed and no longer shown. `filed` and
    `quarantined` say what became of those that were landed now.
    """

    days: int
    at_source: int
    hidden: int
    changed: int
    gone: int
    filed: int = 0
    quarantined: int = 0


def days_tonight(at: datetime) -> int:
    """How far the nightly comparison goes back: on a Sunday farther."""
    return DEEP_DAYS if local_day(at).isoweekday() == 7 else DAYS


def reconcile_channel(
    store: Warehouse,
    connector: Connector,
    *,
    run_id: str,
    days: int,
    clock: Callable[[], datetime],
    actor: Actor,
    lease: timedelta = LENGTH,
) -> ReconcileCount:
    """Hold the last days of a channel against its source; land and file what is missing. The cursor stays.

    `days` counts back from today, which is one of them; the channel is this run's own until a `lease` after its last
    sign of life. Raises `BadInput` for days that cannot be asked for,
    `LeaseTaken` while a pull is at it, `NotAllowed` when a person paused the channel, and the channel's own
    errors: then nothing was compared and nothing is landed.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"Between 1 and {MOST_DAYS} days can be asked for again.")
    channel, at = connector.channel, clock()
    with store.write() as session:
        if channel_row(session, channel.name).paused_by is not None:
            raise NotAllowed(f"The channel {channel.name} is paused.")
        held = acquire(session, LEASE + channel.name, holder=run_id, at=at, length=lease)
    try:
        with noted(store, "reconcile", channel.name, actor=actor, at=at) as run:
            count = _reconciled(store, connector, held, days=days, clock=clock, actor=actor)
            run.counts = {
                "seen": count.at_source,
                "new": count.hidden,
                "updated": count.changed,
                "quarantined": count.quarantined,
            }
    finally:
        with store.write() as session:
            release(session, held)
    return count


def _reconciled(
    store: Warehouse, connector: Connector, lease: Lease, *, days: int, clock: Callable[[], datetime], actor: Actor
) -> ReconcileCount:
    channel, at = connector.channel, clock()
    first = local_day(at) - timedelta(days=days - 1)
    since = datetime.combine(first, time(), SHANGHAI).astimezone(UTC)
    source = newest_at_source(_kept_alive(store, lease, connector.again(since, now=at), clock=clock))
    landed = _landed(store, channel.name, source, since)
    compared = _by_day(source, landed, first=first, today=local_day(at))
    missing = [raw for key, raw in source.items() if key not in landed or landed[key].digest != raw.digest()]
    count = ReconcileCount(
        days=len(compared),
        at_source=len(source),
        hidden=sum(day.hidden for day in compared.values()),
        changed=sum(day.changed for day in compared.values()),
        gone=sum(day.gone for day in compared.values()),
    )
    details: dict[str, Json] = {"run": lease.holder, "days": count.days, "at_source": count.at_source}
    details |= {"hidden": count.hidden, "changed": count.changed, "gone": count.gone}
    with store.write() as session:  # What was found is on record before it lands: a run that is cut off has said it.
        renew(session, lease, at=clock())
        keep_days(session, channel.name, compared, run_id=lease.holder, at=at)
        audit.record(session, by=actor.id, act="reconcile", subject=channel.name, at=clock(), details=details)
    _land(store, channel, lease, missing, clock=clock)
    filed = file_rows(
        store, channel, connector.read, actor=actor, clock=clock, hold=lambda session: renew(session, lease, at=clock())
    )
    return replace(count, filed=filed.filed + filed.updated, quarantined=filed.quarantined)


def _kept_alive(
    store: Warehouse, lease: Lease, records: Iterator[RawRecord], *, clock: Callable[[], datetime]
) -> Iterator[RawRecord]:
    """The records as a pull would land them, the lease renewed after each few: a mail with tables takes its time."""
    while batch := list(islice(records, _FEW)):
        with store.write() as session:
            renew(session, lease, at=clock())
        yield from map(without_our_names, batch)


def _landed(store: Warehouse, channel: str, source: Mapping[Key, RawRecord], since: datetime) -> dict[Key, Held]:
    """What is landed of all that the source shows, and what is landed since that moment and not shown."""
    numbered = [raw.position for raw in source.values() if moment_of(raw.position) is None]
    least = min(numbered, default="")  # a channel of numbers shows its newest records: what stands before is not asked
    with store.read() as session:
        lately, shown = held_since(session, channel, since), held_of(session, channel, source)
    stood = {key: moment_of(held.position) for key, held in lately.items()}
    within = {
        key: held
        for key, held in lately.items()
        if (held.position >= least if (moment := stood[key]) is None else moment >= since)
    }
    return within | shown


def _by_day(
    source: Mapping[Key, RawRecord], landed: Mapping[Key, Held], *, first: date, today: date
) -> dict[date, Day]:
    """Every day asked for. A record belongs to the day on which it landed or, in a channel of moments, last changed."""
    days = {first + timedelta(days=n): Day() for n in range((today - first).days + 1)}

    def of(position: str, landed_at: datetime | None) -> Day:
        stood = moment_of(position) or landed_at
        return days[min(max(local_day(stood) if stood else today, first), today)]

    for key, raw in source.items():
        held = landed.get(key)
        of(raw.position, held.landed_at if held else None).source[key] = raw.digest()
        if held:
            of(raw.position, held.landed_at).landed[key] = held.digest
    for key, held in landed.items():
        if key not in source:
            of(held.position, held.landed_at).landed[key] = held.digest
    return days


def _land(
    store: Warehouse, channel: Channel, lease: Lease, missing: Iterable[RawRecord], *, clock: Callable[[], datetime]
) -> None:
    """Land what is missing, in batches, under the lease and without a word to the cursor."""
    left = iter(missing)
    while batch := list(islice(left, BATCH)):
        with store.write() as session:
            at = clock()
            renew(session, lease, at=at)
            land_records(session, channel.name, batch, pull_id=None, at=at)
