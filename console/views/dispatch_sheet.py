"""The list of the morning on paper (派发单): who was given what today, and who would get what, by inspector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from fastapi import APIRouter, Response
from sqlalchemy import and_, or_, select

from casework.calendar import local_midnight
from console.guard import Visiting
from console.render import page
from console.views.shared import horizon, menu
from warehouse.models import AssignmentRow, CaseRow
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.sight import seen_by

router = APIRouter()
LIVE = ("sent", "signed")


def _by_lead(rows: Iterable[QueueCase]) -> list[tuple[str | None, list[QueueCase]]]:
    """The cases of each lead officer by name; those without one come last."""
    found: dict[str | None, list[QueueCase]] = defaultdict(list)
    for row in rows:
        found[row.lead_name].append(row)
    return sorted(found.items(), key=lambda one: (one[0] is None, one[0] or ""))


@router.get("/queue/sheet", name="dispatch_sheet")
def dispatch_sheet(visit: Visiting) -> Response:
    """What was sent today and what waits, as the queue shows it: no complainant stands here."""
    row = AssignmentRow
    today = select(row.case_id).where(row.state.in_(LIVE), row.dispatched_at >= local_midnight(visit.today))
    sent = and_(CaseRow.status.in_(("dispatched", "in_progress")), CaseRow.id.in_(today))
    with visit.store.read() as session:
        wanted = select(CaseRow).where(seen_by(visit.actor), or_(sent, CaseRow.status == "to_dispatch"))
        rows = queue_rows(session, session.scalars(wanted).all(), horizon(session, visit))
        nav = menu(session, visit)
    parts = [
        ("sent", _by_lead(one for one in rows if one.status != "to_dispatch")),
        ("waits", _by_lead(one for one in rows if one.status == "to_dispatch" and one.ready)),
        ("first", _by_lead(one for one in rows if one.status == "to_dispatch" and not one.ready)),
    ]
    return page(visit, "dispatch_sheet.html", nav=nav, active="queue_page", parts=parts)
