"""What is landed of a channel, to be held against its source, and what came of that: a row a channel and day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from casework.record import RawRecord
from warehouse.many import some_at_a_time
from warehouse.models import LandedRow, PullCertificateRow, ReconciliationRow, new_id
from warehouse.store.landing import storable

Key = tuple[str, str]
"""Kind and source key of a record."""


@dataclass(frozen=True, slots=True)
class Held:
    """The newest landed version of a record: its digest, where it stood, and when it landed."""

    digest: str
    position: str
    landed_at: datetime


@dataclass(slots=True)
class Day:
    """One day of a channel: the records that the source shows and those that were landed, by key and digest."""

    source: dict[Key, str] = field(default_factory=dict)
    landed: dict[Key, str] = field(default_factory=dict)

    @property
    def hidden(self) -> int:
        """At the source, and never landed."""
        return len(self.source.keys() - self.landed.keys())

    @property
    def changed(self) -> int:
        """Landed with another content."""
        return sum(self.source[key] != digest for key, digest in self.landed.items() if key in self.source)

    @property
    def gone(self) -> int:
        """Landed, and no longer shown by the source."""
        return len(self.landed.keys() - self.source.keys())

    @property
    def verdict(self) -> str:
        """found: something had to be landed; gone: nothing had to, and yet the two differ; equal: they are the same."""
        if self.hidden or self.changed:
            return "found"
        return "gone" if self.gone else "equal"


def newest_at_source(records: Iterable[RawRecord]) -> dict[Key, RawRecord]:
    """The last of each key, in the form in which it lands."""
    found: dict[Key, RawRecord] = {}
    for record in map(storable, records):
        key = (record.kind.value, record.source_key)
        found.pop(key, None)
        found[key] = record
    return found


def held_of(session: Session, channel: str, keys: Iterable[Key]) -> dict[Key, Held]:
    """The newest landed versions of these records."""
    wanted, found = set(keys), dict[Key, Held]()
    for some in some_at_a_time({source_key for _, source_key in wanted}):
        rows = session.execute(_newest(channel, LandedRow.source_key.in_(some)))
        found |= {(kind, key): Held(*held) for kind, key, *held in rows}
    return {key: held for key, held in found.items() if key in wanted}


def held_since(session: Session, channel: str, since: datetime) -> dict[Key, Held]:
    """The newest landed versions of what came over the channel's own way since a moment."""
    rows = session.execute(_newest(channel, LandedRow.landed_at >= since))
    return {(kind, key): Held(*held) for kind, key, *held in rows}


def _newest(channel: str, wanted: ColumnElement[bool]) -> Select[tuple[str, str, str, str, datetime]]:
    """The newest version of each record of a channel, where it is wanted. Rows of files that were brought are not."""
    row, other = LandedRow, aliased(LandedRow)
    later = select(other.id).where(
        other.channel == row.channel,
        other.kind == row.kind,
        other.source_key == row.source_key,
        other.version > row.version,
    )
    imported = select(PullCertificateRow.id).where(PullCertificateRow.run_id.like("import:%"))
    return select(row.kind, row.source_key, row.digest, row.position, row.landed_at).where(
        row.channel == channel,
        wanted,
        ~later.exists(),
        row.pull_id.is_(None) | row.pull_id.not_in(imported),
    )


def keep_days(session: Session, channel: str, days: Mapping[date, Day], *, run_id: str, at: datetime) -> None:
    """Write down what a comparison came to, day by day."""
    for day, found in sorted(days.items()):
        session.add(
            ReconciliationRow(
                id=new_id("rec"),
                run_id=run_id,
                channel=channel,
                day=day,
                asked_at=at,
                at_source=len(found.source),
                landed=len(found.landed),
                hidden=found.hidden,
                changed=found.changed,
                gone=found.gone,
                source_hash=hash_of(found.source),
                landed_hash=hash_of(found.landed),
                verdict=found.verdict,
            )
        )
    session.flush()


def hash_of(records: Mapping[Key, str]) -> str:
    """One hash of kind, key and digest of every record, in their order."""
    whole = hashlib.sha256()
    for (kind, source_key), digest in sorted(records.items()):
        whole.update(f"{kind}\x00{source_key}\x00{digest}\n".encode())
    return whole.hexdigest()
