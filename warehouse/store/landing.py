"""Landing: each record verbatim as a new version, unless its newest version says the same.

The cursor is the furthest position that landed, saved in the transaction of the rows, so that a kill at any moment
loses nothing and doubles nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import ChannelChanged
from casework.record import Cursor, RawRecord, broken_record, digest_of
from warehouse.failpoints import hit
from warehouse.many import one_of, write_rows
from warehouse.models import ChannelRow, LandedRow, PullCertificateRow, new_id
from warehouse.models.base import Canonical
from warehouse.store.channels import channel_row

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class LandCount:
    """What a batch brought."""

    seen: int = 0
    new: int = 0
    versions: int = 0
    unchanged: int = 0

    def __add__(self, other: LandCount) -> LandCount:
        return LandCount(
            self.seen + other.seen,
            self.new + other.new,
            self.versions + other.versions,
            self.unchanged + other.unchanged,
        )


def land_batch(session: Session, records: Sequence[RawRecord], *, pull_id: str, at: datetime) -> LandCount:
    """Land one batch of a pull and move the cursor with it. The caller holds the lease in this transaction.

    Raises `ChannelChanged` when the records do not come in the order of their positions: the cursor would jump over
    those that come behind.
    """
    certificate = session.get_one(PullCertificateRow, pull_id)
    channel = channel_row(session, certificate.channel)
    count = land_records(session, channel.name, records, pull_id=pull_id, at=at)
    hit("after_land_rows")
    certificate.seen += count.seen
    certificate.landed_new += count.new
    certificate.landed_versions += count.versions
    certificate.unchanged += count.unchanged
    certificate.cursor_to = _move_cursor(channel, records, at=at)
    session.flush()
    return count


def in_order(records: Sequence[RawRecord], after: str | None) -> str | None:
    """Where the last of these records stands. Raises `ChannelChanged` when one stands before its neighbour.

    What follows a bar in a position is the record's own key: it tells records of one moment apart and orders nothing.
    """
    for record in records:
        stands = record.position.partition("|")[0]
        if after is not None and stands < after:
            raise ChannelChanged(f"{record.channel}: the records do not come in the order the channel promised.")
        after = stands
    return after


def _move_cursor(row: ChannelRow, records: Sequence[RawRecord], *, at: datetime) -> str | None:
    stored = Cursor.loads(row.cursor, row.name)
    positions = [record.position for record in records] + ([stored.position] if stored else [])
    if positions and (stored is None or max(positions) != stored.position):
        row.cursor, row.cursor_at = Cursor(row.name, max(positions)).dumps(), at
    return row.cursor


def land_records(
    session: Session, channel: str, records: Sequence[RawRecord], *, pull_id: str | None, at: datetime
) -> LandCount:
    """Land records without a cursor (an imported file has none)."""
    told = [_storable(record) for record in records]
    newest = _newest(session, channel, [record for record, _, _ in told])
    new = versions = unchanged = 0
    rows = []
    for record, text, found in told:
        key = (record.kind.value, record.source_key)
        version, digest = newest.get(key, (0, None))
        if digest == found:
            unchanged += 1
            continue
        new, versions = (new + 1, versions) if version == 0 else (new, versions + 1)
        newest[key] = (version + 1, found)
        row = _row(channel, record, version=version + 1, digest=found, pull_id=pull_id, at=at)
        rows.append(row | {"payload": Canonical(text)})
    write_rows(session, LandedRow, rows)
    return LandCount(len(records), new, versions, unchanged)


def storable(record: RawRecord) -> RawRecord:
    """The record in the form in which it lands."""
    return _storable(record)[0]


def _storable(record: RawRecord) -> tuple[RawRecord, str, str]:
    """The record, or, where its text or key cannot be stored at all, what was received in a form that can.

    With its payload as one text, and the digest of that. Half a surrogate pair is no text in any encoding; a key that
    is too long or not printable is replaced by its digest.
    """
    try:
        digest = digest_of(text := record.canonical())
    except UnicodeEncodeError:
        received = json.dumps(record.payload, sort_keys=True)
        broken = broken_record(record.channel, record.position, received, kind=record.kind)
        record = replace(broken, source_key=record.source_key)
        digest = digest_of(text := record.canonical())
    if len(record.source_key) > _LONGEST or not record.source_key.isprintable():
        key = "key-" + hashlib.sha256(record.source_key.encode("utf-8", "backslashreplace")).hexdigest()
        record = replace(record, source_key=key)
    short = record.position[:_LONGEST]
    return record if short == record.position else replace(record, position=short), text, digest


def _row(
    channel: str, record: RawRecord, *, version: int, digest: str, pull_id: str | None, at: datetime
) -> dict[str, Any]:
    return {
        "id": new_id("land"),
        "channel": channel,
        "kind": record.kind.value,
        "source_key": record.source_key,
        "version": version,
        "digest": digest,
        "position": record.position,
        "landed_at": at,
        "pull_id": pull_id,
        "state": "landed",
    }


def _newest(
    session: Session, channel: str, records: Sequence[RawRecord]
) -> dict[tuple[str, str], tuple[int, str | None]]:
    """Version and digest of the newest landed version of each of these records.

    Most are new: only of those that are known is anything asked besides their newest version. Each time their kinds are
    named too; without them the index is walked over everything that the channel ever brought.
    """
    keys, kinds = {record.source_key for record in records}, {record.kind.value for record in records}
    ours = (LandedRow.channel == channel, LandedRow.kind.in_(kinds))
    key = (LandedRow.kind, LandedRow.source_key)
    question = select(*key, func.max(LandedRow.version)).where(*ours, one_of(LandedRow.source_key, keys)).group_by(*key)
    last = {(kind, name): version for kind, name, version in session.execute(question)}
    if not last:
        return {}
    known = one_of(LandedRow.source_key, {name for _, name in last}), LandedRow.version.in_(set(last.values()))
    found = session.execute(select(*key, LandedRow.version, LandedRow.digest).where(*ours, *known))
    return {(kind, name): (at, digest) for kind, name, at, digest in found if last.get((kind, name)) == at}
