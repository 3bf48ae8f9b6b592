"""Did the money come (到账确认)? Who was asked, what they said, and the answer of one who calls or comes."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, NotAllowed, NotFound
from casework.money import fen_of
from casework.money_came import BY_HAND, LONGEST, AnsweredBy
from console import labels_messages
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.shared import menu
from services.replying.money_answers import record_money_answer
from warehouse.queries.money_asked import asked_about

router = APIRouter()
_ANSWERS = {"yes", "part", "no"}


@router.get("/money", name="money_page")
def money_page(visit: Visiting) -> Response:
    """Everybody who was asked of the cases that are not closed, those whose days end first."""
    with visit.store.read() as session:
        lines = asked_about(session, visit.actor, today=visit.today)
        nav = menu(session, visit)
    return page(visit, "money.html", lines=lines, words=labels_messages, nav=nav, active="money_page")


def _form(
    visit: Visit,
    complaint_id: str,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    with visit.store.read() as session:
        found = asked_about(session, visit.actor, today=visit.today, complaint_id=complaint_id)
        nav = menu(session, visit)
    if not found:
        raise NotFound("There is no such complaint, or it is not yours to see.")
    context = {"nav": nav, "active": "money_page", "errors": errors or {}, "typed": typed or {}, "by_hand": BY_HAND}
    return page(visit, "money_question.html", status=status, one=found[0], words=labels_messages, **context)


@router.get("/money/{complaint_id}", name="money_question_page")
def money_question_page(visit: Visiting, complaint_id: str) -> Response:
    """The answer of one worker who calls or comes to the window."""
    return _form(visit, complaint_id)


@router.post("/money/{complaint_id}", name="record_money_answer")
def record(visit: Visiting, form: Posting, complaint_id: str) -> Response:
    """Keep what one worker said. "No" takes the case up again with that as the reason."""
    with visit.store.read() as session:
        if not asked_about(session, visit.actor, today=visit.today, complaint_id=complaint_id):
            raise NotFound("There is no such complaint, or it is not yours to see.")
    fields = Fields(form)
    came, way = fields.choice("came", _ANSWERS), fields.choice("way", {one.value for one in BY_HAND})
    words, part = fields.text("words", longest=LONGEST) or "", None
    if came == "part":
        part = fields.yuan("part", required=True)
    try:
        fields.done()
        record_money_answer(
            visit.store,
            complaint_id=complaint_id,
            came=came == "yes",
            answered_by=AnsweredBy(way or ""),
            words=words,
            part_fen=fen_of(part),
            actor=visit.actor,
            at=visit.at,
        )
    except Wrong as wrong:
        return _form(visit, complaint_id, errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _form(visit, complaint_id, errors={"": str(refused)}, typed=fields.typed(), status=422)
    return RedirectResponse("/money", status_code=303)
