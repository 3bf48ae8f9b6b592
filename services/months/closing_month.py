"""The figures of a span as a workbook or as text, over one's places; each export is in the audit log."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from services.months.stopwatch import stopwatch
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.queries.officers import names_of
from warehouse.statistics.definitions import VERSION
from warehouse.statistics.grounds import outermost
from warehouse.statistics.month import MonthFigures, figures_of
from warehouse.statistics.of_times import Times
from warehouse.statistics.spans import Stretch, stretch
from warehouse.store.months import Frozen, frozen, keep_taken
from warehouse.store.purposes import keep_purpose

_MAY_EXPORT = frozenset({Role.HEAD, Role.DESK_OFFICER})


@dataclass(frozen=True, slots=True)
class ExportCount:
    """What a workbook counts, and the sha256 of its bytes."""

    complaints: int
    cases: int
    concluded: int
    digest: str


def locked(session: Session, span: Stretch, places: tuple[str, ...]) -> Frozen | None:
    """What was locked of a span over exactly these places: of a month, where one territory is all of them."""
    if span.kind != "month" or len(places) != 1:
        return None
    return frozen(session, span.name, places[0])


def export_month(
    store: Warehouse, *, month: str, path: Path, purpose: str, actor: Actor, at: datetime, district: str = ""
) -> ExportCount:
    """Write the figures of a month or another span (`spans.stretch`) as .xlsx, or as .csv by the ending of the path,
    whole or not at all, over the places this actor may export.

    A locked month is written as it was locked; for an actor of all places, as it was locked over `district`.

    Raises `BadInput` for a wrong span, one that has not begun, a missing purpose or folder; `NotAllowed` without the
    right to export.
    """
    if not actor.roles & _MAY_EXPORT:
        raise NotAllowed("Only the desk or a head may export the figures of a month.")
    span = stretch(month, local_day(at))
    if span.span.start > at:
        raise BadInput("This month has not begun yet.")
    if not purpose.strip() or len(purpose) > 200:
        raise BadInput("An export needs a purpose of at most 200 characters.")
    if not path.parent.is_dir():
        raise BadInput("There is no folder to write the workbook into.")
    places = outermost(actor.places(_MAY_EXPORT))
    with store.read() as session:
        counted, times = _counted(session, span, places, district, at)
        names = names_of(session, counted.members("lead"))
    # Loaded only here: the workbook is built with pandas, and neither the console nor another command waits for that.
    from services.months.month_book import month_book, month_text

    book = month_text(counted, names, times) if path.suffix == ".csv" else month_book(counted, span.span, names, times)
    digest = hashlib.sha256(book).hexdigest()
    beside = _write_beside(path, book)
    try:
        with store.write() as session:
            one_at_a_time(session, f"taken:{counted.month}")
            details: dict[str, Json] = {
                "purpose": keep_purpose(session, purpose.strip(), by=actor.id, at=at),
                "definitions": VERSION,
                "territories": list(places),
                "sha256": digest,
            }
            keep_taken(session, counted, places, by=actor.id, at=at)
            audit.record(session, by=actor.id, act="export_month", subject=f"month:{month}", at=at, details=details)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return ExportCount(counted.total("received"), counted.total("cases_opened"), counted.total("concluded"), digest)


def _counted(
    session: Session, span: Stretch, places: tuple[str, ...], district: str, at: datetime
) -> tuple[MonthFigures, Times | None]:
    everywhere = places == ("",)
    published = locked(session, span, places) or (locked(session, span, (district,)) if everywhere else None)
    if published is not None:
        return published.figures, published.times
    counted = figures_of(session, {"": span.span}, territories=places, today=local_day(at))[""]
    return counted, stopwatch(session, span.span, places)


def _write_beside(path: Path, body: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return beside
