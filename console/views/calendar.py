"""The working-day calendar: how far it is known, the notices loaded and what they moved; a new one is loaded here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.calendar import Calendar
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.holidays import HolidayNotice
from casework.working import Reason, special_days
from console.fields import MISSING, Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.shared import menu
from services.office.previewing_notice import notice_in, preview_notice
from services.office.working_days import calendar_in_force, load_notice
from warehouse.queries.holidays import moved_days, notices_loaded

router = APIRouter()
LONGEST_FILE = 100_000
LONGEST_SOURCE = 400


@router.get("/calendar", name="calendar_page")
def calendar_page(visit: Visiting, request: Request) -> Response:
    """This year and the next as far as they are known, and what a notice changed: the newest, or the one asked for."""
    return _page(visit, asked=request.query_params.get("notice"))


def _page(
    visit: Visit,
    *,
    asked: str | None = None,
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
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
        status=status,
        calendar=calendar,
        years=list(_years(calendar, visit.today)),
        notices=notices,
        chosen=chosen,
        moved=moved,
        errors=errors or {},
        typed=typed or {},
        nav=nav,
        active="calendar_page",
    )


def _years(calendar: Calendar, today: date) -> Iterator[tuple[int, tuple[Reason, ...]]]:
    for year in (today.year, today.year + 1):
        if calendar.knows(date(year, 12, 31)):
            yield year, special_days(calendar, year)


@router.post("/calendar/preview", name="preview_holidays")
def preview_holidays(visit: Visiting, form: Posting) -> Response:
    """What the notice in this file would change. Nothing is loaded yet."""
    fields = Fields(form)
    source = fields.text("source", longest=LONGEST_SOURCE)
    try:
        fields.done()
        text = _text(fields)
        return _preview(visit, text, source)
    except Wrong as wrong:
        return _page(visit, errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, errors={"": str(refused)}, typed=fields.typed(), status=422)


def _text(fields: Fields) -> str:
    content = fields.upload("file")
    if content is None:
        raise Wrong({"file": MISSING})
    if len(content) > LONGEST_FILE:
        raise BadInput("The file is too big for a holiday notice.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadInput("The file is not UTF-8 text.") from wrong


def _preview(
    visit: Visit, text: str, source: str | None, *, conflict: Conflict | None = None, status: int = 200
) -> Response:
    notice = notice_in(text)
    from_where = _source(notice, source)
    found = preview_notice(visit.store, year=notice.year, days=notice.days, actor=visit.actor)
    with visit.store.read() as session:
        nav = menu(session, visit)
    context = {"notice": notice, "source": from_where, "text": text, "preview": found, "conflict": conflict}
    return page(visit, "calendar_preview.html", status=status, nav=nav, active="calendar_page", **context)


def _source(notice: HolidayNotice, source: str | None) -> str:
    found = source or ", ".join(notice.papers)
    if not found:
        raise Wrong({"source": MISSING})
    return found


@router.post("/calendar/load", name="load_holidays")
def load_holidays(visit: Visiting, form: Posting) -> Response:
    """Load the notice that was looked at; the officers whose cases it moves are told."""
    fields = Fields(form)
    text = fields.needed("notice", longest=LONGEST_FILE)
    source, seen = fields.text("source", longest=LONGEST_SOURCE), fields.needed("calendar", longest=200)
    try:
        fields.done()
        notice = notice_in(text)
        loaded = load_notice(
            visit.store,
            year=notice.year,
            days=notice.days,
            source=_source(notice, source),
            papers=notice.papers,
            seen=seen,
            actor=visit.actor,
            at=visit.at,
        )
    except Wrong as wrong:
        return _page(visit, errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, errors={"": str(refused)}, typed=fields.typed(), status=422)
    except Conflict as quicker:
        return _preview(visit, text, source, conflict=quicker, status=409)
    return RedirectResponse(f"/calendar?notice={loaded.notice_id}", status_code=303)
