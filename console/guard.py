"""The door of every route: who is it, may they, and was the form really ours.

Runs before any view. Default deny: a route that `access.py` does not name is as if it were not there.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from casework.calendar import local_day
from casework.errors import ArrearsError, NotFound
from casework.people import Actor
from console.access import rule_of
from console.permission import Rule
from console.reach import Masking, Reach
from console.words import Words, known, words
from services.office.machine_token import may_read
from services.office.settings import Settings
from services.people.accounts import LoggedIn, who_is
from warehouse.engine import Warehouse

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LANGUAGE_COOKIE, SIZE_COOKIE, FORM_COOKIE = "arrears_language", "arrears_size", "arrears_form"
KEYS_COOKIE = "arrears_keys"
_MANY = 60
"""More photographs than any form takes, so that one too many is answered in words."""
TAKES_FILES = {
    **dict.fromkeys(("add_roster", "pay_workers", "preview_holidays", "upload_file"), 1),
    **dict.fromkeys(("record_visit", "add_photos", "record_payment"), _MANY),
}
STAYS_ON_DISK = frozenset({"upload_file", "record_visit", "add_photos", "record_payment"})
"""Routes whose file may be large: it is read only for whoever may send it, and is never held in memory as a whole."""
_WITHOUT_NEW_PASSWORD = frozenset({"account_page", "change_password", "log_out", "preferences"})
_WITHOUT_CODE = _WITHOUT_NEW_PASSWORD | {"offer_code", "turn_on_code"}


class LoginNeeded(ArrearsError):
    """Nobody is logged in; the login page comes next."""


class PasswordDue(ArrearsError):
    """Something of one's own account comes before anything else: a password of one's own, or the one-time code."""


class ForeignForm(ArrearsError):
    """The form was not sent from one of our pages in this login."""


def session_cookie(settings: Settings) -> str:
    """The cookie's name; behind TLS the browser itself then holds it to this host."""
    return "__Host-arrears" if settings.secure_cookies else "arrears"


@dataclass(frozen=True)
class Visit:
    """One request of one person: who, when, in what language. Every view starts from it."""

    request: Request
    store: Warehouse
    settings: Settings
    at: datetime
    words: Words
    large: bool
    csrf: str
    who: LoggedIn | None

    @property
    def actor(self) -> Actor:
        """The person acting. Views behind `open` do not ask."""
        if self.who is None:
            raise LoginNeeded("Please log in.")
        return self.who.actor

    @property
    def today(self) -> date:
        """The day it is where the office is."""
        return local_day(self.at)

    @property
    def by_htmx(self) -> bool:
        """Whether a fragment is wanted rather than a page."""
        return self.request.headers.get("HX-Request") == "true"


def visit(request: Request) -> Visit:
    """Read who is asking from the cookies."""
    state = request.app.state
    clock: Callable[[], datetime] = state.clock
    settings: Settings = state.settings
    at = clock()
    token = request.cookies.get(session_cookie(settings))
    who = who_is(state.store, token=token, at=at) if token else None
    request.state.account = who.actor.id if who else None
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return Visit(
        request=request,
        store=state.store,
        settings=settings,
        at=at,
        words=words(known(chosen)),
        large=request.cookies.get(SIZE_COOKIE) == "large",
        csrf=who.csrf if who else request.cookies.get(FORM_COOKIE, ""),
        who=who,
    )


Visiting = Annotated[Visit, Depends(visit)]


async def posted(request: Request, visiting: Visiting) -> AsyncIterator[FormData]:
    """The fields of the form, if there is one. Files are taken only by a route that asks for them."""
    name = getattr(request.scope.get("route"), "name", None)
    rule = rule_of(name)
    unread = name in STAYS_ON_DISK and (rule is None or not rule.admits(visiting.who.actor if visiting.who else None))
    if request.method in SAFE or unread:
        yield FormData()
        return
    form = await request.form(max_files=TAKES_FILES.get(str(name), 0), max_fields=400, max_part_size=256 * 1024)
    fields: list[tuple[str, str | UploadFile]] = []
    for key, value in form.multi_items():
        fields.append((_plain(key), _plain(value) if isinstance(value, str) else value))
    if name not in STAYS_ON_DISK:
        fields = [(key, one if isinstance(one, str) else await _in_memory(one)) for key, one in fields]
        await form.close()
    kept = FormData(fields)
    request.state.form = kept
    try:
        yield kept
    finally:
        await form.close()


async def _in_memory(file: UploadFile) -> UploadFile:
    return UploadFile(BytesIO(await file.read()), filename=file.filename)


def _plain(text: str) -> str:
    """Without what no database and no page can hold: the null character, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


Posting = Annotated[FormData, Depends(posted)]


async def guard(request: Request, visiting: Visiting, form: Posting) -> None:
    """Let through or raise. Order: is the route declared, is the person logged in and permitted, is the form ours."""
    name = getattr(request.scope.get("route"), "name", None)
    rule = rule_of(name)
    if rule is None:
        raise NotFound("This route is not declared.")
    if "\x00" in request.url.path + request.scope["path"] + unquote(request.url.query):
        raise NotFound("There is no such page.")
    if rule.reach is Reach.MACHINE:
        if not from_machine(request):
            raise NotFound("There is no such page.")
    elif rule.reach is not Reach.OPEN:
        if visiting.who is None:
            raise LoginNeeded("Please log in.")
        if not rule.admits(visiting.actor):
            raise NotFound("There is no such page.")
        if not _in_this_office(rule, visiting):
            raise NotFound("There is no such page.")
        if visiting.who.must_change and name not in _WITHOUT_NEW_PASSWORD:
            raise PasswordDue("Please set a password of your own first.")
        if visiting.who.must_enrol and name not in _WITHOUT_CODE:
            raise PasswordDue("Please turn on the one-time code first.")
    if request.method not in SAFE:
        _check_form(request, visiting, form)


def from_machine(request: Request) -> bool:
    """Whether this machine itself asks, or a monitor that knows the token."""
    settings: Settings = request.app.state.settings
    peer = request.client.host if request.client else None
    headers = {name.lower(): value for name, value in request.headers.items()}
    return may_read(settings.metrics_token_file, peer=peer, headers=headers)


def _in_this_office(rule: Rule, visiting: Visit) -> bool:
    """Personal data that belongs to no case yet, such as quarantine, is for those whose place is the whole office's."""
    if rule.reach is not Reach.OFFICE or rule.masking is Masking.NONE:
        return True
    return any(visiting.actor.may(role, visiting.settings.district) for role in rule.roles)


def _check_form(request: Request, visiting: Visit, form: FormData) -> None:
    given = form.get("csrf")
    if (
        not visiting.csrf
        or not isinstance(given, str)
        or not hmac.compare_digest(given.encode(), visiting.csrf.encode())
    ):
        raise ForeignForm("This form is no longer valid. Please open the page again.")
    scheme, _, place = request.headers.get("origin", "").partition("://")
    schemes = {"https"} if visiting.settings.secure_cookies else {"http", "https"}
    if scheme not in schemes or place != request.headers.get("host"):
        raise ForeignForm("This form was sent from another site.")


def form_token(visiting: Visit) -> str:
    """The token for a form shown before anybody is logged in; its twin goes into a cookie."""
    return visiting.csrf or secrets.token_urlsafe(24)


@dataclass
class Wrong(ArrearsError):
    """A form with mistakes: what is wrong with which field, in English; the page says it in the reader's language."""

    errors: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{len(self.errors)} fields need another look."
