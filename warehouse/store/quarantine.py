"""Quarantine: records that were landed and cannot be read wait for a person, with the reason."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, aliased

from casework.errors import NotAllowed, NotFound, Unreadable
from warehouse.many import one_of
from warehouse.models import LandedRow

_TO_FILE = ("landed", "quarantined")
FILE_REFUSED = "file_refused"
"""The reason code of a whole file that could not be taken in."""


def set_aside(session: Session, row: LandedRow, refused: Unreadable) -> None:
    """Put a record aside. The reason quotes nothing of it."""
    row.state, row.reason_code = "quarantined", refused.code[:40]
    row.reason_field = refused.field[:80] if refused.field else None
    row.reason_words = str(refused)
    session.flush()


def note_filed(session: Session, landed_ids: Collection[str]) -> None:
    """These records are filed, and speak for the older versions of them that nobody could read."""
    if not landed_ids:
        return
    filed = {"state": "filed", "reason_code": None, "reason_field": None, "reason_words": None}
    # Their states are looked at, not searched by: SQLite would walk over all that waits.
    state = LandedRow.state.concat("")
    known = update(LandedRow).where(one_of(LandedRow.id, landed_ids), state.in_(_TO_FILE)).values(filed)
    versions = session.scalars(known.returning(LandedRow.version)).all()
    if all(version == 1 for version in versions):
        return
    ids = session.scalars(_spoken_for(landed_ids)).all()
    if ids:
        over = update(LandedRow).where(one_of(LandedRow.id, ids), LandedRow.state == "quarantined")
        session.execute(over.values(state="superseded"))


def _spoken_for(filed: Collection[str]) -> Select[tuple[str]]:
    """Records in quarantine of which one of these is a newer version."""
    row, newer = LandedRow, aliased(LandedRow)
    same = (newer.channel == row.channel, newer.kind == row.kind, newer.source_key == row.source_key)
    of_these = select(newer.id).where(one_of(newer.id, filed), *same, newer.version > row.version)
    return select(row.id).where(row.state == "quarantined", of_these.correlate(row).exists())


def take_for_mending(session: Session, landed_id: str) -> LandedRow:
    """A record in quarantine, locked. Raises `NotFound`, and `NotAllowed` when somebody has settled it already."""
    row = session.scalars(select(LandedRow).where(LandedRow.id == landed_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    if row.state != "quarantined":
        raise NotAllowed(f"This record is not in quarantine; it is {row.state}.")
    return row
