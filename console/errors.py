"""What a person sees when something is refused, gone, changed meanwhile, or broken: words, never a traceback."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from console import taken_over
from console.guard import SAFE, ForeignForm, LoginNeeded, PasswordDue, Visit, Wrong, visit
from console.headers import ALWAYS, PHOTOS
from console.render import page
from console.words import N_
from services.office.event_log import logger
from services.people.reveals import note_refusal
from warehouse.engine import StoreUnavailable
from warehouse.queries.officers import names_of

log = logger("console")

_CASE = re.compile(r"/cases/([A-Z]{1,8}\d{4}-\d{1,9})")

NOT_HERE = N_("This page is not here")
REFUSED = N_("This cannot be done")
CHANGED = N_("Somebody else was quicker")
BROKEN = N_("Something went wrong on our side")
BUSY = N_("The database is busy")
TOO_LARGE = N_(
    "The file is larger than 10 MB and was not taken in. Split it, or have it brought in with arrears import."
)
TOO_LARGE_TOGETHER = N_("The photographs are too large together, and nothing was recorded. Go back and take fewer.")
EXPIRED = N_("This form has expired")


def install(app: FastAPI) -> None:
    """Answer every kind of error with its page, and keep the texts of errors out of the server's log."""
    logging.getLogger("uvicorn.error").addFilter(_without_words)
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(PasswordDue, _to_account)
    app.add_exception_handler(NotFound, _not_here)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_here)
    app.add_exception_handler(ForeignForm, _telling(EXPIRED, 403))
    app.add_exception_handler(NotAllowed, _telling(REFUSED, 422))
    app.add_exception_handler(BadInput, _telling(REFUSED, 422))
    app.add_exception_handler(Wrong, _telling(REFUSED, 422))
    app.add_exception_handler(Conflict, _telling(CHANGED, 409))
    app.add_exception_handler(StoreUnavailable, _telling(BUSY, 503))
    app.add_exception_handler(ArrearsError, _telling(BROKEN, 500))
    app.add_exception_handler(Exception, _broken)


def _without_words(record: logging.LogRecord) -> bool:
    """The server logs a broken request with its traceback, whose last line may quote personal data: take it off."""
    record.exc_info, record.exc_text = None, None
    return True


def _to_login(request: Request, _error: Exception) -> Response:
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    wanted = request.url.path if request.method in SAFE and request.url.path != "/" else ""
    return RedirectResponse("/login" + (f"?next={quote(wanted)}" if wanted else ""), status_code=303)


def _to_account(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/account", status_code=303)


def _not_here(request: Request, _error: Exception) -> Response:
    """One page for missing and forbidden. What a logged-in person was denied is written down.

    Whoever typed into a form while the case was theirs gets back what they typed.
    """
    visiting = visit(request)
    given_back = taken_over.answer(request, visiting)
    if given_back is not None:
        return given_back
    if visiting.who is not None:
        name = getattr(request.scope.get("route"), "name", None) or "-"
        subject = next(iter(request.path_params.values()), "-")
        note_refusal(visiting.store, route=name, subject=str(subject), actor=visiting.actor, at=visiting.at)
    return page(visiting, "error.html", status=404, heading=NOT_HERE, sentence=None, error=None, quicker=None)


def too_large(request: Request) -> Response:
    """A file larger than is taken here; it was not kept."""
    visiting = visit(request)
    if visiting.who is None:
        return _to_login(request, LoginNeeded())
    sentence = TOO_LARGE_TOGETHER if PHOTOS.match(request.url.path) else TOO_LARGE
    return page(visiting, "error.html", status=413, heading=REFUSED, sentence=sentence, error=None, quicker=None)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status in (404, 405):
        return page(
            visit(request), "error.html", status=status, heading=NOT_HERE, sentence=None, error=None, quicker=None
        )
    return page(visit(request), "error.html", status=status, heading=REFUSED, sentence=None, error=None, quicker=None)


def _telling(heading: str, status: int) -> Callable[[Request, Exception], HTMLResponse]:
    def answer(request: Request, error: Exception) -> HTMLResponse:
        visiting = _visit_if_possible(request, error)
        if visiting is None:
            return HTMLResponse("<!doctype html><title>Arrears</title><h1>The database is busy.</h1>", status)
        if status == 500:
            log.error("refused", kind=type(error).__name__)
        return page(
            visiting,
            "error.html",
            status=status,
            heading=heading,
            sentence=str(error),
            error=error,
            quicker=_quicker(visiting, error),
            back=_case_of(request),
            kept=_reason_of(request),
        )

    return answer


def _reason_of(request: Request) -> str:
    """The reason that was typed into a form without a page of its own: it is given back with the refusal."""
    form = getattr(request.state, "form", None)
    reason = form.get("reason") if form is not None else None
    return reason.strip() if isinstance(reason, str) else ""


def _case_of(request: Request) -> str | None:
    """The case that a refused form was sent from: the way back."""
    named = str(request.path_params.get("matter_no", ""))
    sent_from = _CASE.match(urlsplit(request.headers.get("referer", "")).path)
    return named or (sent_from[1] if sent_from else None)


def _quicker(visiting: Visit, error: Exception) -> str | None:
    """The name of whoever changed the thing first."""
    if not isinstance(error, Conflict) or error.by is None:
        return None
    with visiting.store.read() as session:
        return names_of(session, [error.by]).get(error.by, error.by)


def _visit_if_possible(request: Request, error: Exception) -> Visit | None:
    """While the database is away nobody can be recognised, and a page with menus would need it again."""
    return None if isinstance(error, StoreUnavailable) else visit(request)


def _broken(request: Request, error: Exception) -> Response:
    """The kind of error goes to the log, its text does not: it may quote personal data."""
    log.error("broken", kind=type(error).__name__, route=str(getattr(request.scope.get("route"), "path", "-")))
    body = "<!doctype html><title>Arrears</title><h1>系统出错了 / Something went wrong on our side</h1>"
    return HTMLResponse(body, status_code=500, headers=ALWAYS)
