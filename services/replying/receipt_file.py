"""The receipt book as a table to take out: ids, times and states, no name and no text. Who took it is written down."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from casework.calendar import SHANGHAI
from casework.errors import BadInput
from casework.people import Actor
from casework.record import Json
from connectors.files import inert
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.receipts import BookLine, Wanted, book_lines, count_lines

MOST_ROWS = 50_000
HEADINGS = (
    "channel",
    "source_id",
    "complaint",
    "case",
    "state",
    "received",
    "accepted",
    "answer",
    "written",
    "sent",
    "read_back",
    "trouble",
)


def export_receipts(store: Warehouse, wanted: Wanted, *, actor: Actor, at: datetime) -> bytes:
    """The lines this person may see as CSV, times in Asia/Shanghai. No cell begins a formula. Raises `BadInput`."""
    with store.read() as session:
        found = count_lines(session, actor, wanted)
        if found > MOST_ROWS:
            raise BadInput(f"More than {MOST_ROWS} lines are found; choose a channel or a day.")
        lines = book_lines(session, actor, wanted, limit=MOST_ROWS)
    with store.write() as session:
        details: dict[str, Json] = {"rows": len(lines), "channel": wanted.channel, "group": wanted.group}
        details["day"] = wanted.day.isoformat() if wanted.day else None
        audit.record(session, by=actor.id, act="export_receipts", subject="receipts", at=at, details=details)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(map(_cells, lines))
    return text.getvalue().encode("utf-8-sig")


def _cells(line: BookLine) -> list[str]:
    plain = (line.channel, line.source_key, line.complaint_no or "", line.matter_no or "", line.place.value)
    moments = (line.received_at, line.accepted_at)
    answer = (line.written_at, line.sent_at, line.read_back_at)
    cells = [*plain, *map(_moment, moments), line.kind or "", *map(_moment, answer), line.error_code or ""]
    return [inert(cell) for cell in cells]


def _moment(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else ""
