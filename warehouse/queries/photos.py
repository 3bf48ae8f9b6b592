"""The photographs of a case's visits, for its pages: what each is and where it stands, never what it shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import AttachmentRow, VisitRow
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers
from warehouse.store.attachments import VISIT


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph. `number` counts the photographs of the page; measures in pixels and bytes."""

    id: str
    number: int
    visit_id: str
    visited_at: datetime
    sha256: str
    sent_sha256: str
    sent_media: str
    size_bytes: int
    width: int | None
    height: int | None
    by: str
    at: datetime
    struck_by: str | None = None
    struck_at: datetime | None = None
    struck_reason: str | None = None


@dataclass(frozen=True, slots=True)
class VisitPhotos:
    """The photographs of one visit. `again`: how many more are the same as one that is shown before."""

    shown: tuple[Photo, ...] = ()
    struck: tuple[Photo, ...] = ()
    again: int = 0


def photos_of(session: Session, case_ids: Collection[str]) -> Mapping[str, VisitPhotos]:
    """By visit, the photographs of a case and of those merged into it; one brought in twice is shown once.

    Visits stand in the order of their time, photographs in the order in which they came.
    """
    question = (
        select(AttachmentRow, VisitRow.visited_at)
        .join(VisitRow, VisitRow.id == AttachmentRow.visit_id)
        .where(AttachmentRow.case_id.in_(case_ids), AttachmentRow.origin == VISIT)
        .order_by(VisitRow.visited_at, VisitRow.id, AttachmentRow.number)
    )
    rows = session.execute(question).tuples().all()
    names = names_of(session, {one for row, _ in rows for one in (row.by, row.struck_by) if one})
    found: dict[str, VisitPhotos] = {}
    seen: set[str] = set()
    for row, visited_at in rows:
        visit = found.get(row.visit_id or "", VisitPhotos())
        if row.struck_at is not None:
            visit = VisitPhotos(visit.shown, (*visit.struck, _photo(session, row, visited_at, 0, names)), visit.again)
        elif row.sent_sha256 in seen:
            visit = VisitPhotos(visit.shown, visit.struck, visit.again + 1)
        else:
            seen.add(row.sent_sha256)
            photo = _photo(session, row, visited_at, len(seen), names)
            visit = VisitPhotos((*visit.shown, photo), visit.struck, visit.again)
        found[row.visit_id or ""] = visit
    return found


def in_order(photos: Mapping[str, VisitPhotos]) -> list[Photo]:
    """Every photograph that is shown, by its number."""
    return sorted((one for visit in photos.values() for one in visit.shown), key=lambda one: one.number)


def _photo(session: Session, row: AttachmentRow, visited_at: datetime, number: int, names: Mapping[str, str]) -> Photo:
    reason = row.struck_reason
    return Photo(
        id=row.id,
        number=number,
        visit_id=row.visit_id or "",
        visited_at=visited_at,
        sha256=row.sha256,
        sent_sha256=row.sent_sha256,
        sent_media=row.sent_media,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        by=names.get(row.by, row.by),
        at=row.at,
        struck_by=names.get(row.struck_by, row.struck_by) if row.struck_by else None,
        struck_at=row.struck_at,
        struck_reason=Tellers(session, [row.case_id]).hide(reason, row.case_id),
    )
