"""The page for workers: a form, a receipt, the progress. No login, no script needed, nothing personal in an address.

It runs in a process of its own and imports nothing of the office: what it takes in goes into the sealed inbox.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse

from casework.errors import ArrearsError
from casework.progress import Progress
from casework.receipt_number import last_four, typed, written
from counter.answers import Answer, read_answer, shown_as
from counter.desk import DEVICE, Counter, takes_files
from counter.door import LARGEST, Door, Refused, dress, unread
from counter.forms import FIELDS, TOKEN, Form, read_form
from counter.inbox import Inbox, InboxAway
from counter.notices import Hands, Notices, add_notices
from counter.pages import LANGUAGES, STATIC, page, static
from counter.room import InboxFull, ShareUsed
from counter.settings import CounterSettings

log = logging.getLogger("arrears.counter")

LANGUAGE, FORM = "counter_language", "counter_form"
_YEAR = 365 * 24 * 3600


def make_counter(settings: CounterSettings, inbox: Inbox, clock: Callable[[], datetime]) -> FastAPI:
    """The application."""
    app = FastAPI(title="Arrears", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    here = Counter(settings, inbox, clock)
    app.state.counter = here
    most = settings.posting_megabytes * 1_000_000 + 1_000_000

    @app.get("/")
    def form_page(request: Request) -> Response:
        return _form(here, request)

    @app.get("/s/{code}")
    def form_of_site(request: Request, code: str) -> Response:
        try:
            name = inbox.place(code) if code.isalnum() and len(code) <= FIELDS["site_code"] else None
        except InboxAway:
            name = None  # the form is the same without it
        return _form(here, request, site=(code, name) if name else None)

    @app.post("/report")
    async def report(request: Request) -> Response:
        given = await _given(request, most_files=settings.most_files + 1)
        try:
            return await run_in_threadpool(_taken, here, request, given)
        finally:
            await given.close()

    @app.get("/progress")
    def progress_page(request: Request) -> Response:
        return _dressed(here, request, "progress.html", wrong="", receipt="")

    @app.post("/progress")
    async def progress(request: Request) -> Response:
        given = await _given(request, most_files=0)
        return await run_in_threadpool(_shown, here, request, given)

    @app.get("/answer")
    def answered_page() -> Response:
        return RedirectResponse("/progress", 303)

    @app.post("/answer")
    async def answer(request: Request) -> Response:
        given = await _given(request, most_files=0)
        return await run_in_threadpool(_answered, here, request, given)

    _plain_pages(app, here)
    add_notices(
        app,
        Notices(inbox, settings, clock, Hands(_given, partial(_dressed, here), _language, here.caller, here.taking)),
    )
    app.add_exception_handler(HTTPException, lambda request, _: _said(here, request, Refused("no_page", 404)))
    app.add_exception_handler(InboxAway, lambda request, _: _said(here, request, Refused("away", 503)))
    app.add_exception_handler(Refused, lambda request, why: _said(here, request, why))
    app.add_exception_handler(Exception, lambda request, why: _broken(here, request, why))
    app.add_middleware(
        Door,
        secure=settings.secure_cookies,
        largest=lambda path: most if takes_files(path) else LARGEST,
        look=here.look,
        refusal=lambda request, why: _said(here, request, why),
    )
    return app


def _plain_pages(app: FastAPI, here: Counter) -> None:
    """What is the same for everybody."""

    @app.get("/privacy")
    def privacy(request: Request) -> Response:
        return _dressed(here, request, "privacy.html")

    @app.get("/static/{name}")
    def static_file(name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(static(name), media_type=STATIC[name], headers=headers)

    @app.get("/healthz")
    def health() -> Response:
        here.inbox.place("")
        return Response("ok", media_type="text/plain")


def _form(
    here: Counter, request: Request, *, site: tuple[str, str] | None = None, form: Form | None = None, status: int = 200
) -> Response:
    """The form, empty or as it was typed."""
    here.tidy()
    values = dict(form.typed) if form else dict.fromkeys(FIELDS, "")
    if site is not None:
        values |= {"site_code": site[0], "site": site[1], "work": "site"}
    token = form.token if form and TOKEN.fullmatch(form.token) else secrets.token_urlsafe(24)
    wrong = form.wrong if form else {}
    return _dressed(
        here,
        request,
        "form.html",
        status=status,
        values=values,
        site=site,
        wrong=wrong,
        token=token,
        most=here.settings,
    )


def _taken(here: Counter, request: Request, given: Any) -> Response:
    form = read_form(given, here.settings)
    if form.wrong:
        return _form(here, request, form=form, status=422)
    try:
        receipt, left = _kept(here, request, form)
    except InboxFull as full:
        why = "share_used" if isinstance(full, ShareUsed) else "no_room"
        return _form(here, request, form=replace(form, wrong={"files": (why, {})}), status=503)
    log.info("a posting was taken in with %d files and %d left out", len(form.files) - left, left)
    phone = bool(last_four(form.typed["phone"]))
    answer = _dressed(here, request, "done.html", receipt=written(receipt), phone=phone, left=left)
    return _marked(here, request, answer, receipt)


def _kept(here: Counter, request: Request, form: Form) -> tuple[str, int]:
    """The receipt, and how many files were left out: words are taken also where there is no room for their files.

    Raises `InboxFull` where there are no words, or files of the form lie here already, and `InboxAway`.
    """
    told = form.told(_language(request))
    try:
        with here.taking(request) as room:
            return here.inbox.take(form.token, told, form.files, at=here.clock(), room=room), 0
    except InboxFull:
        if not form.typed["story"].strip() or here.inbox.has_files(form.token):
            raise
    left = len(form.files)
    return here.inbox.take(form.token, {**told, "files_left": left}, [], at=here.clock()), left


def _asked(here: Counter, request: Request, given: Any) -> tuple[str, str, str, Progress | None]:
    """The receipt as it was typed, the receipt, the four digits, and the progress that lies under both."""
    said = str(given.get("receipt") or "")[:60]
    receipt, four = typed(said), str(given.get("four") or "").strip()[:8]
    digits = last_four(four) if len(four) == 4 else None
    return said, receipt or "", digits or "", here.asked(request, receipt, digits)


def _shown(here: Counter, request: Request, given: Any) -> Response:
    said, receipt, four, found = _asked(here, request, given)
    if found is None:
        return _dressed(here, request, "progress.html", status=404, wrong="not_found", receipt=said)
    return _own(here, request, found, (receipt, four))


def _answered(here: Counter, request: Request, given: Any) -> Response:
    """Whether the money came, as one says who opened the own progress; wrong and unknown as there."""
    said, receipt, four, found = _asked(here, request, given)
    if found is None:
        return _dressed(here, request, "progress.html", status=404, wrong="not_found", receipt=said)
    here.answers(receipt)
    if found.asked is None or not found.asked.counts or found.asked.id != given.get("question"):
        return _own(here, request, found, (receipt, four), status=409, over=True)
    form = read_answer(given)
    if form.wrong:
        return _own(here, request, found, (receipt, four), status=422, form=form)
    here.inbox.say(receipt, four, found.asked.id, form.told(), at=here.clock())
    log.info("an answer about the money was taken in")
    return _own(here, request, found, (receipt, four), kept=True)


def _own(
    here: Counter,
    request: Request,
    found: Progress,
    pair: tuple[str, str],
    *,
    status: int = 200,
    form: Answer | None = None,
    kept: bool = False,
    over: bool = False,
) -> Response:
    """The progress of one's own complaint, with the question about the money where there is one."""
    lately = here.inbox.said(*pair, found.asked.id) if found.asked else None
    said, form = shown_as(found.asked, lately), form or Answer()
    answer = _dressed(
        here, request, "shown.html", status=status, told=found, receipt=written(pair[0]), pair=pair, said=said,
        values=form.typed, wrong=form.wrong, kept=kept, over=over,
    )  # fmt: skip
    return _marked(here, request, answer, pair[0])


