"""How each channel has been: one card each, and the last pulls."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response

from console.guard import Visiting
from console.render import page
from console.views.shared import menu, pulled
from warehouse.queries.channels import pull_lines

router = APIRouter()


@router.get("/channels", name="channels_page")
def channels_page(visit: Visiting) -> Response:
    """The health of every channel that is pulled."""
    with visit.store.read() as session:
        cards = pulled(session, since=visit.at - timedelta(hours=24))
        pulls = pull_lines(session, limit=24)
        nav = menu(session, visit)
    return page(visit, "channels.html", cards=cards, pulls=pulls, nav=nav, active="channels_page")
