"""Accounts: made, given roles, blocked, given a new password, away. Whoever changes rights gives the password again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.people import Role
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.account import password_of
from console.views.shared import menu
from services.people import accounts, rota
from services.people.confirming import confirm_self
from services.people.passwords import handed_out
from warehouse.queries.accounts import AccountLine, accounts_of

router = APIRouter()
ROLES = tuple(role.value for role in Role)


def confirm(visit: Visit, form: Posting) -> None:
    """Raise `NotAllowed` unless the password typed again is right."""
    confirm_self(visit.store, account_id=visit.actor.id, password=password_of(form), at=visit.at)


@router.get("/accounts", name="accounts_page")
def accounts_page(visit: Visiting) -> Response:
    """Everybody who may log in here, and the form for one more."""
    return _list(visit)


def _list(visit: Visit, *, fields: Fields | None = None, problem: ArrearsError | None = None) -> Response:
    with visit.store.read() as session:
        lines = accounts_of(session, visit.actor, today=visit.today)
        nav = menu(session, visit)
    context: dict[str, Any] = {"lines": lines, "nav": nav, "active": "accounts_page", "roles": ROLES}
    context |= {"place": visit.settings.district}
    return page(visit, "accounts.html", status=422 if problem else 200, **context, **_mistakes(fields, problem))


def _mistakes(fields: Fields | None, problem: ArrearsError | None) -> dict[str, Any]:
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    typed = fields.typed() if fields is not None else {}
    return {"errors": errors, "typed": {name: value for name, value in typed.items() if name != "own_password"}}


def _line(visit: Visit, account_id: str) -> AccountLine:
    with visit.store.read() as session:
        found = accounts_of(session, visit.actor, today=visit.today, account_id=account_id)
    if not found:
        raise NotFound("There is no such account.")
    return found[0]


@router.get("/accounts/{account_id}", name="account_of_page")
def account_of_page(visit: Visiting, account_id: str) -> Response:
    """One account."""
    return _one(visit, account_id)


def _one(
    visit: Visit,
    account_id: str,
    *,
    fields: Fields | None = None,
    problem: ArrearsError | None = None,
    handed: str | None = None,
) -> Response:
    line = _line(visit, account_id)
    with visit.store.read() as session:
        nav = menu(session, visit)
    context: dict[str, Any] = {"one": line, "nav": nav, "active": "accounts_page", "roles": ROLES, "handed": handed}
    context |= {"place": visit.settings.district, "own": account_id == visit.actor.id}
    return page(visit, "account_of.html", status=422 if problem else 200, **context, **_mistakes(fields, problem))


@router.post("/accounts", name="create_account")
def create_account(visit: Visiting, form: Posting) -> Response:
    """Make an account with its first role, and show the password that is read out to its owner, this once."""
    fields = Fields(form)
    login, name = fields.needed("login", longest=40), fields.needed("name", longest=80)
    role, place = fields.choice("role", set(ROLES)), fields.needed("territory", longest=12)
    try:
        fields.done()
        confirm(visit, form)
        with visit.store.read() as session:
            word = handed_out(session)
        made = accounts.create_account(
            visit.store,
            login=login,
            name=name,
            password=word,
            grants=[(Role(role or ""), place)],
            actor=visit.actor,
            at=visit.at,
            must_change=True,
        )
    except (Wrong, BadInput, NotAllowed) as problem:
        return _list(visit, fields=fields, problem=problem)
    return _one(visit, made, handed=word)


def _act(visit: Visit, form: Posting, account_id: str, act: Callable[[Fields], object]) -> Response:
    """One change of one account that is seen here, with the password again; back to its page."""
    _line(visit, account_id)
    fields = Fields(form)
    try:
        confirm(visit, form)
        act(fields)
    except (Wrong, BadInput, NotAllowed) as problem:
        return _one(visit, account_id, fields=fields, problem=problem)
    return RedirectResponse(f"/accounts/{account_id}", status_code=303)


@router.post("/accounts/{account_id}/grants", name="grant_role")
def grant_role(visit: Visiting, form: Posting, account_id: str) -> Response:
    """Give a role in a place: it holds with the next request."""

    def give(fields: Fields) -> None:
        role, place = fields.choice("role", set(ROLES)), fields.needed("territory", longest=12)
        fields.done()
        accounts.grant_role(
            visit.store,
            account_id=account_id,
            role=Role(role or ""),
            territory=place,
            actor=visit.actor,
            at=visit.at,
        )

    return _act(visit, form, account_id, give)


@router.post("/accounts/{account_id}/grants/{grant_id}/end", name="end_grant")
def end_grant(visit: Visiting, form: Posting, account_id: str, grant_id: str) -> Response:
    """Take a role away: the next request is refused what it allowed."""
    if grant_id not in {one.id for one in _line(visit, account_id).grants}:
        raise NotFound("There is no such grant.")

    def take(_fields: Fields) -> None:
        accounts.end_grant(visit.store, grant_id=grant_id, actor=visit.actor, at=visit.at)

    return _act(visit, form, account_id, take)


@router.post("/accounts/{account_id}/block", name="block_account")
def block_account(visit: Visiting, form: Posting, account_id: str) -> Response:
    """Nobody logs in with it any more, and who is logged in is out."""

    def block(_fields: Fields) -> None:
        accounts.disable_account(visit.store, account_id=account_id, actor=visit.actor, at=visit.at)

    return _act(visit, form, account_id, block)


@router.post("/accounts/{account_id}/restore", name="restore_account")
def restore_account(visit: Visiting, form: Posting, account_id: str) -> Response:
    """The account may log in again."""

    def restore(_fields: Fields) -> None:
        accounts.restore_account(visit.store, account_id=account_id, actor=visit.actor, at=visit.at)

    return _act(visit, form, account_id, restore)


@router.post("/accounts/{account_id}/code", name="reset_code")
def reset_code(visit: Visiting, form: Posting, account_id: str) -> Response:
    """Phone and recovery codes are lost."""

    def reset(_fields: Fields) -> None:
        accounts.reset_second_factor(visit.store, account_id=account_id, actor=visit.actor, at=visit.at)

    return _act(visit, form, account_id, reset)


@router.post("/accounts/{account_id}/password", name="reset_password")
def reset_password(visit: Visiting, form: Posting, account_id: str) -> Response:
    """Set a password by chance, shown this once to be read out; its owner changes it at the next login."""
    _line(visit, account_id)
    fields = Fields(form)
    try:
        confirm(visit, form)
        if account_id == visit.actor.id:
            raise NotAllowed("One's own password is changed on the page of one's own account.")
        with visit.store.read() as session:
            word = handed_out(session)
        accounts.set_password(visit.store, account_id=account_id, password=word, actor=visit.actor, at=visit.at)
    except (BadInput, NotAllowed) as problem:
        return _one(visit, account_id, fields=fields, problem=problem)
    return _one(visit, account_id, handed=word)


@router.post("/accounts/{account_id}/absences", name="account_away")
def account_away(visit: Visiting, form: Posting, account_id: str) -> Response:
    """Days away, as on the rota: nothing is dispatched to them. No right changes, so no password is asked."""
    _line(visit, account_id)
    fields = Fields(form)
    first, last = fields.day("from_on", required=True), fields.day("to_on", required=True)
    reason = fields.text("reason", longest=400)
    try:
        fields.done()
        assert first is not None
        assert last is not None
        rota.record_absence(
            visit.store,
            account_id=account_id,
            from_on=first,
            to_on=last,
            reason=reason,
            actor=visit.actor,
            at=visit.at,
        )
    except (Wrong, BadInput, NotAllowed) as problem:
        return _one(visit, account_id, fields=fields, problem=problem)
    return RedirectResponse(f"/accounts/{account_id}", status_code=303)


@router.post("/accounts/{account_id}/absences/{absence_id}/end", name="account_back")
def account_back(visit: Visiting, account_id: str, absence_id: str) -> Response:
    """Back again, or not going."""
    if absence_id not in {one.id for one in _line(visit, account_id).absences}:
        raise NotFound("There is no such absence.")
    rota.end_absence(visit.store, absence_id=absence_id, actor=visit.actor, at=visit.at)
    return RedirectResponse(f"/accounts/{account_id}", status_code=303)
