"""Intake: pull a channel, land what came, file what can be read. Twice, late or killed, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import islice
from time import monotonic
from typing import Protocol

from casework.calendar import SHANGHAI, local_day
from casework.complaint import Complaint
from casework.errors import ArrearsError, BadInput, ChannelChanged, ChannelUnavailable, CursorRefused, NotAllowed
from casework.people import Actor
from casework.record import Cursor, Json, RawRecord, without_our_names
from casework.wages import WageFeed
from connectors.base import Channel, Connector
from services.arriving.breaking_off import given_back
from services.arriving.filing import FileCount, file_all, file_rows, filing_of, keep_complaint, pass_by
from services.arriving.reading import as_raw, completed, meaning
from services.arriving.uncollected import uncollected
from services.office.run_book import noted
from services.office.working_days import calendar_in_force
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.failpoints import hit
from warehouse.models import PullCertificateRow
from warehouse.store.baselines import usual_on
from warehouse.store.canaries import recognised
from warehouse.store.channels import channel_row, close_certificate, fail_certificate, open_certificate, went_dark
from warehouse.store.complaints import Filing
from warehouse.store.landing import LandCount, in_order, land_batch
from warehouse.store.leases import LENGTH, Lease, acquire, release, renew
from warehouse.store.quarantine import take_for_mending

__all__ = [
    "CollectCount",
    "FileCount",
    "collect_channel",
    "discard",
    "file_landed",
    "mend_and_replay",
    "record_walk_in",
]

BATCH = 200
PATIENCE = 60.0
"""Seconds after which what has come of a batch lands, with the next record or at the end of the wait for one."""
WALK_IN = "walk_in"
LEASE = "collect:"
"""How the lease of a channel is called: this, and the name of the channel."""
TROUBLES: dict[type[ArrearsError], str] = {
    ChannelUnavailable: "channel_unavailable",
    ChannelChanged: "channel_changed",
    CursorRefused: "cursor_refused",
    BadInput: "settings_wrong",
}


class ReadsRecords(Protocol):
    """Who says what a record means: a channel's connector, or the layout of a file."""

    @property
    def channel(self) -> Channel:
        """The facts of the channel the record is filed under."""

    def read(self, raw: RawRecord) -> Complaint | WageFeed:
        """What a record means. Raises `Unreadable`."""


@dataclass(frozen=True, slots=True)
class CollectCount:
    """What one run brought: records seen, new, changed and known; complaints and feeds filed; records set aside."""

    seen: int
    new: int
    versions: int
    unchanged: int
    filed: int
    quarantined: int
    verdict: str


def collect_channel(
    store: Warehouse,
    connector: Connector,
    *,
    run_id: str,
    clock: Callable[[], datetime],
    actor: Actor,
    lease: timedelta = LENGTH,
) -> CollectCount:
    """Pull a channel and file what came.

    The channel is this run's own until so long after its last sign of life; then the run counts as dead. Raises
    `LeaseTaken` when another run is at it, `LeaseLost` when one took over, `NotAllowed` when a person paused it, and
    the channel's own errors as they are, after what had landed is filed and the trouble is on the channel's row and on
    the certificate. Any other error goes through too; the certificate names its kind, and the channel is given back.
    """
    channel, at = connector.channel, clock()
    held = _begin(store, channel, run_id=run_id, at=at, length=lease)
    with (
        given_back(store, channel.name, *held[:2], clock=clock, actor=actor),
        noted(store, "collect", channel.name, actor=actor, at=at, pull_id=held[1]) as run,
    ):
        count = _collected(store, connector, held, clock=clock, actor=actor)
        run.state = count.verdict
    return count


def _collected(
    store: Warehouse,
    connector: Connector,
    held: tuple[Lease, str, str | None],
    *,
    clock: Callable[[], datetime],
    actor: Actor,
) -> CollectCount:
    channel, (lease, pull_id, stored) = connector.channel, held
    landed = LandCount()
    trouble: ArrearsError | None = None
    try:
        landed = _pull(store, connector, stored, lease=lease, pull_id=pull_id, clock=clock)
    except (ChannelUnavailable, ChannelChanged, CursorRefused, BadInput) as failed:
        trouble = failed
    hit("before_file")
    filed = file_rows(
        store,
        channel,
        connector.read,
        actor=actor,
        clock=clock,
        pull_id=pull_id,
        hold=lambda session: renew(session, lease, at=clock()),
    )
    hit("before_certificate")
    verdict = _end(store, channel, lease, pull_id, trouble=trouble, at=clock(), actor=actor)
    hit("after_certificate")
    if trouble is not None:
        raise trouble
    return CollectCount(
        landed.seen, landed.new, landed.versions, landed.unchanged, filed.filed, filed.quarantined, verdict
    )


def _begin(
    store: Warehouse, channel: Channel, *, run_id: str, at: datetime, length: timedelta
) -> tuple[Lease, str, str | None]:
    with store.write() as session:
        row = channel_row(session, channel.name)
        if row.paused_by is not None:
            raise NotAllowed(f"The channel {channel.name} is paused.")
        lease = acquire(session, LEASE + channel.name, holder=run_id, at=at, length=length)
        row.answers = channel.answers
        certificate = open_certificate(session, channel.name, run_id=run_id, at=at)
        return lease, certificate.id, row.cursor


