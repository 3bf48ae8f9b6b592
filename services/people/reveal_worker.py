"""One field of one worker of a ledger shown in plain (查看明文), for a reason, with a row in the audit log."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.people.reveals import REASONS
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.queries.sight import SECRET_READERS, seen_by, works_on
from warehouse.store.together import Human, humans, names_of

FIELDS = ("name", "phone", "id_no")
_READERS = frozenset({Role.DESK_OFFICER, Role.HEAD})


def reveal_worker(
    store: Warehouse, *, case_id: str, number: int, field: str, reason: str, actor: Actor, at: datetime
) -> str:
    """Show a name, phone or identity number of the ledger to someone who may see it.

    Raises `NotFound` for what they may not know of, `NotAllowed` for a secret one, `BadInput` without a reason.
    """
    if reason not in REASONS:
        raise BadInput("Please choose why you need to see this.")
    with store.write() as session:
        worker = _worker(session, case_id, number, actor, on=local_day(at))
        who = worker.said(names_of(session, [worker]))
        value: str | None = getattr(who, field) if field in FIELDS else None
        if value is None:
            raise NotFound("There is no such field, or it is not yours to see.")
        details: dict[str, Json] = {"field": field, "reason": reason}
        audit.record(session, by=actor.id, act="reveal", subject=worker.row.id, at=at, details=details)
        return value


def _worker(session: Session, case_id: str, number: int, actor: Actor, *, on: date) -> Human:
    case = session.scalars(select(CaseRow).where(CaseRow.id == case_id, seen_by(actor))).one_or_none()
    worker = humans(session, case_id).by_number().get(number)
    if case is None or worker is None or not works_on(session, actor, case, _READERS, on=on):
        raise NotFound("There is no such field, or it is not yours to see.")
    if worker.secret and not works_on(session, actor, case, SECRET_READERS, on=on):
        raise NotAllowed("Who told this in confidence is shown to the inspectors of the case and the head only.")
    return worker
