"""Messages: what was written and what became of it, the words they are made of, and one's own addresses."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.messages import LANGUAGES, LONGEST, PLACEHOLDERS, Occasion
from casework.reaching import LONGEST as LONGEST_ADDRESS
from casework.reaching import ReachedBy
from console import labels_messages
from console.fields import Fields, day_of
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views import account
from console.views.shared import menu
from services.messaging.addresses import add_address, end_address
from services.messaging.stuck import send_again, set_aside
from services.messaging.wordings import Preview, change_wording, occasion_of, preview
from warehouse.queries.messages import GROUPS, messages
from warehouse.queries.officers import names_of
from warehouse.store.wordings import versions_of, wording

router = APIRouter()


def _day(said: str | None) -> date | None:
    try:
        return day_of(said) if said else None
    except ValueError:
        raise NotFound("There is no such page.") from None


def _book(visit: Visit, request: Request | None = None, *, errors: dict[str, str] | None = None) -> Response:
    query = request.query_params if request is not None else {}
    group, day, number = query.get("group") or "all", _day(query.get("day")), query.get("page") or "1"
    if group not in GROUPS or not number.isascii() or not number.isdigit() or len(number) > 6:
        raise NotFound("There is no such page.")
    with visit.store.read() as session:
        book = messages(session, visit.actor, at=visit.at, group=group, day=day, page=int(number))
        nav = menu(session, visit)
    chosen = {"group": group, "day": day.isoformat() if day else ""}
    context: dict[str, Any] = {"book": book, "group": group, "day": day, "groups": GROUPS, "words": labels_messages}
    context |= {"turned": lambda to: "/messages?" + urlencode({**chosen, "page": str(to)}), "errors": errors or {}}
    status = 422 if errors else 200
    return page(visit, "messages.html", status=status, nav=nav, active="messages_page", **context)


@router.get("/messages", name="messages_page")
def messages_page(visit: Visiting, request: Request) -> Response:
    """What was written, to whom and by which way, and what became of it. What it says is not shown."""
    return _book(visit, request)


@router.post("/messages/{message_id}/again", name="send_message_again")
def send_message_again(visit: Visiting, message_id: str) -> Response:
    """A message that does not arrive is tried again."""
    try:
        send_again(visit.store, message_id=message_id, actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return _book(visit, errors={"": str(refused)})
    return RedirectResponse("/messages?group=with_a_person", status_code=303)


@router.post("/messages/{message_id}/aside", name="set_message_aside")
def set_message_aside(visit: Visiting, message_id: str) -> Response:
    """A message that cannot arrive is not sent any more."""
    try:
        set_aside(visit.store, message_id=message_id, actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return _book(visit, errors={"": str(refused)})
    return RedirectResponse("/messages?group=with_a_person", status_code=303)


@router.get("/messages/wordings", name="wordings_page")
def wordings_page(visit: Visiting) -> Response:
    """The words in force, of every kind of message in both languages."""
    with visit.store.read() as session:
        lines = [(one, spoken, *wording(session, one, spoken)) for one in Occasion for spoken in LANGUAGES]
        nav = menu(session, visit)
    return page(visit, "wordings.html", lines=lines, words=labels_messages, nav=nav, active="messages_page")


@router.get("/messages/wordings/{occasion}/{spoken}", name="wording_page")
def wording_page(visit: Visiting, occasion: str, spoken: str) -> Response:
    """The words of one kind of message in one language, what may stand in them, and how they came to be so."""
    return _wording(visit, occasion_of(occasion, spoken), spoken)


def _wording(
    visit: Visit,
    occasion: Occasion,
    spoken: str,
    *,
    fields: Fields | None = None,
    problem: ArrearsError | None = None,
    shown: Preview | None = None,
) -> Response:
    with visit.store.read() as session:
        version, body = wording(session, occasion, spoken)
        history = versions_of(session, occasion, spoken)
        who = names_of(session, {one.by for one in history})
        nav = menu(session, visit)
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    context: dict[str, Any] = {"occasion": occasion, "spoken": spoken, "version": version, "body": body, "whose": who}
    context |= {"history": history, "errors": errors, "shown": shown or preview(occasion, spoken, body)}
    context |= {"trial": shown is not None, "names": PLACEHOLDERS[occasion], "longest": LONGEST[occasion]}
    context |= {"typed": fields.typed() if fields else {}, "words": labels_messages, "nav": nav}
    status = 409 if isinstance(problem, Conflict) else 422 if problem else 200
    return page(visit, "wording.html", status=status, active="messages_page", **context)


@router.post("/messages/wordings/{occasion}/{spoken}/preview", name="preview_wording")
def preview_wording(visit: Visiting, form: Posting, occasion: str, spoken: str) -> Response:
    """What the words would look like, with invented values. Nothing is kept."""
    of, fields = occasion_of(occasion, spoken), Fields(form)
    body = fields.needed("body", longest=LONGEST[of])
    try:
        fields.done()
        return _wording(visit, of, spoken, fields=fields, shown=preview(of, spoken, body))
    except (Wrong, BadInput) as problem:
        return _wording(visit, of, spoken, fields=fields, problem=problem)


@router.post("/messages/wordings/{occasion}/{spoken}", name="change_wording")
def change(visit: Visiting, form: Posting, occasion: str, spoken: str) -> Response:
    """Put other words in force."""
    of, fields = occasion_of(occasion, spoken), Fields(form)
    body = fields.needed("body", longest=LONGEST[of])
    try:
        version = fields.version()
        fields.done()
        change_wording(
            visit.store, occasion=of, language=spoken, text=body, version=version, actor=visit.actor, at=visit.at
        )
    except (Wrong, BadInput, Conflict) as problem:
        return _wording(visit, of, spoken, fields=fields, problem=problem)
    return RedirectResponse(f"/messages/wordings/{of}/{spoken}", status_code=303)


@router.post("/account/addresses", name="add_address")
def add(visit: Visiting, form: Posting) -> Response:
    """Be reached here too."""
    fields = Fields(form)
    way = fields.choice("way", set(ReachedBy))
    typed = fields.needed("address", longest=LONGEST_ADDRESS)
    try:
        fields.done()
        add_address(visit.store, way=ReachedBy(way or ""), typed=typed, actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return account.shown(visit, status=422, address_errors=wrong.errors)
    except (BadInput, NotAllowed) as refused:
        return account.shown(visit, status=422, address_errors={"address": str(refused)})
    return RedirectResponse("/account#addresses", status_code=303)


@router.post("/account/addresses/{address_id}/end", name="end_address")
def end(visit: Visiting, address_id: str) -> Response:
    """Be reached there no more."""
    end_address(visit.store, address_id=address_id, actor=visit.actor, at=visit.at)
    return RedirectResponse("/account#addresses", status_code=303)
