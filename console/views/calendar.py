"""The working-day calendar: until when it is known, the notices that were loaded, the deadlines each of them moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fastapi import APIRouter, Request, Response

from casework.calendar import Calendar
from casework.errors import NotFound
from casework.working import Reason, special_days
from console.guard import Visiting
from console.render import page
from console.views.shared import menu
from services.working_days import calendar_in_force
from warehouse.queries.holidays import moved_days, notices_loaded

router = APIRouter()


@router.get("/calendar", name="calendar_page")
def calendar_page(visit: Visiting, request: Request) -> Response:
    """This year and the next as far as they are known, and what a notice changed: the newest, or the one asked for."""
    asked = request.query_params.get("notice")
    with visit.store.read() as session:
        calendar = calendar_in_force(session)
        notices = notices_loaded(session)
        chosen = next((one for one in notices if asked in (None, one.id)), None)
        if asked is not None and chosen is None:
            raise NotFound("There is no such holiday notice.")
        moved = moved_days(session, visit.actor, chosen.id) if chosen else []
        nav = menu(session, visit)
    return page(
        visit,
        "calendar.html",
        calendar=calendar,
        years=list(_years(calendar, visit.today)),
        notices=notices,
        chosen=chosen,
        moved=moved,
        nav=nav,
        active="calendar_page",
    )


def _years(calendar: Calendar, today: date) -> Iterator[tuple[int, tuple[Reason, ...]]]:
    for year in (today.year, today.year + 1):
        if calendar.knows(date(year, 12, 31)):
            yield year, special_days(calendar, year)
