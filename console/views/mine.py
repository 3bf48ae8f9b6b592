"""An officer's own page: to sign for, in progress by deadline, to approve, and what was closed last."""

from __future__ import annotations

from fastapi import APIRouter, Response

from console.guard import Visiting
from console.render import page
from console.views.shared import horizon, menu
from warehouse.queries.mine import mine

router = APIRouter()


@router.get("/mine", name="mine_page")
def mine_page(visit: Visiting) -> Response:
    """What waits for this officer."""
    with visit.store.read() as session:
        work = mine(session, visit.actor, horizon(session, visit))
        nav = menu(session, visit)
    return page(visit, "mine.html", work=work, nav=nav, active="mine_page")
