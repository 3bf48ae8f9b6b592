"""Search. The text is posted: what somebody looks for never stands in an address (ASVS 14.2.1)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from console.fields import Fields
from console.guard import Posting, Visiting
from console.render import page
from console.views.shared import horizon, menu
from warehouse.queries.search import found

router = APIRouter()


@router.post("/search", name="search")
def search(visit: Visiting, form: Posting) -> Response:
    """Cases by number, employer, site, phone or its last four digits."""
    fields = Fields(form)
    text = fields.text("q", longest=80) or ""
    fields.done()
    with visit.store.read() as session:
        cases = found(session, visit.actor, text, horizon(session, visit))
        nav = menu(session, visit)
    return page(visit, "found.html", cases=cases, text=text, nav=nav)
