"""Photographs of a visit, or of what proves a payment: read apart and drawn anew, sealed with the case, never deleted.

Who works on the case sees them. What cannot be read is refused in words and waits in quarantine, sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotFound
from casework.lifecycle import WORKED, WorkStatus
from casework.people import Actor
from casework.record import Json
from connectors.apart import picture_apart
from connectors.pictures import MEDIA
from services.arriving.uploads import keep_refused, measured
from services.cases.held import acted, held_case
from services.cases.photo_caps import photo_caps
from services.office.settings import Settings
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AttachmentRow, CaseRow, PaymentRow, VisitRow
from warehouse.queries.sight import case_seen
from warehouse.store.attachments import (
    SMALL,
    WHOLE,
    Brought,
    attachments_of,
    content_of,
    keep_attachment,
    strike_attachment,
)
from warehouse.store.leading import leading_here

SOURCE = "photo"
"""Under which name refused photographs stand in quarantine."""


class PhotosRefused(BadInput):
    """Photographs that could not be taken, each with its number in the form and why."""

    def __init__(self, *lines: str) -> None:
        super().__init__(" Besides: ".join(lines))


def read_photos(
    store: Warehouse,
    settings: Settings,
    *,
    case_id: str,
    version: int,
    sources: Sequence[BinaryIO],
    actor: Actor,
    at: datetime,
    when: frozenset[WorkStatus] = WORKED,
) -> list[Brought]:
    """The photographs of a form, each read apart; the same one twice counts once. `when`: as `held_case` takes it.

    Raises `PhotosRefused` when one of them cannot be taken, and then none is, and what `held_case` raises before
    the first is read.
    """
    with store.read() as session:
        held_case(session, case_id, version, actor=actor, when=when)
        caps = photo_caps(session)
    if len(sources) > caps.most:
        raise PhotosRefused(f"At most {caps.most} photographs are kept together; there are {len(sources)}.")
    found: dict[str, Brought] = {}
    refused = []
    for number, source in enumerate(sources, start=1):
        digest, _ = measured(source)
        try:
            drawn = picture_apart(source, caps.picture)
        except BadInput as why:
            keep_refused(store, settings, source, SOURCE, str(why), job=SOURCE, actor=actor, at=at)
            refused.append(f"Photograph {number}: {why}")
            continue
        looks = {WHOLE: drawn.content, SMALL: drawn.small}
        found.setdefault(
            digest,
            Brought(
                looks=looks,
                media=MEDIA,
                sent_media=drawn.sent_as,
                sent_sha256=digest,
                width=drawn.width,
                height=drawn.height,
            ),
        )
    if refused:
        raise PhotosRefused(*refused)
    return list(found.values())


def keep_photos(
    session: Session,
    case: CaseRow,
    visit_id: str | None,
    photos: Sequence[Brought],
    *,
    actor: Actor,
    at: datetime,
    payment_id: str | None = None,
) -> list[str]:
    """Keep photographs with a visit, or with the payment that they prove, of a case that its caller holds.

    One that is with it already is not kept again.
    """
    place = (visit_id, payment_id)
    every = attachments_of(session, [case.id])
    there = [one for one in every if (one.visit_id, one.payment_id) == place and one.struck_at is None]
    known = {one.sent_sha256 for one in there}
    new = [one for one in photos if one.sent_sha256 not in known]
    most = photo_caps(session).most
    if len(there) + len(new) > most:
        raise PhotosRefused(f"At most {most} photographs are kept together; {len(there)} are there already.")
    about = {"case_id": case.id, "visit_id": visit_id, "payment_id": payment_id}
    return [keep_attachment(session, one, **about, by=actor.id, at=at).id for one in new]  # type: ignore[arg-type]


def add_photos(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    visit_id: str | None = None,
    payment_id: str | None = None,
    photos: Sequence[Brought],
    actor: Actor,
    at: datetime,
) -> int:
    """Photographs that come after their visit, or the payment that they prove, was recorded. How many were new."""
    if not photos:
        raise BadInput("Please choose a photograph.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        of: VisitRow | PaymentRow | None = None
        if payment_id is not None:
            of, visit_id = session.get(PaymentRow, payment_id), None
        elif visit_id is not None:
            of = session.get(VisitRow, visit_id)
        if of is None or of.case_id != case.id:
            raise NotFound("There is no such visit and no such payment on this case.")
        kept = keep_photos(session, case, visit_id, photos, actor=actor, at=at, payment_id=payment_id)
        about: dict[str, Json] = {"visit": visit_id} if payment_id is None else {"payment": payment_id}
        acted(session, case, "add_photos", actor=actor, at=at, details={**about, "photos": len(kept)})
        return len(kept)


def strike_photo(
    store: Warehouse, *, case_id: str, version: int, photo_id: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Strike out a photograph that does not belong here, with the reason. The row and what it shows stay."""
    if not reason.strip():
        raise BadInput("A photograph is struck out with a reason.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        row = session.get(AttachmentRow, photo_id)
        if row is None or row.case_id not in leading_here(session, case.id):
            raise NotFound("There is no such photograph on this case.")
        strike_attachment(session, row, reason=reason.strip(), by=actor.id, at=at)
        acted(session, case, "strike_photo", actor=actor, at=at, details={"attachment": row.id})


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph to be shown: its type and its parts, opened already."""

    media: str
    parts: tuple[bytes, ...]


def see_photo(store: Warehouse, *, matter_no: str, photo_id: str, small: bool, actor: Actor, at: datetime) -> Picture:
    """A photograph, for who may know of its case; the whole one is noted in the audit log, for nothing on it is masked.

    Raises `NotFound` alike for one that is missing, one that is not theirs to see, and one that was struck out.
    """
    with store.read() as session:
        case = case_seen(session, actor, matter_no=matter_no)
        row = session.get(AttachmentRow, photo_id)
        if row is None or row.struck_at is not None or row.case_id not in leading_here(session, case.id):
            raise NotFound("There is no such photograph, or it is not yours to see.")
        media, parts = row.media, tuple(content_of(session, row.id, SMALL if small else WHOLE))
    if not small:
        with store.write() as session:
            audit.record(session, by=actor.id, act="read_photo", subject=photo_id, at=at, details={"case": case.id})
    return Picture(media, parts)
