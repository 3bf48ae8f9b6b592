"""The archive (归档): one case, one volume, when every complainant who is to be called back was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from casework.calendar import local_day, months_after
from casework.errors import NotAllowed, NotFound
from casework.lifecycle import LegalStatus
from casework.numbering import case_no
from casework.people import Actor, Role
from services.held import acted
from services.settling import called_back_if_all_were
from warehouse.engine import Warehouse
from warehouse.models import CaseArchiveRow, DocumentRow, new_id
from warehouse.queries.sight import works_on
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.lives import step_in_law
from warehouse.store.serials import next_serial
from warehouse.store.settings import text, whole

_BINDERS = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})


def archive_case(
    store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime, note: str | None = None
) -> str:
    """Put a closed case away, with a number of its own and the day until which it is kept. Returns the number."""
    with store.write() as session:
        case = case_for_change(session, case_id)
        if not works_on(session, actor, case, _BINDERS, on=local_day(at)):
            raise NotFound("There is no such case, or it is not with you.")
        live_case(session, case_id, version=version)
        waiting = called_back_if_all_were(session, case, by=actor.id, at=at)
        if case.legal_status == LegalStatus.CLOSED:
            raise NotAllowed(f"{waiting} complainants are still to be called back.")
        case.legal_status = step_in_law(session, case, LegalStatus.ARCHIVED, by=actor.id, at=at, reason=note)
        today = local_day(at)
        serial = next_serial(session, f"archive:{today.year}")
        papers = session.scalar(select(func.count()).select_from(DocumentRow).where(DocumentRow.case_id == case.id))
        row = CaseArchiveRow(
            id=new_id("arc"),
            case_id=case.id,
            archive_no=case_no(
                form=text(session, "archive.form"),
                prefix=text(session, "document.prefix"),
                year=today.year,
                serial=serial,
            ),
            archived_on=today,
            kept_until=months_after(today, 12 * whole(session, "archive.years")),
            papers=papers or 0,
            note=(note or "").strip() or None,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "archive_case", actor=actor, at=at, details={"archive": row.id})
        return row.archive_no
