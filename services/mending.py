"""A record in quarantine mended by a person: the channel's own reader is asked again, with the corrected fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from casework.errors import BadInput, Unreadable
from casework.people import Actor
from casework.record import Json
from connectors.registry import connect
from services.intake import mend_and_replay
from services.settings import Settings
from warehouse.engine import Warehouse
from warehouse.queries.quarantine import quarantine_record


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
    connector = connect(record.line.channel, settings.channel(record.line.channel))
    laid_over: dict[str, Json] = {**mended}
    try:
        return mend_and_replay(store, landed_id=landed_id, mended=laid_over, connector=connector, actor=actor, at=at)
    except Unreadable as still:
        raise BadInput(str(still)) from still
