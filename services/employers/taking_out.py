"""One employer taken out as a file: for a purpose, which the audit log names."""

from __future__ import annotations

from datetime import datetime

from casework.errors import BadInput
from casework.people import Actor
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.employer_sight import employer_seen
from warehouse.store.purposes import keep_purpose


def note_taken_out(
    store: Warehouse, employer_id: str, *, purpose: str, digest: str, actor: Actor, at: datetime
) -> None:
    """Write down who took out what is known of an employer, what for, and the sha256 of the file.

    Raises `BadInput` without a purpose, `NotFound` for an employer that they may not see.
    """
    if not purpose.strip() or len(purpose) > 200:
        raise BadInput("An export needs a purpose of at most 200 characters.")
    with store.write() as session:
        row = employer_seen(session, actor, employer_id)
        kept = keep_purpose(session, purpose.strip(), by=actor.id, at=at)
        details: dict[str, Json] = {"purpose": kept, "sha256": digest}
        audit.record(session, by=actor.id, act="export_employer", subject=row.id, at=at, details=details)
