"""The page 异常数据: records that could not be read, with the reason. What they hold is shown only on a reveal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.record import LAYOUT, UNPARSED
from warehouse.models import ChannelRow, LandedRow
from warehouse.queries.hiding import hide
from warehouse.store.quarantine import FILE_REFUSED


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """One record that waits, and why. Nothing of the record itself."""

    id: str
    channel: str
    kind: str
    version: int
    landed_at: datetime
    reason_code: str | None
    reason_field: str | None
    reason_words: str | None


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """One record that waits, with the names of the fields a person can correct; what they hold takes a reveal.

    A needed field that the record lacks is among them. `imported`: it is a row of a file and read by the file's layout.
    """

    line: QuarantineLine
    state: str
    fields: tuple[str, ...]
    well_formed: bool
    imported: bool
    refused_file: bool
    mended: tuple[str, ...]
    settled_by: str | None
    settled_at: datetime | None
    settled_reason: str | None


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """How many records of one channel wait for one and the same reason."""

    channel: str
    reason_code: str
    reason_words: str | None
    count: int


MOST = 200
"""How many records stand on a page, and how many are mended or discarded at once."""


def quarantine_groups(session: Session) -> list[QuarantineGroup]:
    """What waits, by channel and reason, the most first."""
    row = LandedRow
    count, code = func.count(), func.coalesce(row.reason_code, "")
    question = (
        select(row.channel, code, func.min(row.reason_words), count)
        .where(row.state == "quarantined")
        .group_by(row.channel, code)
        .order_by(count.desc(), row.channel, code)
    )
    return [QuarantineGroup(*found) for found in session.execute(question)]


def heard_of(session: Session, channel: str) -> bool:
    """Whether records of this source have ever come in."""
    return session.get(ChannelRow, channel) is not None


def quarantine_lines(
    session: Session, *, channel: str | None = None, reason: str | None = None, limit: int = MOST
) -> list[QuarantineLine]:
    """What waits in quarantine, newest first."""
    row = LandedRow
    question = (
        select(
            row.id,
            row.channel,
            row.kind,
            row.version,
            row.landed_at,
            row.reason_code,
            row.reason_field,
            row.reason_words,
        )
        .where(row.state == "quarantined")
        .order_by(row.landed_at.desc(), row.id)
    )
    if channel is not None:
        question = question.where(row.channel == channel)
    if reason is not None:
        question = question.where(func.coalesce(row.reason_code, "") == reason)
    return [QuarantineLine(*found) for found in session.execute(question.limit(limit))]


def quarantine_record(session: Session, landed_id: str) -> QuarantineRecord:
    """One record. Raises `NotFound`."""
    row = session.get(LandedRow, landed_id)
    if row is None:
        raise NotFound("There is no such record.")
    line = QuarantineLine(
        row.id,
        row.channel,
        row.kind,
        row.version,
        row.landed_at,
        row.reason_code,
        row.reason_field,
        row.reason_words,
    )
    return QuarantineRecord(
        line=line,
        state=row.state,
        fields=_fields(row),
        well_formed=UNPARSED not in row.payload,
        imported=LAYOUT in row.payload,
        refused_file=row.reason_code == FILE_REFUSED,
        mended=tuple(sorted(row.mended or {})),
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        settled_reason=hide(row.settled_reason),
    )


def _fields(row: LandedRow) -> tuple[str, ...]:
    """What a person can correct. A record that could not even be taken apart has nothing of the kind."""
    if UNPARSED in row.payload:
        return ()
    missing = {row.reason_field} if row.reason_field else set()
    return tuple(sorted({name for name in row.payload if name != LAYOUT} | missing))
