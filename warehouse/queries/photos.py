"""The photographs of a case, for its pages: what each is, of which visit or payment, and never what it shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from warehouse.models import AttachmentRow, PaymentRow, VisitRow
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph. `number` counts the photographs of the page; measures in pixels and bytes.

    Of a visit it has its time, of a paper that proves a payment the day of that; `of` is the id of either.
    """

    id: str
    number: int
    of: str
    visited_at: datetime | None
    paid_on: date | None
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
    """The photographs of one visit or payment. `again`: how many more are the same as one that is shown before."""

    shown: tuple[Photo, ...] = ()
    struck: tuple[Photo, ...] = ()
    again: int = 0


def photos_of(session: Session, case_ids: Collection[str]) -> Mapping[str, VisitPhotos]:
    """By visit and by payment, the photographs of a case and of those merged into it; each is shown once.

    Visits stand in the order of their time and payments after them in that of theirs, photographs as they came.
    """
    file = AttachmentRow
    here = file.case_id.in_(case_ids)
    visits = select(file, VisitRow.visited_at, null()).join(VisitRow, VisitRow.id == file.visit_id).where(here)
    proofs = select(file, null(), PaymentRow.paid_on).join(PaymentRow, PaymentRow.id == file.payment_id).where(here)
    rows = [
        *session.execute(visits.order_by(VisitRow.visited_at, VisitRow.id, file.number)).tuples(),
        *session.execute(proofs.order_by(PaymentRow.paid_on, PaymentRow.id, file.number)).tuples(),
    ]
    names = names_of(session, {one for row, *_ in rows for one in (row.by, row.struck_by) if one})
    found: dict[str, VisitPhotos] = {}
    seen: set[str] = set()
    for row, visited_at, paid_on in rows:
        of = row.visit_id or row.payment_id or ""
        visit = found.get(of, VisitPhotos())
        if row.struck_at is not None:
            photo = _photo(session, row, visited_at, paid_on, 0, names)
            visit = VisitPhotos(visit.shown, (*visit.struck, photo), visit.again)
        elif row.sent_sha256 in seen:
            visit = VisitPhotos(visit.shown, visit.struck, visit.again + 1)
        else:
            seen.add(row.sent_sha256)
            photo = _photo(session, row, visited_at, paid_on, len(seen), names)
            visit = VisitPhotos((*visit.shown, photo), visit.struck, visit.again)
        found[of] = visit
    return found


def in_order(photos: Mapping[str, VisitPhotos]) -> list[Photo]:
    """Every photograph that is shown, by its number."""
    return sorted((one for visit in photos.values() for one in visit.shown), key=lambda one: one.number)


def _photo(
    session: Session,
    row: AttachmentRow,
    visited_at: datetime | None,
    paid_on: date | None,
    number: int,
    names: Mapping[str, str],
) -> Photo:
    reason = row.struck_reason
    return Photo(
        id=row.id,
        number=number,
        of=row.visit_id or row.payment_id or "",
        visited_at=visited_at,
        paid_on=paid_on,
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
