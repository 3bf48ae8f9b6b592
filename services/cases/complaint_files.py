"""Files of complaints looked at: by who may know of their case, in parts, each opening noted in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from casework.errors import NotFound
from casework.people import Actor
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.complaint_files import BroughtFile, file_of_case
from warehouse.queries.sight import case_seen
from warehouse.store.attachments import PART, SMALL, WHOLE
from warehouse.store.complaint_files import KEPT, file_part, file_parts


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be shown: what it is, how long it is in bytes, and what it holds from one byte to another."""

    file: BroughtFile
    length: int
    first: int
    last: int
    body: Iterator[bytes]


def see_file(
    store: Warehouse,
    *,
    matter_no: str,
    file_id: str,
    small: bool,
    actor: Actor,
    at: datetime,
    first: int = 0,
    last: int | None = None,
) -> Opened:
    """A file of a complaint, for who may know of its case; `first` and `last` are bytes, as a player asks for them.

    The whole one is noted in the audit log when it is opened at its beginning: nothing in it is masked. Raises
    `NotFound` alike for one that is missing, one that is not theirs to see, and one that is not kept.
    """
    look = SMALL if small else WHOLE
    with store.read() as session:
        case = case_seen(session, actor, matter_no=matter_no)
        file = file_of_case(session, case.id, file_id)
        if file is None or file.state != KEPT or file.size_bytes is None:
            raise NotFound("There is no such file, or it is not yours to see.")
        of, case_id = file_parts(session, file_id, look), case.id
        length = len(file_part(session, file_id, look, 0, of=of)) if small else file.size_bytes
    last = min(length - 1, last if last is not None else length - 1)
    if first > last:
        raise NotFound("There is no such part of the file.")
    if not small and first == 0:
        with store.write() as session:
            details = {"case": case_id, "complaint": file.complaint_id}
            audit.record(session, by=actor.id, act="read_file", subject=file_id, at=at, details={**details})
    return Opened(file, length, first, last, _between(store, file_id, look, of, first, last))


def _between(store: Warehouse, file_id: str, look: str, of: int, first: int, last: int) -> Iterator[bytes]:
    """What a file holds from one byte to another, never more than a part of it at a time."""
    for number in range(first // PART, last // PART + 1):
        with store.read() as session:
            part = file_part(session, file_id, look, number, of=of)
        start = max(0, first - number * PART)
        yield part[start : last - number * PART + 1]
