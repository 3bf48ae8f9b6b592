"""The audit log for who audits: verified as a whole, taken out as a table, and what an export was for."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

from casework.calendar import SHANGHAI
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from connectors.files import inert
from warehouse import audit
from warehouse.audit import Chain, Witness
from warehouse.engine import Warehouse
from warehouse.queries.audit_log import Asked, Line, count_found, found
from warehouse.store.purposes import keep_purpose, purpose_kept

MOST_ROWS = 100_000
HEADINGS = ("no", "time", "by", "name", "act", "subject", "about", "success", "details")


def verify_log(store: Warehouse, *, actor: Actor, at: datetime, witness: Witness | None = None) -> Chain:
    """Walk the whole chain, and write down that it was walked and what was found. A witness shows a tail cut off."""
    _may_audit(actor)
    with store.read() as session:
        chain = audit.verify(session, witness=witness)
    with store.write() as session:
        details: dict[str, Json] = {"rows": chain.rows, "broken_at": chain.broken_at}
        whole = chain.broken_at is None
        audit.record(session, by=actor.id, act="verify_audit", subject="audit", at=at, details=details, success=whole)
    return chain


def export_log(store: Warehouse, asked: Asked, *, purpose: str, actor: Actor, at: datetime) -> bytes:
    """The rows that are meant as CSV, for a purpose. No cell begins a formula. Raises `BadInput` and `NotAllowed`."""
    _may_audit(actor)
    if not purpose.strip() or len(purpose) > 200:
        raise BadInput("An export needs a purpose of at most 200 characters.")
    with store.read() as session:
        if count_found(session, asked) > MOST_ROWS:
            raise BadInput(f"More than {MOST_ROWS} rows are found; narrow the days.")
        lines = found(session, asked, limit=MOST_ROWS)
    with store.write() as session:
        kept = keep_purpose(session, purpose.strip(), by=actor.id, at=at)
        details: dict[str, Json] = {"purpose": kept, "rows": len(lines)}
        audit.record(session, by=actor.id, act="export_audit", subject="audit", at=at, details=details)
    return _table(lines)


def _table(lines: list[Line]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for line in lines:
        details = json.dumps(dict(line.details), ensure_ascii=False, sort_keys=True)
        moment = line.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        cells = (line.by, line.who or "", line.act, line.subject, line.about or "")
        writer.writerow([line.seq, moment, *map(inert, cells), "yes" if line.success else "no", inert(details)])
    return text.getvalue().encode("utf-8-sig")


def reveal_purpose(store: Warehouse, *, purpose_id: str, actor: Actor, at: datetime) -> str:
    """What an export was for, in the words of who took it out; that somebody read it is written down."""
    _may_audit(actor)
    with store.write() as session:
        words = purpose_kept(session, purpose_id)
        if words is None:
            raise NotFound("There is no such export.")
        audit.record(session, by=actor.id, act="reveal", subject=purpose_id, at=at, details={"field": "purpose"})
    return words


def _may_audit(actor: Actor) -> None:
    if Role.AUDIT_ADMIN not in actor.roles:
        raise NotAllowed("Only an audit administrator reads the audit log.")
