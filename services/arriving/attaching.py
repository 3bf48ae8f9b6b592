"""Files that complaints bring: noted when their record is filed, fetched one by one, made harmless, sealed.

A file is what its first bytes say. Pictures are drawn anew in a child that can do nothing else; sound, film and papers
are kept as they came and shown as nothing but what they are. What cannot be taken is noted with its code, and the
complaint goes on without it. A source that is down is asked again with the next pulls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from time import monotonic
from typing import BinaryIO, cast

from sqlalchemy import select

from casework.errors import ArrearsError, BadInput, ChannelChanged, ChannelUnavailable, NotFound, Unreadable
from casework.media import HEAD, Look, Media, media_of
from casework.people import Actor
from casework.record import RawRecord
from connectors.apart import picture_apart
from connectors.base import Attached, CarriesFiles, Connector
from connectors.pictures import MEDIA, PictureCaps
from services.arriving.reading import as_raw
from services.cases.photo_caps import photo_caps
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import ComplaintFileRow, ComplaintRow, ComplaintVersionRow, LandedRow
from warehouse.store.complaint_files import GONE, REFUSED, WANTED, Known, keep_file, want_files
from warehouse.store.settings import whole

LOOKS_BACK = timedelta(days=2)
"""So long after its filing a record is still asked for its files: a run that was cut off loses none."""
AT_ONCE, SECONDS = 60, 90.0
"""So many files, and so long, in one run: the others come with the next."""
TRIES = 40
"""So often a source that is down is asked for a file: ten hours of quarter hours."""
_PIECE = 256 * 1024


class _TooLarge(BadInput):
    """The file is larger than the office takes."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one run did with files."""

    wanted: int = 0
    kept: int = 0
    refused: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    id: str
    ref: str
    raw: RawRecord


def attach_files(store: Warehouse, connector: Connector, *, actor: Actor, clock: Callable[[], datetime]) -> Fetched:
    """Note and fetch the files of what was filed lately from this channel. As often as one likes."""
    if not isinstance(connector, CarriesFiles):
        return Fetched()
    channel = connector.channel.name
    noted = _note(store, connector, channel, at=clock())
    kept = refused = 0
    until = monotonic() + SECONDS
    for one in _waiting(store, channel):
        if monotonic() > until:
            break
        state = _settle(store, connector, one, at=clock())
        kept, refused = kept + (state == "kept"), refused + (state in (REFUSED, GONE))
        if state == WANTED:
            break  # its source is down: the others wait as well
    left = len(_waiting(store, channel))
    if noted or kept or refused:
        with store.write() as session:
            details = {"wanted": noted, "kept": kept, "refused": refused, "waiting": left}
            audit.record(session, by=actor.id, act="attach_files", subject=channel, at=clock(), details={**details})
    return Fetched(noted, kept, refused, left)


def _note(store: Warehouse, connector: CarriesFiles, channel: str, *, at: datetime) -> int:
    said, row, known = ComplaintVersionRow, LandedRow, ComplaintFileRow
    question = (
        select(row, said.complaint_id)
        .join(said, said.landed_id == row.id)
        .where(row.channel == channel, said.newest, said.read_at >= at - LOOKS_BACK)
        .where(~select(known.id).where(known.landed_id == row.id).exists())
        .order_by(row.id)
    )
    with store.read() as session:
        found = [
            (landed.id, complaint_id, [file.ref for file in connector.attachments(as_raw(landed))])
            for landed, complaint_id in session.execute(question).tuples()
        ]
    count = 0
    for landed_id, complaint_id, refs in found:
        if refs:
            with store.write() as session:
                most = whole(session, "file.most")
                count += want_files(
                    session, complaint_id=complaint_id, landed_id=landed_id, refs=refs, most=most, at=at
                )
    return count


