"""Bulletins: drafts that are counted anew, issued ones that never change, and their files."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, NotFound
from warehouse.engine import one_at_a_time
from warehouse.models import BulletinFileRow, BulletinRow, new_id
from warehouse.store.serials import next_serial


def hold(session: Session, territory: str, period: str) -> None:
    """Nobody else makes, counts or issues a bulletin of this period and territory until the end of the transaction."""
    one_at_a_time(session, f"bulletin:{territory}:{period}")


def of_period(session: Session, territory: str, period: str) -> list[BulletinRow]:
    """Every bulletin of a period, the first made first."""
    row = BulletinRow
    asked = select(row).where(row.territory == territory, row.period == period)
    return list(session.scalars(asked.order_by(row.made_at, row.id)))


def changeable(session: Session, bulletin_id: str, *, version: int) -> BulletinRow:
    """A bulletin to be changed, locked; `Conflict` where it is not as it was seen, `NotFound` where there is none."""
    asked = select(BulletinRow).where(BulletinRow.id == bulletin_id).with_for_update()
    row = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such bulletin, or it is not yours to see.")
    if row.version != version:
        at = (row.issued_at or row.made_at).isoformat(timespec="minutes")
        raise Conflict("Somebody else changed this bulletin meanwhile.", by=row.issued_by or row.made_by, at=at)
    return row


def put_draft(session: Session, draft: BulletinRow | None, said: dict[str, Any], *, by: str, at: datetime) -> str:
    """Keep what was counted: in the draft there is, else in a new one. Returns its id."""
    if draft is None:
        draft = BulletinRow(id=new_id("bul"), state="draft", version=0, **said)
        session.add(draft)
    else:
        for name, value in said.items():
            setattr(draft, name, value)
    draft.made_by, draft.made_at, draft.version = by, at, draft.version + 1
    session.flush()
    return draft.id


def put_issued(session: Session, draft: BulletinRow, *, by: str, at: datetime, year: int) -> str:
    """Give a draft its number; what it restates is replaced from now on. Returns the number."""
    serial = next_serial(session, f"bulletin:{draft.territory}:{draft.kind}:{year}")
    letter = {"weekly": "W", "monthly": "M"}[draft.kind]
    draft.bulletin_no = f"{draft.territory}-{letter}-{year}-{serial:03d}"
    draft.state, draft.issued_by, draft.issued_at = "issued", by, at
    draft.version += 1
    if draft.replaces is not None:
        before = session.get_one(BulletinRow, draft.replaces, with_for_update=True)
        before.state = "replaced"
        before.version += 1
    session.flush()
    return draft.bulletin_no


def keep_file(session: Session, bulletin_id: str, language: str, form: str, body: bytes) -> BulletinFileRow:
    """Keep one file; the one that is there already stays as it is, and is given back."""
    kept = session.get(BulletinFileRow, (bulletin_id, language, form))
    if kept is None:
        digest = hashlib.sha256(body).hexdigest()
        kept = BulletinFileRow(bulletin_id=bulletin_id, language=language, form=form, sha256=digest, body=body)
        session.add(kept)
        session.flush()
    return kept
