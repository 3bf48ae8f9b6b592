"""Quarantine: records that were landed and cannot be read wait for a person, with the reason."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound, Unreadable
from warehouse.models import LandedRow

FILE_REFUSED = "file_refused"
"""The reason code of a whole file that could not be taken in."""


def set_aside(session: Session, row: LandedRow, refused: Unreadable) -> None:
    """Put a record aside. The reason quotes nothing of it."""
    row.state, row.reason_code = "quarantined", refused.code[:40]
    row.reason_field = refused.field[:80] if refused.field else None
    row.reason_words = str(refused)
    session.flush()


def note_filed(session: Session, row: LandedRow) -> None:
    """The record is filed, and speaks for the older versions of it that nobody could read."""
    row.state, row.reason_code, row.reason_field, row.reason_words = "filed", None, None, None
    session.execute(
        update(LandedRow)
        .where(
            LandedRow.channel == row.channel,
            LandedRow.kind == row.kind,
            LandedRow.source_key == row.source_key,
            LandedRow.version < row.version,
            LandedRow.state == "quarantined",
        )
        .values(state="superseded")
    )
    session.flush()


def take_for_mending(session: Session, landed_id: str) -> LandedRow:
    """A record in quarantine, locked. Raises `NotFound`, and `NotAllowed` when somebody has settled it already."""
    row = session.scalars(select(LandedRow).where(LandedRow.id == landed_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    if row.state != "quarantined":
        raise NotAllowed(f"This record is not in quarantine; it is {row.state}.")
    return row