def _pull(
    store: Warehouse,
    connector: Connector,
    stored: str | None,
    *,
    lease: Lease,
    pull_id: str,
    clock: Callable[[], datetime],
) -> LandCount:
    """Land in batches. Each batch checks the fence, moves the cursor and renews the lease in its own transaction."""
    cursor = Cursor.loads(stored, connector.channel.name)
    records = connector.pull(cursor, now=clock())
    total, stands = LandCount(), None
    trouble: ArrearsError | None = None
    while trouble is None:
        batch, trouble = _next_batch(records)
        if not batch:
            break
        stands = in_order(batch, stands)
        hit("before_land")
        with uncollected(), store.write() as session:
            at = clock()
            renew(session, lease, at=at)
            total += land_batch(session, batch, pull_id=pull_id, at=at)
            hit("before_land_commit")
        hit("after_land_commit")
        hit("before_settle")
        connector.settle(batch)
        hit("after_settle")
    if trouble is not None:
        raise trouble
    return total


def _next_batch(records: Iterator[RawRecord]) -> tuple[list[RawRecord], ArrearsError | None]:
    """The next records, and the trouble that cut them short: what came before it came in order and may land.

    Of a slow source they are fewer: what has come lands, and the lease is renewed with it.
    """
    batch: list[RawRecord] = []
    began = monotonic()
    try:
        for record in islice(records, BATCH):
            batch.append(without_our_names(record))
            if monotonic() - began > PATIENCE:
                break
    except (ChannelUnavailable, ChannelChanged, CursorRefused, BadInput) as failed:
        return batch, failed
    return batch, None


def _end(
    store: Warehouse,
    channel: Channel,
    lease: Lease,
    pull_id: str,
    *,
    trouble: ArrearsError | None,
    at: datetime,
    actor: Actor,
) -> str:
    with store.write() as session:
        renew(session, lease, at=at)
        row = session.get_one(PullCertificateRow, pull_id)
        if trouble is not None:
            verdict, code = "failed", TROUBLES[type(trouble)]
            fail_certificate(session, pull_id, code=code, words=str(trouble), at=at)
        else:
            day = local_day(at)
            calendar = calendar_in_force(session)
            yesterday = day - timedelta(days=1)
            while not calendar.works(yesterday):
                yesterday -= timedelta(days=1)
            since = datetime.combine(yesterday, time(), SHANGHAI)
            row.expected = usual_on(session, channel.name, day, calendar.works)
            brings = channel.least_per_run > 0 or bool(row.expected)
            dark = row.seen == 0 and brings and calendar.works(day) and went_dark(session, channel.name, since=since)
            verdict = "empty_alarm" if dark else "complete"
            close_certificate(session, pull_id, verdict=verdict, at=at)
        details: dict[str, Json] = {"pull": pull_id, "verdict": verdict, "seen": row.seen, "new": row.landed_new}
        details |= {"versions": row.landed_versions, "filed": row.filed, "refused": row.refused}
        if row.canaries:
            details["canaries"] = row.canaries
        audit.record(
            session, by=actor.id, act="collect", subject=channel.name, at=at, details=details, success=trouble is None
        )
        release(session, lease)
    return verdict


def file_landed(store: Warehouse, connector: Connector, *, actor: Actor, at: datetime) -> FileCount:
    """File what has landed from a channel and is not filed yet: after a cut-off run, or a mended mapping."""
    return file_rows(store, connector.channel, connector.read, actor=actor, clock=lambda: at)


def record_walk_in(store: Warehouse, *, complaint: Complaint, actor: Actor, at: datetime) -> str:
    """Keep what was told at the window. Returns the complaint's id. Raises `Unreadable` for what cannot be kept."""
    told = completed(replace(complaint, channel=WALK_IN, version=1))
    with store.write() as session:
        channel_row(session, WALK_IN)
        filing = Filing(calendar=calendar_in_force(session), reply_limit=None, by=actor.id, at=at)
        keep_complaint(session, told, filing)
        audit.record(session, by=actor.id, act="record_walk_in", subject=told.id, at=at)
    return told.id


def mend_and_replay(
    store: Warehouse, *, landed_id: str, mended: dict[str, Json], connector: ReadsRecords, actor: Actor, at: datetime
) -> str:
    """Lay corrected fields over a record in quarantine and read it again; what was received stays as it is.

    Returns the state it has now. Raises `Unreadable` when it still cannot be understood, `NotAllowed` when it is not in
    quarantine (any more), `NotFound` when there is none.
    """
    with store.write() as session:
        row = take_for_mending(session, landed_id)
        said = meaning(as_raw(row, {**(row.mended or {}), **mended}), connector.read)
        row.mended = {**(row.mended or {}), **mended}
        row.settled_by, row.settled_at = actor.id, at
        filing = filing_of(session, connector.channel, by=actor.id, at=at)
        canary = recognised(session, said) if isinstance(said, Complaint) else None
        if canary is not None and isinstance(said, Complaint):
            pass_by(session, row, said, canary, filing)
        else:
            file_all(session, [(row.id, said)], filing)
        details: dict[str, Json] = {"fields": [*sorted(mended)]}
        audit.record(session, by=actor.id, act="mend", subject=landed_id, at=at, details=details)
        return row.state


def discard(store: Warehouse, *, landed_id: str, reason: str, actor: Actor, at: datetime) -> None:
    """Set a record in quarantine aside for good, with the reason. Raises `BadInput`, `NotAllowed`, `NotFound`."""
    if not reason.strip():
        raise BadInput("Give the reason for discarding the record.")
    with store.write() as session:
        row = take_for_mending(session, landed_id)
        row.state, row.settled_by, row.settled_at, row.settled_reason = "discarded", actor.id, at, reason.strip()
        audit.record(session, by=actor.id, act="discard", subject=landed_id, at=at)
