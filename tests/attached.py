"""Files of complaints, put into a store as if their channel had brought them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from tests.photographs import shot
from warehouse.engine import Warehouse
from warehouse.models import ComplaintFileRow
from warehouse.store.complaint_files import Known, keep_file, want_files

VOICE = b"#!AMR\n" + bytes(range(256)) * 40


def bring(store: Warehouse, complaint_id: str, *, at: datetime) -> list[str]:
    """A picture, a voice note and a film for a complaint, and a file that is not fetched yet; the ids of the three."""
    kinds = (("image/jpeg", shot(), shot()), ("audio/amr", VOICE, None), ("video/mp4", b"\0\0\0\x18ftypmp42", None))
    with store.write() as session:
        refs = [f"file {number}" for number in range(len(kinds) + 2)]
        want_files(session, complaint_id=complaint_id, landed_id=None, refs=refs, most=len(kinds) + 1, at=at)
        rows = session.query(ComplaintFileRow).filter_by(complaint_id=complaint_id).order_by("number").all()
        for row, (media, content, small) in zip(rows, kinds, strict=False):
            digest = hashlib.sha256(content).hexdigest()
            size = (64, 48) if small else (None, None)
            known = Known(
                media=media,
                size_bytes=len(content),
                sha256=digest,
                sent_media=media,
                sent_sha256=digest,
                width=size[0],
                height=size[1],
            )
            keep_file(session, row, known, [content], small, at=at)
        return [row.id for row in rows[: len(kinds)]]
