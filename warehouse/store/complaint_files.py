"""Files that complaints brought: wanted once, then kept in sealed parts, refused with a code, or gone for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from warehouse.crypto import keyring
from warehouse.models import (
    ComplaintFilePartRow,
    ComplaintFileRow,
    PreventionFilePartRow,
    PreventionFileRow,
    new_id,
)
from warehouse.store.attachments import PART, SMALL, WHOLE, part_name

Part: TypeAlias = type[ComplaintFilePartRow] | type[PreventionFilePartRow]
"""Where the parts of a file lie: of one that a complaint brought, or one that an employer sent."""
WANTED, KEPT, REFUSED, GONE = "wanted", "kept", "refused", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a file that is to be kept. Measures in bytes and pixels."""

    media: str
    size_bytes: int
    sha256: str
    sent_media: str
    sent_sha256: str
    width: int | None = None
    height: int | None = None


def want_files(
    session: Session, *, complaint_id: str, landed_id: str | None, refs: Sequence[str], most: int, at: datetime
) -> int:
    """Note files to be fetched; one that is noted already is not noted again. Returns how many are new.

    Of one complaint no more than `most` are fetched; the others are noted as refused, so that somebody sees it.
    """
    row, count = ComplaintFileRow, 0
    known = set(session.scalars(select(row.ref_digest).where(row.complaint_id == complaint_id)))
    number = session.scalar(select(func.max(row.number)).where(row.complaint_id == complaint_id)) or 0
    for ref in refs:
        digest = ref_digest(complaint_id, ref)
        if digest in known:
            continue
        known.add(digest)
        number, count = number + 1, count + 1
        over = number > most
        session.add(
            ComplaintFileRow(
                id=new_id("cf"),
                complaint_id=complaint_id,
                landed_id=landed_id,
                number=number,
                ref=ref,
                ref_digest=digest,
                state=REFUSED if over else WANTED,
                tries=0,
                reason_code="too_many" if over else None,
                wanted_at=at,
                settled_at=at if over else None,
            )
        )
        if over:
            break  # one line says it; a record that names a million files does not write a million rows
    session.flush()
    return count


def ref_digest(complaint_id: str, ref: str) -> str:
    """A keyed hash of how a channel calls a file."""
    return keyring().mac(keyring().index_key, f"file\x00{complaint_id}\x00{ref}".encode())


def keep_file(
    session: Session,
    row: ComplaintFileRow | PreventionFileRow,
    known: Known,
    whole: Iterable[bytes],
    small: bytes | None,
    *,
    at: datetime,
) -> None:
    """Keep what a file holds, part by part; `whole` comes in any pieces."""
    made: Part = ComplaintFilePartRow if isinstance(row, ComplaintFileRow) else PreventionFilePartRow
    for look, pieces in ((WHOLE, whole), (SMALL, [small] if small else [])):
        for number, part, last in _parts(pieces):
            sealed = keyring().seal_part(part, part_name(row.id, look, number, last=last))
            session.add(made(file_id=row.id, look=look, number=number, sealed=sealed))
            session.flush()
    row.state, row.reason_code, row.settled_at = KEPT, None, at
    row.media, row.sha256, row.size_bytes = known.media, known.sha256, known.size_bytes
    row.sent_media, row.sent_sha256, row.width, row.height = (
        known.sent_media,
        known.sent_sha256,
        known.width,
        known.height,
    )
    session.flush()


def _parts(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Parts of one size, each with its number and whether it is the last."""
    held, number = b"", 0
    for piece in pieces:
        held += piece
        while len(held) > PART:
            yield number, held[:PART], False
            held, number = held[PART:], number + 1
    if held:
        yield number, held, True


def file_parts(session: Session, file_id: str, look: str = WHOLE, *, row: Part = ComplaintFilePartRow) -> int:
    """How many parts a file has. Raises `NotFound` when there are none."""
    count = session.scalar(select(func.count()).where(row.file_id == file_id, row.look == look)) or 0
    if not count:
        raise NotFound("There is no such file.")
    return count


def file_part(
    session: Session, file_id: str, look: str, number: int, *, of: int, row: Part = ComplaintFilePartRow
) -> bytes:
    """One part of a file of so many parts. Raises `NotFound`, and `Tampered` for what was changed, moved or cut off."""
    sealed = session.scalar(select(row.sealed).where(row.file_id == file_id, row.look == look, row.number == number))
    if sealed is None:
        raise NotFound("There is no such part of the file.")
    return keyring().open_part(bytes(sealed), part_name(file_id, look, number, last=number == of - 1))


def file_content(session: Session, file_id: str, look: str = WHOLE) -> Iterator[bytes]:
    """What a file holds, part by part. Raises as `file_part` does."""
    of = file_parts(session, file_id, look)
    for number in range(of):
        yield file_part(session, file_id, look, number, of=of)
