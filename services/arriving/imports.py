"""Importing: a table that a person brings goes the way of every record: landed verbatim, read, filed or set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from casework.record import Json, RawRecord
from connectors.apart import import_apart
from connectors.base import Channel
from connectors.files import Caps
from connectors.imports import ImportFile, open_import, read, source_name
from connectors.registry import channels
from services.arriving.filing import FileCount, file_rows
from services.office.run_book import noted
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import LandedRow, PullCertificateRow, new_id
from warehouse.store.channels import channel_row
from warehouse.store.landing import LandCount, land_records

_BATCH = 200
UPLOAD_CAPS = Caps(file_bytes=10_000_000, unpacked_bytes=80_000_000, cells=500_000, rows=50_000, seconds=15.0)
"""How much of a file is read that comes through the console; `arrears import` takes more."""


@dataclass(frozen=True, slots=True)
class ImportCount:
    """What came of a file: rows read, complaints filed, changed and known, rows set aside and why (by reason code)."""

    read: int
    filed: int
    updated: int
    unchanged: int
    quarantined: int
    reasons: Mapping[str, int]


def import_file(
    store: Warehouse,
    *,
    path: Path,
    channel: str | None,
    actor: Actor,
    clock: Callable[[], datetime],
    progress: Callable[[int, int], None] | None = None,
) -> ImportCount:
    """Bring in a CSV or Excel file. A second time, what has not changed writes nothing.

    Rows land and are filed in batches, each of the moment of its own transaction, for a long file may pass midnight.
    Raises `BadInput`, before anything is written, for a file that is not a table we know.
    """
    opened = open_import(path, channel=channel)
    tell = progress or (lambda _done, _all: None)
    return _bring_in(store, _rows_of(opened), actor=actor, clock=clock, tell=tell)


def import_upload(
    store: Warehouse, *, source: BinaryIO, channel: str | None, actor: Actor, clock: Callable[[], datetime]
) -> ImportCount:
    """Bring in a file that was sent to the console: it is read apart, in a process that can harm nobody.

    Raises `BadInput`, before anything is written, for a file that is not a table we know or that asks too much.
    """
    source_name(channel)
    with import_apart(source, channel=channel, caps=UPLOAD_CAPS) as file:
        rows = _Rows(file.layout, file.channel, file.digest, file.rows, file.records)
        return _bring_in(store, rows, actor=actor, clock=clock, tell=lambda _done, _all: None)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A file that is understood, its rows to be gone through once."""

    layout: str
    channel: str
    digest: str
    count: int
    records: Iterator[RawRecord]


def _rows_of(opened: ImportFile) -> _Rows:
    return _Rows(opened.layout, opened.channel, opened.digest, len(opened.records), iter(opened.records))


def _bring_in(
    store: Warehouse, opened: _Rows, *, actor: Actor, clock: Callable[[], datetime], tell: Callable[[int, int], None]
) -> ImportCount:
    at = clock()
    tell(0, opened.count)
    with noted(store, "import", opened.channel, actor=actor, at=at) as run:
        run.pull_id = pull_id = _certify(store, opened, at=at)
        landed = _land(store, opened, pull_id, clock=clock, tell=tell)
        filed = file_rows(store, facts_of(opened.channel), read, actor=actor, clock=clock, pull_id=pull_id)
        with store.write() as session:
            certificate = session.get_one(PullCertificateRow, pull_id)
            certificate.verdict, certificate.ended_at = "complete", (at := clock())
            reasons = _reasons(session, pull_id)
            details: dict[str, Json] = {"read": landed.seen, "filed": filed.filed, "quarantined": filed.quarantined}
            details |= {"layout": opened.layout, "digest": opened.digest}
            audit.record(session, by=actor.id, act="import", subject=opened.channel, at=at, details=details)
    return _count(landed, filed, reasons)


def _count(landed: LandCount, filed: FileCount, reasons: Mapping[str, int]) -> ImportCount:
    return ImportCount(
        read=landed.seen,
        filed=filed.filed,
        updated=filed.updated,
        unchanged=landed.unchanged,
        quarantined=filed.quarantined,
        reasons=reasons,
    )


def _certify(store: Warehouse, opened: _Rows, *, at: datetime) -> str:
    """A certificate of its own; the channel's cursor and health are not touched."""
    pull_id = new_id("pull")
    with store.write() as session:
        channel_row(session, opened.channel)
        session.add(
            PullCertificateRow(
                id=pull_id,
                channel=opened.channel,
                run_id=f"import:{opened.digest[:40]}",
                started_at=at,
                seen=0,
                landed_new=0,
                landed_versions=0,
                unchanged=0,
                filed=0,
                refused=0,
                verdict="running",
            )
        )
    return pull_id


def _land(
    store: Warehouse, opened: _Rows, pull_id: str, *, clock: Callable[[], datetime], tell: Callable[[int, int], None]
) -> LandCount:
    total = LandCount()
    while batch := list(islice(opened.records, _BATCH)):
        with store.write() as session:
            count = land_records(session, opened.channel, batch, pull_id=pull_id, at=clock())
            certificate = session.get_one(PullCertificateRow, pull_id)
            certificate.seen += count.seen
            certificate.landed_new += count.new
            certificate.landed_versions += count.versions
            certificate.unchanged += count.unchanged
        total += count
        tell(total.seen, opened.count)
    return total


def _reasons(session: Session, pull_id: str) -> dict[str, int]:
    question = (
        select(func.coalesce(LandedRow.reason_code, ""), func.count())
        .where(LandedRow.pull_id == pull_id, LandedRow.state == "quarantined")
        .group_by(LandedRow.reason_code)
        .order_by(LandedRow.reason_code)
    )
    return {code: count for code, count in session.execute(question)}  # noqa: C416 - rows are no pairs to mypy


def facts_of(name: str) -> Channel:
    """The facts of the channel the rows are filed under; a source of its own has none but its name."""
    known = {channel.name: channel for channel in channels()}
    return known.get(name) or Channel(
        name=name,
        title=name,
        title_en=name,
        transport="file",
        least_per_run=0,
        overlap_minutes=0,
        answers=False,
        every_minutes=0,
    )
