"""What is waited for: the legal reviews to make, answers of us by superiors, and of other bodies by us."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from console.guard import Visiting
from console.render import page
from console.views.shared import horizon, menu
from warehouse.queries.queue import queue_rows
from warehouse.queries.reviews import to_review
from warehouse.queries.waited_for import referrals_waiting, supervisions_waiting

router = APIRouter()


@router.get("/waiting", name="waiting_page")
def waiting_page(visit: Visiting) -> Response:
    """The lists, what is due first at the top."""
    with visit.store.read() as session:
        nav = menu(session, visit)
        supervised = supervisions_waiting(session, visit.actor, today=visit.today)
        referred = referrals_waiting(session, visit.actor, today=visit.today)
        reviews = queue_rows(session, to_review(session, visit.actor), horizon(session, visit))
    shown: dict[str, Any] = {"supervised": supervised, "referred": referred, "reviews": reviews}
    return page(visit, "waiting.html", nav=nav, active="waiting_page", **shown)
