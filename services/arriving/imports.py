"""Importing: a table that a person brings goes the way of every record: landed verbatim, read, filed or set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from casework.record import Json
from connectors.base import Channel
from connectors.imports import ImportFile, open_import
from connectors.registry import channels
from services.arriving.filing import FileCount, file_rows
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import LandedRow, PullCertificateRow, new_id
from warehouse.store.channels import channel_row
from warehouse.store.landing import LandCount, land_records

_BATCH = 200


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
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> ImportCount:
    """Bring in a CSV or Excel file. A second time, what has not changed writes nothing.

    Raises `BadInput`, before anything is written, for a file that is not a table we know.
    """
    opened = open_import(path, channel=channel)
    tell = progress or (lambda _done, _all: None)
    tell(0, len(opened.records))
    pull_id, landed = _land(store, opened, at=at, tell=tell)
    filed = file_rows(store, facts_of(opened.channel), opened.read, actor=actor, at=at, pull_id=pull_id)
    with store.write() as session:
        certificate = session.get_one(PullCertificateRow, pull_id)
        certificate.verdict, certificate.ended_at = "complete", at
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


def _land(
    store: Warehouse, opened: ImportFile, *, at: datetime, tell: Callable[[int, int], None]
) -> tuple[str, LandCount]:
    """Land the rows under a certificate of their own; the channel's cursor and health are not touched."""
    total = LandCount()
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
    for start in range(0, len(opened.records), _BATCH):
        batch = opened.records[start : start + _BATCH]
        with store.write() as session:
            count = land_records(session, opened.channel, batch, pull_id=pull_id, at=at)
            certificate = session.get_one(PullCertificateRow, pull_id)
            certificate.seen += count.seen
            certificate.landed_new += count.new
            certificate.landed_versions += count.versions
            certificate.unchanged += count.unchanged
        total += count
        tell(start + len(batch), len(opened.records))
    return pull_id, total


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
