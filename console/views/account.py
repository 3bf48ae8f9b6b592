"""One's own account: the password, and the one-time code at login with its recovery codes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, NotAllowed
from casework.reaching import ReachedBy, mask_address
from console import labels_messages
from console.access import may
from console.guard import Posting, Visit, Visiting
from console.qr import drawn
from console.render import page
from console.views.shared import menu
from console.words import N_
from services.people import second_factor
from services.people.accounts import set_password
from warehouse.models import AccountRow
from warehouse.store.addresses import addresses_of

router = APIRouter()
TWICE = N_("The two new passwords are not the same.")


@router.get("/account", name="account_page")
def account_page(visit: Visiting, request: Request) -> Response:
    """One's own account: name, roles, password, one-time code."""
    return shown(visit, done="code_off" if "code_off" in request.query_params else "")


def shown(visit: Visit, *, status: int = 200, **others: Any) -> Response:
    assert visit.who is not None
    with visit.store.read() as session:
        account = session.get_one(AccountRow, visit.who.account_id)
        on, offered = account.totp_secret is not None, account.totp_offered
        left = second_factor.left_over(session, account.id) if on else 0
        required = second_factor.is_required(session, visit.actor.roles)
        nav = menu(session, visit)
    issuer = visit.settings.district_name
    secret = None if on else offered
    address = second_factor.address_of(secret, login=visit.who.login, issuer=issuer) if secret else None
    with visit.store.read() as session:
        reached = addresses_of(session, visit.who.account_id) if may(visit.actor, "add_address") else []
    context: dict[str, Any] = {"addresses": reached, "mask": mask_address, "address_errors": {}}
    context |= {"told": labels_messages, "ways": tuple(ReachedBy)}
    context |= {"problem": None, "code_problem": None, "recovery": (), "done": ""}
    context |= {"on": on, "left": left, "required": required, "secret": secret, "nav": nav}
    return page(visit, "account.html", status=status, **context | {"qr": drawn(address) if address else None} | others)


@router.post("/account/password", name="change_password")
def change_password(visit: Visiting, form: Posting) -> Response:
    """Set a new password of one's own; the old one proves who is sitting there."""
    old, new = str(form.get("old") or "")[:1000], str(form.get("new") or "")[:1000]
    if new != str(form.get("again") or ""):
        return shown(visit, status=422, problem=TWICE)
    assert visit.who is not None
    try:
        set_password(
            visit.store, account_id=visit.who.account_id, password=new, current=old, actor=visit.actor, at=visit.at
        )
    except (BadInput, NotAllowed) as problem:
        return shown(visit, status=422, problem=str(problem))
    return RedirectResponse("/login", status_code=303)


@router.post("/account/code/offer", name="offer_code")
def offer_code(visit: Visiting) -> Response:
    """Make a secret for the phone; it is in force only when a code of it came back."""
    try:
        second_factor.offer(visit.store, actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return shown(visit, status=422, code_problem=str(refused))
    return RedirectResponse("/account", status_code=303)


@router.post("/account/code/on", name="turn_on_code")
def turn_on(visit: Visiting, form: Posting) -> Response:
    """Put the secret in force, and show the recovery codes this once."""
    code = str(form.get("code") or "")[:40]
    try:
        made = second_factor.turn_on(visit.store, code=code, password=password_of(form), actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return shown(visit, status=422, code_problem=str(refused))
    return shown(visit, recovery=made)


@router.post("/account/code/recovery", name="renew_recovery")
def renew_recovery(visit: Visiting, form: Posting) -> Response:
    """New recovery codes, shown this once; the old ones serve no more."""
    try:
        made = second_factor.renew_recovery(visit.store, password=password_of(form), actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return shown(visit, status=422, code_problem=str(refused))
    return shown(visit, recovery=made)


@router.post("/account/code/off", name="turn_off_code")
def turn_off(visit: Visiting, form: Posting) -> Response:
    """Log in with the password alone again."""
    try:
        second_factor.turn_off(visit.store, password=password_of(form), actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return shown(visit, status=422, code_problem=str(refused))
    return RedirectResponse("/account?code_off", status_code=303)


def password_of(form: Posting) -> str:
    """The password typed again, as it was typed."""
    return str(form.get("own_password") or "")[:1000]
