"""Answers waited for: of us by superiors, and of other bodies by us."""

from __future__ import annotations

from fastapi import APIRouter, Response

from console.guard import Visiting
from console.render import page
from console.views.shared import menu
from warehouse.queries.waited_for import referrals_waiting, supervisions_waiting

router = APIRouter()


@router.get("/waiting", name="waiting_page")
def waiting_page(visit: Visiting) -> Response:
    """Both lists, what is due first at the top."""
    with visit.store.read() as session:
        nav = menu(session, visit)
        supervised = supervisions_waiting(session, visit.actor, today=visit.today)
        referred = referrals_waiting(session, visit.actor, today=visit.today)
    return page(visit, "waiting.html", nav=nav, active="waiting_page", supervised=supervised, referred=referred)
