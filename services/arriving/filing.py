"""Filing what has landed: each record by itself, so that one that cannot be understood harms only itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select, update
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
from services.arriving.reading import AS_LANDED, Reader, as_raw, code_of, meaning
from services.arriving.uncollected import uncollected
from services.office.working_days import calendar_in_force
from services.replying.reply_limits import reply_limit_set
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.failpoints import hit
from warehouse.many import one_of
from warehouse.models import CanaryRow, LandedRow, PullCertificateRow
from warehouse.store.canaries import recognised, set_canary_aside
from warehouse.store.cases import refresh_case
from warehouse.store.complaints import Filed, Filing, file_complaints
from warehouse.store.employers import Named, Site, find_or_make_employers, make_sites
from warehouse.store.feeds import file_feed
from warehouse.store.linkage import case_of
from warehouse.store.quarantine import note_filed, set_aside

BATCH = 200
AHEAD = 25 * BATCH
PATIENCE = timedelta(seconds=60)
"""After so long of reading, what was read is filed."""


@dataclass(frozen=True, slots=True)
class FileCount:
    """What came of the records that had landed: complaints and feeds filed, further versions, records set aside."""

    filed: int = 0
    updated: int = 0
    quarantined: int = 0
    canaries: int = 0

    def __add__(self, other: FileCount) -> FileCount:
        return FileCount(
            self.filed + other.filed,
            self.updated + other.updated,
            self.quarantined + other.quarantined,
            self.canaries + other.canaries,
        )


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
    clock: Callable[[], datetime],
    pull_id: str | None = None,
    hold: Callable[[Session], None] | None = None,
) -> FileCount:
    """File every landed record of a channel, in small transactions, in the order in which they landed.

    Each transaction has its own moment: a day that was counted when it was over gets nothing more (the receipt book).
    `hold` is called first in each transaction: a run under a lease renews it there, or stops with `LeaseLost`.
    """
    total = FileCount()
    for read in _read_in_batches(_waiting(store, channel.name), reader, clock):
        with uncollected(), store.write() as session:
            if hold is not None:
                hold(session)
            at = clock()
            count = _file_batch(session, read, channel, actor=actor, at=at)
            hit("after_file_rows")
            _certify(session, pull_id, count)
            details = {"filed": count.filed, "updated": count.updated, "quarantined": count.quarantined}
            audit.record(session, by=actor.id, act="file", subject=channel.name, at=at, details=details)
            hit("before_file_commit")
        hit("after_file_commit")
        total += count
    return total


def _read_in_batches(
    waiting: Iterator[list[tuple[str, RawRecord]]], reader: Reader, clock: Callable[[], datetime]
) -> Iterator[list[tuple[str, Complaint | WageFeed | Unreadable]]]:
    """What the records mean, a batch at a time; of a slow reader fewer, so that the lease is renewed meanwhile."""
    for rows in waiting:
        left = iter(rows)
        while read := _read_some(left, reader, clock):
            yield read


def _read_some(
    left: Iterator[tuple[str, RawRecord]], reader: Reader, clock: Callable[[], datetime]
) -> list[tuple[str, Complaint | WageFeed | Unreadable]]:
    read: list[tuple[str, Complaint | WageFeed | Unreadable]] = []
    began = clock()
    with uncollected():
        for landed_id, raw in left:
            read.append((landed_id, _said(raw, reader)))
            if clock() - began > PATIENCE:
                break
    return read


def _waiting(store: Warehouse, channel: str) -> Iterator[list[tuple[str, RawRecord]]]:
    """What waits, a batch at a time. Its order is asked for once in many batches: to sort all that waits for each batch
    would cost more the more there is. For the same reason a batch is asked for by its ids alone, here and where it is
    filed: asked for the state too, SQLite walks over everything in that state."""
    order = (LandedRow.landed_at, LandedRow.position, LandedRow.kind, LandedRow.source_key, LandedRow.version)
    waits = select(LandedRow.id).where(LandedRow.channel == channel, LandedRow.state == "landed")
    while True:
        with store.read() as session:
            ahead = session.scalars(waits.order_by(*order).limit(AHEAD)).all()
        if not ahead:
            return
        for start in range(0, len(ahead), BATCH):
            batch = ahead[start : start + BATCH]
            with store.read() as session:
                rows = session.execute(select(*AS_LANDED, LandedRow.state).where(one_of(LandedRow.id, batch)))
                found = {row.id: as_raw(row) for row in rows if row.state == "landed"}
            if found:
                yield [(one, found[one]) for one in batch if one in found]


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
    said = dict(read)
    asked = select(LandedRow.id, LandedRow.state).where(one_of(LandedRow.id, said))
    held = session.execute(asked.order_by(LandedRow.id).with_for_update())
    still = {one for one, state in held if state == "landed"}
    # What another run filed between our reading and our writing is left out.
    refused = {one: what for one, what in said.items() if isinstance(what, Unreadable) and one in still}
    for row in session.scalars(select(LandedRow).where(LandedRow.id.in_(refused))) if refused else ():
        set_aside(session, row, refused[row.id])
    filing = filing_of(session, channel, by=actor.id, at=at)
    told = [(one, what) for one, what in read if one in still and not isinstance(what, Unreadable)]
    ours = {one: canary for one, what in told if isinstance(what, Complaint) and (canary := recognised(session, what))}
    for landed_id, what in told:
        if landed_id in ours and isinstance(what, Complaint):
            pass_by(session, session.get_one(LandedRow, landed_id), what, ours[landed_id], filing)
    count = file_all(session, [(one, what) for one, what in told if one not in ours], filing)
    return count + FileCount(quarantined=len(refused), canaries=len(ours))


def pass_by(session: Session, row: LandedRow, said: Complaint, canary: CanaryRow, filing: Filing) -> None:
    """File one of our own canaries by the code that files, take that back at once, and set its record aside."""
    with session.begin_nested() as tried:
        keep_complaint(session, said, replace(filing, landed_id=row.id))
        tried.rollback()
    set_canary_aside(session, row, canary, at=filing.at)


def _certify(session: Session, pull_id: str | None, count: FileCount) -> None:
    if pull_id is not None:
        row = PullCertificateRow
        more = {
            row.filed: row.filed + count.filed + count.updated,
            row.refused: row.refused + count.quarantined,
            row.canaries: row.canaries + count.canaries,
        }
        session.connection().execute(update(row).where(row.id == pull_id).values(more))


def file_all(session: Session, said: Sequence[tuple[str, Complaint | WageFeed]], filing: Filing) -> FileCount:
    """File what landed records mean, each with the id of its record, in their order."""
    note_filed(session, [landed_id for landed_id, _ in said])
    told: list[tuple[Complaint, str | None]] = []
    feeds: list[WageFeed] = []
    for landed_id, what in said:
        if isinstance(what, Complaint):
            told.append((what, landed_id))
        else:
            file_feed(session, what, landed_id=landed_id)
            feeds.append(what)
    know_firms(session, feeds, at=filing.at)
    count = FileCount(filed=len(feeds))
    kept = keep_complaints(session, told, filing)
    new = sum(one.new for one in kept)
    return count + FileCount(filed=new, updated=sum(not one.known for one in kept) - new)


def keep_complaint(session: Session, complaint: Complaint, filing: Filing) -> Filed:
    """File one complaint that was read from no record, as `keep_complaints` does."""
    return keep_complaints(session, [(complaint, filing.landed_id)], filing)[0]


def keep_complaints(session: Session, told: Sequence[tuple[Complaint, str | None]], filing: Filing) -> list[Filed]:
    """File complaints, learn whom and where they name, and keep the cases they are in equal to what they say now.

    Nobody's own name or number is kept plain as that of an employer or a place (`casework.own_names`).
    The names of all that a batch will want are taken before the first complaint's number: of two batches of two
    channels each would else hold what the other waits for.
    """
    if not told:
        return []
    one_at_a_time(session, "employers", "sites")
    told = [(without_own_names(complaint), landed_id) for complaint, landed_id in told]
    kept = file_complaints(session, told, filing)
    said = [complaint for (complaint, _), one in zip(told, kept, strict=True) if not one.known]
    employers = [
        Named(one.employer_name, name_key(one.employer_name)[:200], code_of(one), one.district_code) for one in said
    ]
    find_or_make_employers(session, employers, learned_from="complaint", at=filing.at)
    make_sites(
        session,
        [
            Site(one.site_name, name_key(one.site_name)[:200], one.site_address, one.district_code)
            for one in said
            if one.site_name
        ],
    )
    changed = [one.complaint_id for one in kept if not one.new and not one.known]
    if changed:
        one_at_a_time(session, "linkage")  # a linker's run moves complaints between cases, which it locks in its order
    for complaint_id in changed:
        case_id = case_of(session, complaint_id)
        if case_id is not None:
            refresh_case(session, case_id, by=filing.by, at=filing.at)
    return kept
