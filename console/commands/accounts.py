"""Accounts from the terminal, the first administrator among them. Passwords are asked for, never typed in view."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from casework.errors import BadInput, NotFound
from casework.people import Role
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import say, say_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from warehouse.models import AccountRow

app = typer.Typer(name="account", help="Who may log in, in what roles, where.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login name.")]
Grant = Annotated[
    str, typer.Argument(metavar="ROLE:PLACE", help="A role and an administrative code, inspector:370215001.")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the input, for scripts; else it is asked for.")
]


def _grant(text: str) -> tuple[Role, str]:
    role, _, place = text.partition(":")
    if role not in set(Role) or not place.isdecimal():
        raise BadInput(f"A role is written ROLE:PLACE, as in inspector:370215; the roles are {', '.join(Role)}.")
    return Role(role), place


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _account(session: Session, login: str) -> AccountRow:
    from warehouse.store.accounts import account_by_login

    row = account_by_login(session, login)
    if row is None:
        raise NotFound(f"There is no account {login}.")
    return row


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The person's name, as on papers.")],
    role: Annotated[list[str], typer.Option(metavar="ROLE:PLACE", help="May be given several times.")],
    from_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Make an account. Its password must be changed at the first login."""
    from services.people.accounts import create_account

    grants = [_grant(one) for one in role]
    with opened() as here:
        password = _password(from_stdin=from_stdin)
        account_id = create_account(
            here.store,
            login=login,
            name=name,
            password=password,
            grants=grants,
            actor=AT_THE_TERMINAL,
            at=now(),
            must_change=True,
        )
    say("Made", {"login": login, "account": account_id}, as_json=as_json)


@app.command()
def password(login: Login, from_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Set a new password, which must be changed at the next login, and end every login of the account."""
    from services.people.accounts import set_password

    with opened() as here:
        with here.store.read() as session:
            account_id = _account(session, login).id
        words = _password(from_stdin=from_stdin)
        set_password(here.store, account_id=account_id, password=words, actor=AT_THE_TERMINAL, at=now())
    say("Set", {"login": login}, as_json=as_json)


@app.command()
def disable(login: Login, as_json: AsJson = False) -> None:
    """Block an account, and end every login of it now."""
    from services.people.accounts import disable_account

    with opened() as here:
        with here.store.read() as session:
            account_id = _account(session, login).id
        disable_account(here.store, account_id=account_id, actor=AT_THE_TERMINAL, at=now())
    say("Disabled", {"login": login}, as_json=as_json)


@app.command()
def restore(login: Login, as_json: AsJson = False) -> None:
    """Let a blocked account in again."""
    from services.people.accounts import restore_account

    with opened() as here:
        with here.store.read() as session:
            account_id = _account(session, login).id
        restore_account(here.store, account_id=account_id, actor=AT_THE_TERMINAL, at=now())
    say("Let in again", {"login": login}, as_json=as_json)


@app.command("reset-code")
def reset_code(login: Login, as_json: AsJson = False) -> None:
    """Forget the one-time code of an account whose phone and recovery codes are lost, and end every login of it."""
    from services.people.accounts import reset_second_factor

    with opened() as here:
        with here.store.read() as session:
            account_id = _account(session, login).id
        reset_second_factor(here.store, account_id=account_id, actor=AT_THE_TERMINAL, at=now())
    say("Reset", {"login": login}, as_json=as_json)


@app.command()
def role(
    login: Login,
    grant: Grant,
    end: Annotated[bool, typer.Option("--end", help="Take the role away instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give an account a role in a place, or take it away."""
    from services.people.accounts import end_grant, grant_role
    from warehouse.store.accounts import grants_of

    wanted, place = _grant(grant)
    with opened() as here:
        with here.store.read() as session:
            account_id = _account(session, login).id
            held = [row.id for row in grants_of(session, account_id) if (row.role, row.territory) == (wanted, place)]
        if end and not held:
            raise NotFound(f"{login} does not hold {grant}.")
        if end:
            end_grant(here.store, grant_id=held[0], actor=AT_THE_TERMINAL, at=now())
        else:
            at = now()
            grant_role(here.store, account_id=account_id, role=wanted, territory=place, actor=AT_THE_TERMINAL, at=at)
    say("Ended" if end else "Given", {"login": login, "role": grant}, as_json=as_json)


@app.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """Every account with its roles."""
    from sqlalchemy import select

    from warehouse.models import AccountRow, RoleGrantRow

    with opened() as here, here.store.read() as session:
        roles: dict[str, list[str]] = {}
        for row in session.scalars(select(RoleGrantRow).where(RoleGrantRow.ended_at.is_(None))):
            roles.setdefault(row.account_id, []).append(f"{row.role}:{row.territory}")
        rows = [
            {
                "login": account.login,
                "name": account.name,
                "roles": sorted(roles.get(account.id, [])),
                "disabled": account.disabled_at is not None,
                "code": account.totp_secret is not None,
            }
            for account in session.scalars(select(AccountRow).order_by(AccountRow.login))
        ]
    say_rows("Accounts", rows, as_json=as_json)