def _waiting(store: Warehouse, channel: str) -> list[_Wanted]:
    row = ComplaintFileRow
    question = (
        select(row, LandedRow)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .join(LandedRow, LandedRow.id == row.landed_id)
        .where(row.state == WANTED, ComplaintRow.channel == channel)
        .order_by(row.tries, row.wanted_at, row.id)
        .limit(AT_ONCE)
    )
    with store.read() as session:
        return [_Wanted(file.id, file.ref, as_raw(landed)) for file, landed in session.execute(question).tuples()]


def _settle(store: Warehouse, connector: CarriesFiles, one: _Wanted, *, at: datetime) -> str:
    """Fetch one file; the state it has now."""
    with TemporaryFile() as held:
        try:
            brought = connector.fetch(one.raw, Attached(one.ref))
            known, small, content = understood(store, brought, cast(BinaryIO, held))
        except ChannelUnavailable:
            return _note_state(store, one.id, WANTED, "channel_unavailable", at=at)
        except NotFound:
            return _note_state(store, one.id, GONE, "gone", at=at)
        except (BadInput, ChannelChanged, Unreadable) as refused:
            return _note_state(store, one.id, REFUSED, code_of(refused), at=at)
        with store.write() as session:
            row = session.get_one(ComplaintFileRow, one.id, with_for_update=True)
            if row.state == WANTED:
                keep_file(session, row, known, content, small, at=at)
            return row.state


def _note_state(store: Warehouse, file_id: str, state: str, code: str, *, at: datetime) -> str:
    with store.write() as session:
        row = session.get_one(ComplaintFileRow, file_id, with_for_update=True)
        if row.state != WANTED:
            return row.state
        row.tries += 1
        over = state == WANTED and row.tries >= TRIES
        row.state, row.reason_code = (REFUSED if over else state), code
        row.settled_at = at if row.state != WANTED else None
        return row.state


def understood(
    store: Warehouse, brought: Iterator[bytes], held: BinaryIO
) -> tuple[Known, bytes | None, Iterator[bytes]]:
    """What a file is, its small picture, and its content in pieces. Raises `BadInput` for what is not taken.

    `held` is a file of ours in which it lies meanwhile, so that it is never in memory as a whole.
    """
    with store.read() as session:
        most, caps = whole(session, "file.megabytes") * 1_000_000, photo_caps(session)
    digest, size = hashlib.sha256(), 0
    for piece in brought:
        size += len(piece)
        if size > most:
            raise _TooLarge("The file is larger than the office takes.")
        digest.update(piece)
        held.write(piece)
    held.seek(0)
    media = media_of(held.read(HEAD))
    if not size:
        raise Unreadable("file_empty", "The file is empty.")
    if media is None:
        raise Unreadable("file_unknown", "The file is none of the kinds that are kept.")
    sent = digest.hexdigest()
    if media.look is Look.PICTURE:
        return _drawn(held, caps.picture, media, sent)
    known = Known(media=media.type, size_bytes=size, sha256=sent, sent_media=media.type, sent_sha256=sent)
    return known, None, _pieces(held)


def _drawn(held: BinaryIO, caps: PictureCaps, media: Media, sent: str) -> tuple[Known, bytes, Iterator[bytes]]:
    drawn = picture_apart(held, caps, patience=None)
    known = Known(
        media=MEDIA,
        size_bytes=len(drawn.content),
        sha256=hashlib.sha256(drawn.content).hexdigest(),
        sent_media=media.type,
        sent_sha256=sent,
        width=drawn.width,
        height=drawn.height,
    )
    return known, drawn.small, iter([drawn.content])


def _pieces(held: BinaryIO) -> Iterator[bytes]:
    held.seek(0)
    while piece := held.read(_PIECE):
        yield piece


def code_of(refused: ArrearsError) -> str:
    """Why a file was refused, as a stable word."""
    if isinstance(refused, Unreadable):
        return refused.code[:40]
    if isinstance(refused, _TooLarge):
        return "file_large"
    return "out_of_reach" if isinstance(refused, ChannelChanged) else "picture_refused"
