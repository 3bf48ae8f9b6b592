"""A record in quarantine mended by a person: the channel's own reader is asked again, with the corrected fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from casework.complaint import Complaint
from casework.errors import BadInput, Unreadable
from casework.people import Actor
from casework.record import Json, RawRecord
from connectors import imports
from connectors.base import Channel
from connectors.registry import connect
from services.arriving.imports import facts_of
from services.arriving.intake import ReadsRecords, mend_and_replay
from services.office.settings import Settings
from warehouse.engine import Warehouse
from warehouse.queries.quarantine import quarantine_record


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
