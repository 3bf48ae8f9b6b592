"""An officer's own page: notices, to sign for, in progress by deadline, to approve, and what was closed last."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from console.fields import Fields
from console.guard import Posting, Visiting
from console.offers import next_step
from console.render import page
from console.views.door import local_path
from console.views.shared import horizon, menu
from console.words import N_
from services.people.notices import read_notices
from warehouse.queries.mine import mine
from warehouse.queries.notices import notices
from warehouse.queries.road import together

router = APIRouter()
NO_NOTICE = N_("Please choose a notice.")


@router.get("/mine", name="mine_page")
def mine_page(visit: Visiting) -> Response:
    """What waits for this officer."""
    with visit.store.read() as session:
        work = mine(session, visit.actor, horizon(session, visit))
        news = notices(session, visit.actor)
        nav = menu(session, visit)
        own = {row.id: row for row, _, _ in work.progress.values()}
        shown = (*work.to_sign, *work.due_soon, *work.to_check, *work.in_progress)
        at_one = together(session, shown, list(own.values()), visit.today)
        steps = {key: next_step(*one).words for key, one in work.progress.items()}
    return page(visit, "mine.html", work=work, steps=steps, together=at_one, notices=news, nav=nav, active="mine_page")


@router.post("/notices/read", name="read_notices")
def read(visit: Visiting, form: Posting) -> Response:
    """One's own notices are read; then on to the case, or back to the page they stood on."""
    fields = Fields(form)
    chosen = fields.many("notice")
    if not chosen:
        fields.wrong("", NO_NOTICE)
    fields.done()
    read_notices(visit.store, notice_ids=chosen, actor=visit.actor, at=visit.at)
    return RedirectResponse(local_path(str(form.get("open") or form.get("back") or "/")), status_code=303)
