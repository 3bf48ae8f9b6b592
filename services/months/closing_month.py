"""Count a month and write its workbook. Who exported it and what for is in the audit log."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.statistics.definitions import VERSION
from warehouse.statistics.grounds import window
from warehouse.statistics.month import figures
from warehouse.store.months import frozen
from warehouse.store.purposes import keep_purpose

_MAY_EXPORT = frozenset({Role.HEAD, Role.DESK_OFFICER})


@dataclass(frozen=True, slots=True)
class ExportCount:
    """What a workbook counts, and the sha256 of its bytes."""

    complaints: int
    cases: int
    concluded: int
    digest: str


def export_month(store: Warehouse, *, month: str, path: Path, purpose: str, actor: Actor, at: datetime) -> ExportCount:
    """Write the figures of a month as .xlsx, whole or not at all, over the places this actor may export.

    A frozen month is written as it was frozen.

    Raises `BadInput` for a wrong month, one that has not begun, a missing purpose or folder; `NotAllowed` without the
    right to export.
    """
    if not actor.roles & _MAY_EXPORT:
        raise NotAllowed("Only the desk or a head may export the figures of a month.")
    if window(month).start > at:
        raise BadInput("This month has not begun yet.")
    if not purpose.strip() or len(purpose) > 200:
        raise BadInput("An export needs a purpose of at most 200 characters.")
    if not path.parent.is_dir():
        raise BadInput("There is no folder to write the workbook into.")
    places = actor.places(_MAY_EXPORT)
    with store.read() as session:
        published = frozen(session, month)
        if published is not None and places == (published.territory,):
            counted = published.figures
        else:
            counted = figures(session, month, territories=places, today=local_day(at))
    # Loaded only here: the workbook is built with pandas, and neither the console nor another command waits for that.
    from services.months.month_book import month_book

    book = month_book(counted)
    digest = hashlib.sha256(book).hexdigest()
    beside = _write_beside(path, book)
    try:
        with store.write() as session:
            details: dict[str, Json] = {
                "purpose": keep_purpose(session, purpose.strip(), by=actor.id, at=at),
                "definitions": VERSION,
                "territories": list(places),
                "sha256": digest,
            }
            audit.record(session, by=actor.id, act="export_month", subject=f"month:{month}", at=at, details=details)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return ExportCount(counted.total("received"), counted.total("cases_opened"), counted.total("concluded"), digest)


def _write_beside(path: Path, body: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return beside
