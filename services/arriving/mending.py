"""A record in quarantine mended by a person: the channel's own reader is asked again, with the corrected fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from casework.complaint import Complaint
from casework.errors import BadInput, NotAllowed, Unreadable
from casework.people import Actor
from casework.record import Json, RawRecord
from connectors import imports
from connectors.base import Channel
from connectors.registry import connect
from services.arriving.imports import facts_of
from services.arriving.intake import ReadsRecords, mend_and_replay
from services.office.settings import Settings
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.quarantine import MOST, quarantine_record
from warehouse.store.quarantine import take_for_mending


@dataclass(frozen=True, slots=True)
class _Table:
    """A row of a file that a person brought, under whatever source it is filed: its layout says what it means."""

    channel: Channel

    def read(self, raw: RawRecord) -> Complaint:
        """What the row means. Raises `Unreadable`."""
        return imports.read(raw)


def mend_record(
    store: Warehouse, settings: Settings, *, landed_id: str, mended: Mapping[str, str], actor: Actor, at: datetime
) -> str:
    """Lay the corrected fields over the record and read it again. Returns the state it has now.

    Raises `BadInput` with the reader's own words when it still cannot be understood: the person mends on.
    """
    if not mended:
        raise BadInput("Please correct at least one field.")
    return _mended(store, settings, landed_id, mended, actor=actor, at=at)


@dataclass(frozen=True, slots=True)
class MendCount:
    """What became of many records that were read again: how many are filed, and how many still cannot be read."""

    filed: int
    left: int


def mend_many(
    store: Warehouse,
    settings: Settings,
    *,
    landed_ids: Collection[str],
    mended: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> MendCount:
    """Read many records again, with the same corrections to all or, once the channel's codes are mended, with none.

    Each goes by itself: what still cannot be read stays where it is, and so does what has not the field corrected.
    """
    _some(landed_ids)
    filed = left = 0
    for landed_id in landed_ids:
        try:
            _mended(store, settings, landed_id, mended, actor=actor, at=at)
            filed += 1
        except (BadInput, NotAllowed):
            left += 1
    return MendCount(filed, left)


def discard_many(store: Warehouse, *, landed_ids: Collection[str], reason: str, actor: Actor, at: datetime) -> int:
    """Set many records aside for good, with one reason, all or none. Raises as `discard` does."""
    _some(landed_ids)
    if not reason.strip():
        raise BadInput("Give the reason for discarding the record.")
    with store.write() as session:
        for landed_id in sorted(landed_ids):
            row = take_for_mending(session, landed_id)
            row.state, row.settled_by, row.settled_at, row.settled_reason = "discarded", actor.id, at, reason.strip()
            audit.record(session, by=actor.id, act="discard", subject=landed_id, at=at)
    return len(landed_ids)


def _some(landed_ids: Collection[str]) -> None:
    if not landed_ids:
        raise BadInput("Please tick at least one record.")
    if len(landed_ids) > MOST:
        raise BadInput(f"At most {MOST} records are handled at once.")


def _mended(
    store: Warehouse, settings: Settings, landed_id: str, mended: Mapping[str, str], *, actor: Actor, at: datetime
) -> str:
    with store.read() as session:
        record = quarantine_record(session, landed_id)
    unknown = sorted(set(mended) - set(record.fields))
    if unknown:
        raise BadInput("A corrected field must be one of the record's own.")
    name = record.line.channel
    reader: ReadsRecords = _Table(facts_of(name)) if record.imported else connect(name, settings.channel(name))
    laid_over: dict[str, Json] = {**mended}
    try:
        return mend_and_replay(store, landed_id=landed_id, mended=laid_over, connector=reader, actor=actor, at=at)
    except Unreadable as still:
        raise BadInput(str(still)) from still
