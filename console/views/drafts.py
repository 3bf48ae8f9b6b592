"""One's own drafts: dropped by whoever typed them."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from console.guard import Visiting
from services.cases import drafts
from warehouse.queries.sight import case_seen

router = APIRouter()


@router.post("/cases/{matter_no}/drafts/{draft_id}/drop", name="drop_draft")
def drop_draft(visit: Visiting, matter_no: str, draft_id: str) -> Response:
    """A draft is not wanted any more."""
    with visit.store.read() as session:
        case_seen(session, visit.actor, matter_no=matter_no)
    drafts.drop_draft(visit.store, draft_id=draft_id, actor=visit.actor, at=visit.at)
    return RedirectResponse(f"/cases/{matter_no}", status_code=303)
