"""What proves that a channel is landed whole: certificates of its pulls, comparisons with its source, canaries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import CanaryRow, PullCertificateRow, ReconciliationRow

PULLS = 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """One pull: from which position to which, and its counts. `expected` is what such a weekday brings as a whole."""

    started_at: datetime
    cursor_from: str | None
    cursor_to: str | None
    seen: int
    new: int
    versions: int
    unchanged: int
    filed: int
    refused: int
    canaries: int
    expected: int | None
    verdict: str

    @property
    def balances(self) -> bool:
        """What was seen is new, changed or known; what landed is filed, set aside, or a canary of our own."""
        landed = self.new + self.versions
        return self.seen == landed + self.unchanged and landed <= self.filed + self.refused + self.canaries


@dataclass(frozen=True, slots=True)
class Compared:
    """One day as it was held against its source."""

    day: date
    at_source: int
    landed: int
    hidden: int
    changed: int
    gone: int
    source_hash: str
    landed_hash: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The last comparison of a channel with its source, day by day."""

    asked_at: datetime
    days: tuple[Compared, ...]

    @property
    def at_source(self) -> int:
        """Records the source showed."""
        return sum(day.at_source for day in self.days)

    @property
    def found(self) -> int:
        """Records that no pull had brought, or not as they are now. They are landed."""
        return sum(day.hidden + day.changed for day in self.days)

    @property
    def gone(self) -> int:
        """Records that are landed and that the source no longer shows."""
        return sum(day.gone for day in self.days)


@dataclass(frozen=True, slots=True)
class Canary:
    """The canary placed last, and when it passed each stage. None: not yet."""

    state: str
    placed_at: datetime
    landed_at: datetime | None
    filed_at: datetime | None
    linked_at: datetime | None
    queued_at: datetime | None
    error_code: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one channel."""

    pulls: tuple[Certificate, ...]
    comparison: Comparison | None
    canary: Canary | None


def proof_of(session: Session, channel: str) -> Proof:
    """The newest certificates of a channel, the last comparison, the last canary."""
    row = PullCertificateRow
    pulls = session.scalars(
        select(row)
        .where(row.channel == channel, row.run_id.not_like("import:%"))
        .order_by(row.started_at.desc(), row.id)
        .limit(PULLS)
    )
    return Proof(tuple(_certificate(one) for one in pulls), _comparison(session, channel), _canary(session, channel))


def _certificate(row: PullCertificateRow) -> Certificate:
    return Certificate(
        started_at=row.started_at,
        cursor_from=_position(row.cursor_from),
        cursor_to=_position(row.cursor_to),
        seen=row.seen,
        new=row.landed_new,
        versions=row.landed_versions,
        unchanged=row.unchanged,
        filed=row.filed,
        refused=row.refused,
        canaries=row.canaries,
        expected=row.expected,
        verdict=row.verdict,
    )


def _position(cursor: str | None) -> str | None:
    """Where a cursor stands, without the record's own key; a damaged one is no position."""
    try:
        position = json.loads(cursor or "null")["position"]
        return str(position).partition("|")[0]
    except (ValueError, KeyError, TypeError):
        return None


def _comparison(session: Session, channel: str) -> Comparison | None:
    row = ReconciliationRow
    last = select(row.run_id).where(row.channel == channel).order_by(row.asked_at.desc(), row.id).limit(1)
    run_id = session.scalar(last)
    days = session.scalars(select(row).where(row.channel == channel, row.run_id == run_id).order_by(row.day)).all()
    if not days:
        return None
    compared = [
        Compared(
            one.day,
            one.at_source,
            one.landed,
            one.hidden,
            one.changed,
            one.gone,
            one.source_hash,
            one.landed_hash,
            one.verdict,
        )
        for one in days
    ]
    return Comparison(days[0].asked_at, tuple(compared))


def _canary(session: Session, channel: str) -> Canary | None:
    row = CanaryRow
    newest = select(row).where(row.channel == channel).order_by(row.placed_at.desc(), row.id).limit(1)
    one = session.scalars(newest).one_or_none()
    if one is None:
        return None
    times = (one.placed_at, one.landed_at, one.filed_at, one.linked_at, one.queued_at)
    return Canary(one.state, *times, one.error_code)
