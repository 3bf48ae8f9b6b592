"""Call-backs (回访): who is to be called, and what each of them said, asked one by one."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, NotAllowed, NotFound
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.shared import menu
from services.replying.calling_back import record_callback
from warehouse.queries.callbacks import to_call

router = APIRouter()
_ANSWERS = {"yes", "no"}
QUESTIONS = ("trueness", "money_received", "solved", "satisfied")


@router.get("/callbacks", name="callbacks_page")
def callbacks_page(visit: Visiting) -> Response:
    """Everybody this person has to call, those who wait longest first."""
    with visit.store.read() as session:
        waiting = to_call(session, visit.actor)
        nav = menu(session, visit)
    return page(visit, "callbacks.html", waiting=waiting, nav=nav, active="callbacks_page")


def _form(
    visit: Visit,
    complaint_id: str,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    with visit.store.read() as session:
        found = to_call(session, visit.actor, complaint_id=complaint_id)
        nav = menu(session, visit)
    if not found:
        raise NotFound("There is no such complaint, or it is not yours to see.")
    context = {"nav": nav, "active": "callbacks_page", "errors": errors or {}, "typed": typed or {}}
    return page(visit, "callback.html", status=status, one=found[0], **context)


@router.get("/callbacks/{complaint_id}", name="callback_page")
def callback_page(visit: Visiting, complaint_id: str) -> Response:
    """The questions of one call."""
    return _form(visit, complaint_id)


@router.post("/callbacks/{complaint_id}", name="record_callback")
def record(visit: Visiting, form: Posting, complaint_id: str) -> Response:
    """Keep what one complainant said. Money that did not come reopens the case."""
    with visit.store.read() as session:
        found = to_call(session, visit.actor, complaint_id=complaint_id)
    if not found:
        raise NotFound("There is no such complaint, or it is not yours to see.")
    fields = Fields(form)
    reached = fields.choice("answered", _ANSWERS)
    said = {name: _said(fields.choice(name, _ANSWERS, required=False)) for name in QUESTIONS}
    opinion = fields.text("opinion")
    try:
        fields.done()
        record_callback(
            visit.store,
            complaint_id=complaint_id,
            answered=reached == "yes",
            opinion=opinion,
            actor=visit.actor,
            at=visit.at,
            **said,
        )
    except Wrong as wrong:
        return _form(visit, complaint_id, errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _form(visit, complaint_id, errors={"": str(refused)}, typed=fields.typed(), status=422)
    return RedirectResponse("/callbacks", status_code=303)


def _said(answer: str | None) -> bool | None:
    return None if answer is None else answer == "yes"
