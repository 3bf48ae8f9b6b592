"""Publication of grave breaches (重大劳动保障违法行为社会公布): what may be published, what goes on, what stands."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from casework.errors import NotFound
from casework.publication import ARTICLES, Quarter
from console.guard import Visiting
from console.render import page
from console.views.shared import menu
from warehouse.queries.publications import (
    MOST,
    PER_PAGE,
    candidates,
    count_candidates,
    count_published_in,
    count_under_way,
    published_in,
    under_way,
)

router = APIRouter()


@router.get("/publications", name="publications_page")
def publications_page(visit: Visiting, request: Request) -> Response:
    """One quarter, the running one unless the address names another."""
    asked, number = request.query_params.get("quarter"), request.query_params.get("page", "1")
    quarter = Quarter.read(asked) if asked else Quarter.of(visit.today)
    if quarter is None or not number.isascii() or not number.isdigit() or len(number) > 6:
        raise NotFound("There is no such page.")
    with visit.store.read() as session:
        count = count_candidates(session, visit.actor, quarter)
        pages = max(1, -(-count // PER_PAGE))
        here = min(max(int(number), 1), pages)
        found = candidates(session, visit.actor, quarter, skip=(here - 1) * PER_PAGE, today=visit.today)
        going, ways = under_way(session, visit.actor), count_under_way(session, visit.actor)
        stand = published_in(session, visit.actor, quarter)
        counts = count_published_in(session, visit.actor, quarter)
        nav = menu(session, visit)
    return page(
        visit,
        "publications.html",
        nav=nav,
        active="publications_page",
        quarter=quarter,
        now=Quarter.of(visit.today),
        count=count,
        number=here,
        pages=pages,
        candidates=found,
        going=going,
        stand=stand,
        ways=ways,
        counts=counts,
        most=MOST,
        articles=ARTICLES,
    )
