"""The audit log: a keyed hash chain, written in the transaction of what it records.

A row's seal is HMAC(audit key, the row before's seal + this row's content); the key is not in the database, so a
changed, inserted, removed or reordered row breaks the chain at a position `verify` names. A cut-off tail is noticed by
comparing with a `head` kept outside: in the last backup, and by the witness (services/office/witness.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from casework.record import Json
from warehouse.crypto import keyring
from warehouse.engine import one_at_a_time
from warehouse.models import AuditRow

_START = "0" * 64
_SEALED = (
    AuditRow.seq,
    AuditRow.at,
    AuditRow.by,
    AuditRow.act,
    AuditRow.subject,
    AuditRow.success,
    AuditRow.details,
    AuditRow.seal,
)
"""Read as plain rows and not as objects: the log is long, and all of it is walked."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The state of the log: how many rows, the last seal, and the first row that does not fit (None: whole)."""

    rows: int
    head: str
    broken_at: int | None


@dataclass(frozen=True, slots=True)
class Witness:
    """What was written down outside the database: how many rows the log had, and the seal of the last of them."""

    rows: int
    head: str


def head(session: Session) -> Witness:
    """The log as it stands now, unproven."""
    last = session.execute(select(AuditRow.seq, AuditRow.seal).order_by(AuditRow.seq.desc()).limit(1)).first()
    return Witness(last.seq, last.seal) if last else Witness(0, _START)


def holds(session: Session, seen: Witness) -> bool:
    """Whether the row that a witness saw last still stands as it was."""
    return session.scalar(select(AuditRow.seal).where(AuditRow.seq == seen.rows)) == seen.head


def record(
    session: Session,
    *,
    by: str,
    act: str,
    subject: str,
    at: datetime,
    details: Mapping[str, Json] | None = None,
    success: bool = True,
) -> None:
    """Add one row to the chain. `details` holds ids and counts, never personal data."""
    one_at_a_time(session, "audit")
    session.flush()
    last = head(session)
    seq, before = last.rows + 1, last.head
    row = AuditRow(seq=seq, at=at, by=by, act=act, subject=subject, success=success, details=dict(details or {}))
    row.seal = _seal(before, row)
    session.add(row)
    session.flush()


def _seal(before: str, row: AuditRow | Row[Any]) -> str:
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [before, row.seq, moment, row.by, row.act, row.subject, row.success, row.details]
    body = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return keyring().seal_audit(body.encode())


def verify(session: Session, *, expected_head: str | None = None, witness: Witness | None = None) -> Chain:
    """Walk the whole chain. With `expected_head` or a witness (kept outside), a cut-off tail counts as broken too."""
    seal, seq, seen_expected = _START, 0, expected_head is None
    for row in session.execute(select(*_SEALED).order_by(AuditRow.seq)).yield_per(5_000):
        if row.seq != seq + 1 or row.seal != _seal(seal, row) or not _as_seen(row, witness):
            return Chain(seq, seal, broken_at=seq + 1)
        seal, seq = row.seal, row.seq
        seen_expected = seen_expected or seal == expected_head
    cut = witness is not None and seq < witness.rows
    return Chain(seq, seal, broken_at=seq + 1 if cut or not seen_expected else None)


def _as_seen(row: Row[Any], witness: Witness | None) -> bool:
    """A log that somebody wrote anew, with the key, is whole; but its seal is not the one that was seen."""
    return witness is None or row.seq != witness.rows or row.seal == witness.head