def _marked(here: Counter, request: Request, answer: Response, receipt: str) -> Response:
    """Remember the device with its receipt, so that nobody who guesses there slows it."""
    if mark := here.mark(request, receipt):
        _cookie(here, answer, DEVICE, mark)
    return answer


async def _given(request: Request, *, most_files: int) -> Any:
    """The fields of the form. Raises `Refused` for a broken one, and one that was not sent from our page."""
    try:
        given = await request.form(max_files=most_files, max_fields=60, max_part_size=64 * 1024)
    except (MultiPartException, HTTPException, ClientDisconnect) as why:
        raise unread(why, most_files) from None
    twin, csrf = request.cookies.get(FORM, ""), given.get("csrf")
    origin = request.headers.get("origin")
    ours = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if not twin or not isinstance(csrf, str) or not hmac.compare_digest(csrf.encode(), twin.encode()) or not ours:
        await given.close()
        raise Refused("foreign" if not ours else "form_old", 403)
    return given


def _dressed(here: Counter, request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page with the token of its form, whose twin goes into a cookie."""
    settings, language = here.settings, _language(request)
    kept = request.cookies.get(FORM, "")
    csrf = kept if TOKEN.fullmatch(kept) else secrets.token_urlsafe(24)
    office = settings.office if language == "zh" else settings.office_en
    answer = page(template, language, status=status, csrf=csrf, office=office, telephone=settings.telephone, **context)
    if csrf != kept:
        _cookie(here, answer, FORM, csrf)
    if request.query_params.get("lang") in LANGUAGES:
        _cookie(here, answer, LANGUAGE, language)
    return answer


def _said(here: Counter, request: Request, why: Refused) -> Response:
    """A page of words."""
    filled = dict(why.filled)
    filled |= {"telephone": here.settings.telephone} if why.word == "away" else {}
    filled |= {"most": here.settings.posting_megabytes} if why.word == "too_large" else {}
    answer = _dressed(here, request, "said.html", status=why.status, word=why.word, filled=filled)
    if why.status == 429:
        answer.headers["Retry-After"] = str(60 * int(str(why.filled.get("minutes", 1))))
    return answer


def _broken(here: Counter, request: Request, why: Exception) -> Response:
    """The kind of error goes to the log; its text may be personal and does not."""
    log.error("broken: %s", type(why).__name__ if not isinstance(why, ArrearsError) else str(why))
    answer = _said(here, request, Refused("away", 503))
    dress(answer.headers, secure=here.settings.secure_cookies)
    return answer


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE)
    if asked in LANGUAGES:
        return str(asked)
    first = request.headers.get("accept-language", "zh").strip().lower()
    return "zh" if first.startswith("zh") or not first.startswith("en") else "en"


def _cookie(here: Counter, answer: Response, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=_YEAR, httponly=True, samesite="lax", secure=here.settings.secure_cookies, path="/"
    )
