"""A file sent to the console: taken in as by `arrears import`, or kept, sealed, with the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from casework.errors import BadInput, NotFound, Unreadable
from casework.people import Actor
from casework.record import Json, broken_record
from connectors.imports import source_name
from services.arriving.imports import ImportCount, import_upload
from services.arriving.pausing import administrator
from services.office.run_book import note_failed
from services.office.settings import Settings
from warehouse import audit
from warehouse.crypto import keyring
from warehouse.engine import Warehouse
from warehouse.models import LandedRow
from warehouse.sealed import seal, unseal
from warehouse.store.channels import channel_row
from warehouse.store.landing import land_records
from warehouse.store.quarantine import FILE_REFUSED, set_aside

FOLDER = "refused"
"""Where refused files lie in the data folder, sealed."""
_PART = 64 * 1024


class FileRefused(BadInput):
    """The file could not be taken in. It is kept, and waits in quarantine under `landed_id`."""

    def __init__(self, words: str, landed_id: str) -> None:
        super().__init__(words)
        self.landed_id = landed_id


def take_upload(
    store: Warehouse,
    settings: Settings,
    *,
    source: BinaryIO,
    name: str,
    channel: str | None,
    actor: Actor,
    clock: Callable[[], datetime],
) -> ImportCount:
    """Bring in the rows of a file. Raises `FileRefused` for a file that cannot be read, which is then kept."""
    administrator(actor)
    under = source_name(channel)
    try:
        return import_upload(store, source=source, channel=channel, actor=actor, clock=clock)
    except BadInput as refused:
        landed_id = keep_refused(store, settings, source, under, str(refused), name=name, actor=actor, at=clock())
        raise FileRefused(str(refused), landed_id) from refused


def refused_file(store: Warehouse, settings: Settings, *, landed_id: str, actor: Actor, at: datetime) -> bytes:
    """A refused file as it was sent, for whoever wants to know what was wrong; noted in the audit log."""
    administrator(actor)
    with store.write() as session:
        row = session.get(LandedRow, landed_id)
        if row is None or row.reason_code != FILE_REFUSED:
            raise NotFound("There is no such file.")
        path = _place(settings, row.source_key)
        if not path.is_file():
            raise NotFound("There is no such file.")
        details: dict[str, Json] = {"field": "file", "reason": "mend_record"}
        audit.record(session, by=actor.id, act="reveal", subject=landed_id, at=at, details=details)
    content = BytesIO()
    unseal(path, content)
    return content.getvalue()


def keep_refused(
    store: Warehouse,
    settings: Settings,
    source: BinaryIO,
    channel: str,
    words: str,
    *,
    actor: Actor,
    at: datetime,
    name: str = "",
    job: str = "import",
) -> str:
    """Keep a file that was refused in these words, sealed, and let it wait in quarantine. Returns its id there."""
    digest, size = measured(source)
    key = f"file-{digest[:40]}"
    path = _place(settings, key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    source.seek(0)
    with unfinished.open("wb") as target:
        seal({"installation": keyring().installation(), "digest": digest}, source, target)
    unfinished.replace(path)
    broken = broken_record(channel, "0", f"{name}\n{size} bytes\nsha256 {digest}")
    record = type(broken)(channel, key, broken.payload, broken.position)
    note_failed(store, job, channel, code=FILE_REFUSED, words=words, actor=actor, at=at)
    with store.write() as session:
        channel_row(session, channel)
        land_records(session, channel, [record], pull_id=None, at=at)
        newest = select(LandedRow).where(LandedRow.channel == channel, LandedRow.source_key == key)
        row = session.scalars(newest.order_by(LandedRow.version.desc()).limit(1)).one()
        if row.state == "landed":
            set_aside(session, row, Unreadable(FILE_REFUSED, words))
        audit.record(session, by=actor.id, act=job, subject=channel, at=at, details={"digest": digest}, success=False)
        return row.id


def measured(source: BinaryIO) -> tuple[str, int]:
    """The sha256 of a file and its size in bytes. The file is left at its end."""
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := source.read(_PART):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


def _place(settings: Settings, key: str) -> Path:
    return settings.data_dir / FOLDER / f"{key}.sealed"
