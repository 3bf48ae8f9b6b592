"""What exports were for: closed text, which the audit log names by its id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.models import ExportPurposeRow, new_id


def keep_purpose(session: Session, purpose: str, *, by: str, at: datetime) -> str:
    """Keep what an export is for, and return the id under which the log names it: people write names there."""
    row = ExportPurposeRow(id=new_id("exp"), purpose=purpose, by=by, at=at)
    session.add(row)
    session.flush()
    return row.id


def purpose_kept(session: Session, purpose_id: str) -> str | None:
    """What an export was for. None: there is no such export."""
    row = session.get(ExportPurposeRow, purpose_id)
    return None if row is None else row.purpose
