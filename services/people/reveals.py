"""One masked field shown in plain (查看明文), for a reason, with a row in the audit log; and denials noted there."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow, LandedRow
from warehouse.queries.sight import SECRET_READERS, seen_by, works_on

REASONS = ("call_complainant", "serve_paper", "check_duplicate", "check_payment", "mend_record")
FIELDS = frozenset(
    {"complainant_name", "complainant_phone", "complainant_id_no", "boss_name", "site_address", "narrative"}
)
PAYLOAD = "payload"
_READERS = frozenset({Role.DESK_OFFICER, Role.HEAD})
_MACHINE_ROOM = frozenset({Role.SYSTEM_ADMIN, Role.DESK_OFFICER})


def reveal(store: Warehouse, *, subject_id: str, field: str, reason: str, actor: Actor, at: datetime) -> str:
    """Show one field of one complaint, or the payload of one landed record, to someone who may see it.

    Raises `NotFound` for what they may not know of, `NotAllowed` for a secret informant, `BadInput` without a reason.
    """
    if reason not in REASONS:
        raise BadInput("Please choose why you need to see this.")
    with store.write() as session:
        value = (
            _payload(session, subject_id, actor)
            if field == PAYLOAD
            else _field(session, subject_id, field, actor, on=local_day(at))
        )
        details: dict[str, Json] = {"field": field, "reason": reason}
        audit.record(session, by=actor.id, act="reveal", subject=subject_id, at=at, details=details)
    return value


def _field(session: Session, complaint_id: str, field: str, actor: Actor, *, on: date) -> str:
    found = session.execute(
        select(ComplaintVersionRow, CaseRow)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintVersionRow.complaint_id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(
            ComplaintVersionRow.complaint_id == complaint_id,
            ComplaintVersionRow.newest.is_(True),
            CaseMembershipRow.valid_to.is_(None),
            seen_by(actor),
        )
    ).one_or_none()
    row, case = found if found is not None else (None, None)
    value = getattr(row, field) if row is not None and field in FIELDS else None
    if row is None or case is None or value is None or not works_on(session, actor, case, _READERS, on=on):
        raise NotFound("There is no such field, or it is not yours to see.")
    secret = row.confidential or row.kind == "informant_report"
    if secret and not works_on(session, actor, case, SECRET_READERS, on=on):
        raise NotAllowed("Who told this in confidence is shown to the inspectors of the case and the head only.")
    return str(value)


def _payload(session: Session, landed_id: str, actor: Actor) -> str:
    if not actor.roles & _MACHINE_ROOM:
        raise NotFound("There is no such record, or it is not yours to see.")
    row = session.get(LandedRow, landed_id)
    if row is None or row.state not in ("quarantined", "discarded"):
        raise NotFound("There is no such record, or it is not yours to see.")
    return "\n".join(f"{name}: {_text(value)}" for name, value in sorted(row.payload.items()))


def _text(value: object) -> str:
    return "" if value is None else str(value)


_AN_ID = re.compile(r"[A-Za-z]{2,12}[A-Za-z0-9_-]{0,52}\Z")


def note_refusal(store: Warehouse, *, route: str, subject: str, actor: Actor, at: datetime) -> None:
    """Write down that somebody asked for what they may not see. They are told only that it is not there.

    What was asked for is kept if it is shaped like an id: a name or a phone typed into an address is not.
    """
    subject = subject if _AN_ID.match(subject) else "-"
    with store.write() as session:
        details: dict[str, Json] = {"route": route}
        audit.record(session, by=actor.id, act="refused", subject=subject, at=at, details=details, success=False)
