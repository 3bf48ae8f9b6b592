"""A notice and the files of its answers looked at, by who may know of its warning. Each reading is noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from casework.calendar import local_day
from casework.errors import NotFound
from casework.people import Actor
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import PreventionFilePartRow
from warehouse.queries.prevention import Notice, SentFile, file_sent, notice_seen
from warehouse.store.attachments import SMALL, WHOLE
from warehouse.store.complaint_files import KEPT, file_part, file_parts


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file to be shown: what it is, its bytes, and how many they are where that is known."""

    file: SentFile
    length: int | None
    body: Iterator[bytes]


def read_notice(store: Warehouse, notice_id: str, *, actor: Actor, at: datetime) -> Notice:
    """A notice with its answers. Who answered is shown whole, so that each reading of an answer is noted."""
    with store.read() as session:
        found = notice_seen(session, actor, notice_id, today=local_day(at))
    if found.answers:
        with store.write() as session:
            details: dict[str, Json] = {"notice": notice_id, "answers": len(found.answers)}
            subject = found.warning_id
            audit.record(session, by=actor.id, act="read_prevention", subject=subject, at=at, details=details)
    return found


def see_sent_file(store: Warehouse, *, file_id: str, small: bool, actor: Actor, at: datetime) -> OpenedFile:
    """A file of an answer. The opening of a whole one is noted. Raises `NotFound` alike for missing and forbidden."""
    look, row = SMALL if small else WHOLE, PreventionFilePartRow
    with store.read() as session:
        file, warning_id = file_sent(session, actor, file_id)
        if file.state != KEPT:
            raise NotFound("There is no such file, or it is not yours to see.")
        of = file_parts(session, file_id, look, row=row)
    if not small:
        with store.write() as session:
            details: dict[str, Json] = {"warning": warning_id}
            audit.record(session, by=actor.id, act="read_prevention_file", subject=file_id, at=at, details=details)
    return OpenedFile(file, None if small else file.size_bytes, _body(store, file_id, look, of))


def _body(store: Warehouse, file_id: str, look: str, of: int) -> Iterator[bytes]:
    """What a file holds, never more than a part of it at a time."""
    for number in range(of):
        with store.read() as session:
            yield file_part(session, file_id, look, number, of=of, row=PreventionFilePartRow)
