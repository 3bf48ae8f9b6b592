"""Filing what has landed: each record by itself, so that one that cannot be understood harms only itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clocks import TimeLimit, Unit
from casework.complaint import Complaint
from casework.errors import Unreadable
from casework.own_names import without_own_names
from casework.people import Actor
from casework.record import RawRecord
from casework.wages import WageFeed
from connectors.base import Channel
from dedupe.normalise import name_key
from services.arriving.firms_of_feed import know_firms
from services.arriving.reading import Reader, as_raw, code_of, meaning
from services.office.working_days import calendar_in_force
from services.replying.reply_limits import reply_limit_set
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.failpoints import hit
from warehouse.models import LandedRow, PullCertificateRow
from warehouse.store.cases import refresh_case
from warehouse.store.complaints import Filed, Filing, file_complaint
from warehouse.store.employers import find_or_make_employer, find_or_make_site
from warehouse.store.feeds import file_feed
from warehouse.store.linkage import case_of
from warehouse.store.quarantine import note_filed, set_aside

BATCH = 100


@dataclass(frozen=True, slots=True)
class FileCount:
    """What came of the records that had landed: complaints and feeds filed, further versions, records set aside."""

    filed: int = 0
    updated: int = 0
    quarantined: int = 0

    def __add__(self, other: FileCount) -> FileCount:
        return FileCount(self.filed + other.filed, self.updated + other.updated, self.quarantined + other.quarantined)


def reply_limit(session: Session, channel: Channel) -> TimeLimit | None:
    """How long the channel gives for its answer: by the office's setting, else by the channel's own file."""
    set_here = reply_limit_set(session, channel.name)
    if set_here is not None:
        return set_here
    deadline = channel.reply_deadline
    return TimeLimit("reply", deadline.days, cast(Unit, deadline.unit), deadline.source) if deadline else None


def filing_of(session: Session, channel: Channel | None, *, by: str, at: datetime) -> Filing:
    """What goes with each complaint of a channel into the store."""
    limit = reply_limit(session, channel) if channel else None
    return Filing(calendar=calendar_in_force(session), reply_limit=limit, by=by, at=at)


def file_rows(
    store: Warehouse,
    channel: Channel,
    reader: Reader,
    *,
    actor: Actor,
    at: datetime,
    pull_id: str | None = None,
    hold: Callable[[Session], None] | None = None,
) -> FileCount:
    """File every landed record of a channel, in small transactions, in the order in which they landed.

    `hold` is called first in each transaction: a run under a lease renews it there, or stops with `LeaseLost`.
    """
    total = FileCount()
    while rows := _waiting(store, channel.name):
        read = [(landed_id, _said(raw, reader)) for landed_id, raw in rows]
        with store.write() as session:
            if hold is not None:
                hold(session)
            count = _file_batch(session, read, channel, actor=actor, at=at)
            hit("after_file_rows")
            _certify(session, pull_id, count)
            details = {"filed": count.filed, "updated": count.updated, "quarantined": count.quarantined}
            audit.record(session, by=actor.id, act="file", subject=channel.name, at=at, details=details)
            hit("before_file_commit")
        hit("after_file_commit")
        total += count
    return total


def _waiting(store: Warehouse, channel: str) -> list[tuple[str, RawRecord]]:
    order = (LandedRow.landed_at, LandedRow.position, LandedRow.kind, LandedRow.source_key, LandedRow.version)
    question = select(LandedRow).where(LandedRow.channel == channel, LandedRow.state == "landed")
    with store.read() as session:
        return [(row.id, as_raw(row)) for row in session.scalars(question.order_by(*order).limit(BATCH))]


def _said(raw: RawRecord, reader: Reader) -> Complaint | WageFeed | Unreadable:
    try:
        return meaning(raw, reader)
    except Unreadable as refused:
        return refused


def _file_batch(
    session: Session,
    read: Sequence[tuple[str, Complaint | WageFeed | Unreadable]],
    channel: Channel,
    *,
    actor: Actor,
    at: datetime,
) -> FileCount:
    filing = filing_of(session, channel, by=actor.id, at=at)
    count = FileCount()
    for landed_id, said in read:
        row = session.scalars(select(LandedRow).where(LandedRow.id == landed_id).with_for_update()).one()
        if row.state != "landed":
            continue  # Another run filed it between our reading and our writing.
        if isinstance(said, Unreadable):
            set_aside(session, row, said)
            count += FileCount(quarantined=1)
        else:
            count += file_one(session, row, said, filing)
    return count


def _certify(session: Session, pull_id: str | None, count: FileCount) -> None:
    if pull_id is not None:
        certificate = session.get_one(PullCertificateRow, pull_id)
        certificate.filed += count.filed + count.updated
        certificate.refused += count.quarantined
        session.flush()


def file_one(session: Session, row: LandedRow, said: Complaint | WageFeed, filing: Filing) -> FileCount:
    """File what one landed record means."""
    note_filed(session, row)
    if not isinstance(said, Complaint):
        file_feed(session, said, landed_id=row.id)
        know_firms(session, said, at=filing.at)
        return FileCount(filed=1)
    with_row = Filing(
        calendar=filing.calendar,
        reply_limit=filing.reply_limit,
        by=filing.by,
        at=filing.at,
        landed_id=row.id,
    )
    kept = keep_complaint(session, said, with_row)
    if kept.known:
        return FileCount()
    return FileCount(filed=1) if kept.new else FileCount(updated=1)


def keep_complaint(session: Session, complaint: Complaint, filing: Filing) -> Filed:
    """File a complaint, learn whom and where it names, and keep the case it is in equal to what it says now.

    Nobody's own name or number is kept plain as that of an employer or a place (`casework.own_names`).
    The names of all that a batch will want are taken before the first complaint's number: of two batches of two
    channels each would else hold what the other waits for.
    """
    one_at_a_time(session, "employers", "sites")
    complaint = without_own_names(complaint)
    kept = file_complaint(session, complaint, filing)
    if kept.known:
        return kept
    find_or_make_employer(
        session,
        name=complaint.employer_name,
        name_key=name_key(complaint.employer_name)[:200],
        uscc=code_of(complaint),
        district_code=complaint.district_code,
        learned_from="complaint",
        at=filing.at,
    )
    if complaint.site_name:
        find_or_make_site(
            session,
            name=complaint.site_name,
            name_key=name_key(complaint.site_name)[:200],
            address=complaint.site_address,
            district_code=complaint.district_code,
        )
    if not kept.new:
        one_at_a_time(session, "linkage")  # a linker's run moves complaints between cases, which it locks in its order
    case_id = case_of(session, complaint.id)
    if case_id is not None:
        refresh_case(session, case_id, by=filing.by, at=filing.at)
    return kept
