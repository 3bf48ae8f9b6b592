"""The door: login and logout, language and text size, and what robots ask for."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from casework.errors import NotFound
from casework.people import Role
from console.fields import Fields
from console.guard import (
    FORM_COOKIE,
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    SIZE_COOKIE,
    Posting,
    Visit,
    Visiting,
    session_cookie,
)
from console.render import environment, page
from console.statics import Asset
from console.words import LANGUAGES
from services.people.accounts import LoginRefused, log_in, log_out, set_language
from services.people.sessions import CodeNeeded, LoggedIn, StartAgain, log_in_with_code

router = APIRouter()
YEAR = 365 * 24 * 3600
_HOMES = (
    (frozenset({Role.DESK_OFFICER}), "/queue"),
    (frozenset({Role.HEAD}), "/dashboard"),
    (frozenset({Role.READ_ONLY}), "/queue"),
    (frozenset({Role.INSPECTOR}), "/mine"),
    (frozenset({Role.SYSTEM_ADMIN}), "/channels"),
    (frozenset({Role.SECURITY_ADMIN}), "/accounts"),
    (frozenset({Role.AUDIT_ADMIN}), "/audit"),
)


def local_path(path: str | None) -> str:
    """A path on this site, or the front page: nobody is sent elsewhere by an address."""
    parts = urlsplit(path or "")
    local = bool(path) and path is not None and path.startswith("/") and not path.startswith(("//", "/\\"))
    return parts.path if local and not parts.netloc and not parts.scheme else "/"


@router.get("/robots.txt", name="robots")
def robots() -> PlainTextResponse:
    """No robot has any business here."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@router.get("/static/{digest}/{path:path}", name="asset")
def asset(digest: str, path: str) -> Response:
    """One static file, under the digest of what it says."""
    found: Asset | None = environment("en").globals["assets"].get(path)  # type: ignore[attr-defined]  # a dict set in render
    if found is None or found.digest != digest:
        raise NotFound("There is no such file.")
    return Response(
        found.body, headers={"Content-Type": found.kind, "Cache-Control": f"public, max-age={YEAR}, immutable"}
    )


@router.get("/", name="home")
def home(visit: Visiting) -> RedirectResponse:
    """Everybody lands where their morning begins."""
    where = next((path for roles, path in _HOMES if roles & visit.actor.roles), "/account")
    return RedirectResponse(where, status_code=303)


@router.get("/login", name="login_page")
def login_page(visit: Visiting, request: Request) -> Response:
    """The login form."""
    if visit.who is not None:
        return RedirectResponse("/", status_code=303)
    wanted = local_path(request.query_params.get("next"))
    return login_form(visit, wanted=wanted)


def login_form(
    visit: Visit,
    *,
    wanted: str,
    refused: LoginRefused | None = None,
    typed: str = "",
    step: str = "",
    says: str = "",
    status: int = 200,
) -> Response:
    """The login page at its first step, or with `step`, a token, at its second: the one-time code."""
    context = {"wanted": wanted, "refused": refused, "typed": typed, "step": step, "says": says}
    return page(visit, "login.html", status=status, **context)


@router.post("/login", name="log_in")
def enter(visit: Visiting, form: Posting, request: Request) -> Response:
    """Log in. The same words and the same count for an account that does not exist."""
    fields = Fields(form)
    login = fields.text("login", longest=80) or ""
    password = str(form.get("password") or "")
    wanted = local_path(fields.text("next"))
    origin = request.client.host if request.client else "-"
    try:
        entered = log_in(visit.store, login=login, password=password[:1000], origin=origin, at=visit.at)
    except LoginRefused as refused:
        return login_form(visit, wanted=wanted, refused=refused, typed=login, status=422)
    except CodeNeeded as needed:
        return login_form(visit, wanted=wanted, step=needed.token)
    return _entered(visit, entered, wanted, request)


@router.post("/login/code", name="log_in_code")
def enter_code(visit: Visiting, form: Posting, request: Request) -> Response:
    """The second step, where the account has one."""
    fields = Fields(form)
    step, code = fields.text("step", longest=200) or "", fields.text("code", longest=40) or ""
    wanted = local_path(fields.text("next"))
    try:
        entered = log_in_with_code(visit.store, token=step, code=code[:40], at=visit.at)
    except LoginRefused as refused:
        return login_form(visit, wanted=wanted, step=step, refused=refused, status=422)
    except StartAgain as late:
        return login_form(visit, wanted=wanted, says=str(late), status=422)
    return _entered(visit, entered, wanted, request)


def _entered(visit: Visit, entered: LoggedIn, wanted: str, request: Request) -> Response:
    answer = RedirectResponse(wanted, status_code=303)
    secure = visit.settings.secure_cookies
    answer.set_cookie(
        session_cookie(visit.settings), entered.token, httponly=True, samesite="lax", secure=secure, path="/"
    )
    answer.delete_cookie(FORM_COOKIE, path="/")
    if LANGUAGE_COOKIE not in request.cookies and entered.language in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, entered.language, max_age=YEAR, httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/logout", name="log_out")
def leave(visit: Visiting) -> Response:
    """End this login."""
    if visit.who is not None:
        log_out(visit.store, session_id=visit.who.session_id, at=visit.at)
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(session_cookie(visit.settings), path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.post("/preferences", name="preferences")
def preferences(visit: Visiting, form: Posting) -> Response:
    """Language, text size and keys, kept in this browser; the language also with the account, for the next desk."""
    answer = RedirectResponse(local_path(str(form.get("back") or "/")), status_code=303)
    language, size = form.get("language"), form.get("size")
    secure = visit.settings.secure_cookies
    if isinstance(language, str) and language in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="lax", secure=secure)
        if visit.who is not None:
            set_language(visit.store, language=language, actor=visit.actor, at=visit.at)
    if form.get("keys") in ("on", "off"):
        answer.set_cookie(
            KEYS_COOKIE, str(form.get("keys")), max_age=YEAR, httponly=True, samesite="lax", secure=secure
        )
    if size in ("large", "normal"):
        answer.set_cookie(SIZE_COOKIE, str(size), max_age=YEAR, httponly=True, samesite="lax", secure=secure)
    return answer
