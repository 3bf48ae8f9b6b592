"""Quarantine: records that were landed and cannot be read wait for a person, with the reason."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, aliased

from casework.errors import NotAllowed, NotFound, Unreadable
from warehouse.models import LandedRow

_TO_FILE = ("landed", "quarantined")
FILE_REFUSED = "file_refused"
"""The reason code of a whole file that could not be taken in."""
_NEWER = aliased(LandedRow)
_SPOKEN_FOR = select(LandedRow.id).where(
    LandedRow.state == "quarantined",
    select(_NEWER.id)
    .where(
        _NEWER.id.in_(bindparam("filed", expanding=True)),
        _NEWER.channel == LandedRow.channel,
        _NEWER.kind == LandedRow.kind,
        _NEWER.source_key == LandedRow.source_key,
        _NEWER.version > LandedRow.version,
    )
    .correlate(LandedRow)
    .exists(),
)
"""Records in quarantine of which one of these is a newer version."""


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
    session.execute(update(LandedRow).where(LandedRow.id.in_(landed_ids), LandedRow.state.in_(_TO_FILE)).values(filed))
    ids = session.scalars(_SPOKEN_FOR, {"filed": list(landed_ids)}).all()
    if ids:
        session.execute(
            update(LandedRow).where(LandedRow.id.in_(ids), LandedRow.state == "quarantined").values(state="superseded")
        )


def take_for_mending(session: Session, landed_id: str) -> LandedRow:
    """A record in quarantine, locked. Raises `NotFound`, and `NotAllowed` when somebody has settled it already."""
    row = session.scalars(select(LandedRow).where(LandedRow.id == landed_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    if row.state != "quarantined":
        raise NotAllowed(f"This record is not in quarantine; it is {row.state}.")
    return row
