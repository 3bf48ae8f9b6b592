"""The list an inspector takes on the road on paper (走访路线单): by street, employer and site, with room for notes."""

from __future__ import annotations

from fastapi import APIRouter, Response

from casework.errors import NotFound
from console.guard import Visiting
from console.offers import next_step
from console.render import page
from console.views.shared import horizon, menu
from warehouse.queries.progress import progress_of
from warehouse.queries.road import on_the_road

router = APIRouter()
MOST_CHOSEN = 200


@router.get("/mine/sheet", name="route_sheet")
def route_sheet(visit: Visiting) -> Response:
    """The cases in hand, or those that are chosen. Nothing hidden is shown, so that its making is no reveal."""
    chosen = visit.request.query_params.getlist("case")
    if len(chosen) > MOST_CHOSEN or not all(one.isascii() and one.isprintable() and len(one) < 40 for one in chosen):
        raise NotFound("There is no such list.")
    with visit.store.read() as session:
        places = on_the_road(session, visit.actor, horizon(session, visit), only=chosen)
        stops = [stop for firms in places.values() for firm in firms for stop in firm.cases]
        progress = progress_of(session, [stop.row for stop in stops])
        steps = {stop.case.id: next_step(stop.row, *progress[stop.row.id]).words for stop in stops}
        nav = menu(session, visit)
    return page(
        visit, "route_sheet.html", nav=nav, active="mine_page", places=places, stops=len(stops), steps=steps,
        some=bool(chosen),
    )  # fmt: skip
