"""A second press of a button is the first one's act: every form carries a key, and every act is done once under it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from itertools import count
from secrets import token_urlsafe
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.params import Depends
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile

from casework.errors import ArrearsError
from casework.record import Json
from console.gate import Gate
from console.guard import Visit
from services.cases import once

FIELD = "once"
_LEFT_OUT = (FIELD, "csrf")
_TOLD = ("location", "content-type", "hx-redirect", "hx-trigger")

_ASKS = "it asks and changes nothing; what was looked at is written down each time"
_SECRET = "its answer shows a secret, which is kept nowhere; it asks for the password again"  # noqa: S105 - no password
_LINK = "its answer shows a link, which is kept nowhere; what it acts on has another version then"
REPEATED = {
    "log_in": "nobody is logged in yet; each try counts",
    "log_in_code": "nobody is logged in yet; each try counts",
    "log_out": "the second one finds nobody logged in",
    "preferences": "it sets what it says, as often as it is said",
    "change_password": "it ends the login under which the key was given",
    "offer_code": _SECRET,
    "turn_on_code": _SECRET,
    "turn_off_code": _SECRET,
    "renew_recovery": _SECRET,
    "create_account": _SECRET,
    "reset_password": _SECRET,
    "reset_code": _SECRET,
    "search": _ASKS,
    "search_employers": _ASKS,
    "search_audit": _ASKS,
    "verify_audit": _ASKS,
    "download_audit": _ASKS,
    "download_receipts": _ASKS,
    "reveal_purpose": _ASKS,
    "reveal_field": _ASKS,
    "reveal_worker": _ASKS,
    "reveal_landed": _ASKS,
    "refused_file": _ASKS,
    "export_ledger": _ASKS,
    "export_employer": _ASKS,
    "export_month": _ASKS,
    "download_paper": _ASKS,
    "download_bulletin": _ASKS,
    "walk_in_similar": _ASKS,
    "weigh_payment": _ASKS,
    "find_alike": _ASKS,
    "preview_holidays": _ASKS,
    "try_rule": _ASKS,
    "preview_wording": _ASKS,
    "preview_prevention": _ASKS,
    "send_prevention": _LINK,
    "renew_prevention_link": _LINK,
    "open_prevention_again": _LINK,
    "test_channel": _ASKS,
    "upload_file": "a file brings each row under its own key: a second file writes nothing",
    "retry_channel": "a pull brings what is there under keys of its own: a second one writes nothing",
    "run_again": "a pull brings what is there under keys of its own: a second one writes nothing",
}
"""Forms without a key of their own, each with the reason."""


ASKS_OUTSIDE = frozenset({"test_channel", "retry_channel", "run_again"})
"""Routes that wait for somebody else's server, and hold no place meanwhile."""


def form_keys() -> Callable[[], str]:
    """The keys of the forms of one page, each its own: a second press of a form's button is the same act."""
    page_key, forms = token_urlsafe(18), count(1)
    return lambda: f"{page_key}.{next(forms)}"


def each_once(router: APIRouter, *first: Depends) -> APIRouter:
    """The same routes, each after what comes `first`; those that act do so once for each key."""
    made = APIRouter(dependencies=first)
    for route in router.routes:
        if isinstance(route, APIRoute):
            methods = sorted(route.methods or ())
            acts = "POST" in methods and route.name not in REPEATED
            placed = route.endpoint if route.name in ASKS_OUTSIDE else _in_place(route.endpoint)
            endpoint = _once(placed) if acts else placed  # a twin waits for the first request, and for no place
            made.add_api_route(route.path, endpoint, methods=methods, name=route.name)
    return made


def _in_place(endpoint: Callable[..., Response]) -> Callable[..., Response]:
    """A view that is worked on when there is a place for it (`console.gate`)."""

    @wraps(endpoint)
    def placed(**given: Any) -> Response:
        visit: Visit | None = given.get("visit")
        if visit is None:
            return endpoint(**given)
        gate: Gate = visit.request.app.state.gate
        with gate.place() as place:
            return endpoint(**(given | {"visit": replace(visit, store=place.over(visit.store))}))

    return placed


def _once(endpoint: Callable[..., Response]) -> Callable[..., Response]:
    """A view that acts. A form without a key, which is none of our pages', acts each time."""

    @wraps(endpoint)
    def clicked(**given: Any) -> Response:
        visit: Visit = given["visit"]
        form: FormData = visit.request.state.form
        key = form.get(FIELD)
        if visit.who is None or not isinstance(key, str) or not key:
            return endpoint(**given)
        click = once.click_of(key, _request(visit.request, form), actor=visit.actor, at=visit.at)
        try:
            before = once.told_before(visit.store, click)
        except once.UsedOtherwise as used:
            given["visit"] = replace(visit, store=once.refusing(visit.store))
            return _refused(used, lambda: endpoint(**given))
        if before is not None:
            return _again(before)
        given["visit"] = replace(visit, store=once.noting(visit.store, click))
        return _first(visit, click, lambda: endpoint(**given))

    return clicked


def _refused(used: once.UsedOtherwise, act: Callable[[], Response]) -> Response:
    """The form again with what was typed, where the view has one to show: it can write nothing. Else the word alone."""
    try:
        answer = act()
    except ArrearsError:
        raise used from None
    if answer.status_code != 422:
        raise used
    return answer


def _first(visit: Visit, click: once.Click, act: Callable[[], Response]) -> Response:
    """Do the act and keep its answer. A refusal is not kept; an act that stands without an answer leads to its page."""
    try:
        answer = act()
    except ArrearsError:
        once.let_go(visit.store, click)
        raise
    except Exception:
        if once.was_written(visit.store, click):
            once.keep(visit.store, click, once.Answer(303, (("location", _page_of(visit.request)),), ""))
        else:
            once.let_go(visit.store, click)
        raise
    if answer.status_code >= 400:
        once.let_go(visit.store, click)
    else:
        once.keep(visit.store, click, _told(visit.request, answer))
    return answer


def _told(request: Request, answer: Response) -> once.Answer:
    headers = tuple((name, answer.headers[name]) for name in _TOLD if name in answer.headers)
    if isinstance(answer, HTMLResponse | RedirectResponse):
        return once.Answer(answer.status_code, headers, bytes(answer.body).decode())
    return once.Answer(303, (("location", _page_of(request)),), "")


def _again(told: once.Answer) -> Response:
    return Response(told.body, status_code=told.status, headers=dict(told.headers))


def _page_of(request: Request) -> str:
    """Where one sees what an act came to."""
    number = request.path_params.get("matter_no")
    return f"/cases/{number}" if number else "/"


def _request(request: Request, form: FormData) -> Json:
    """What two presses of one button share: where it leads and every field, a file by its digest."""
    fields: list[Json] = [[name, _value(value)] for name, value in form.multi_items() if name not in _LEFT_OUT]
    return {"path": request.url.path, "fields": fields}


def _value(value: str | UploadFile) -> str:
    if isinstance(value, str):
        return value
    value.file.seek(0)
    digest = hashlib.sha256(value.file.read()).hexdigest()
    value.file.seek(0)
    return digest
