"""Accounts: who may log in, in what roles, where. Roles are read at every request, so a withdrawal holds at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.cases.out_of_sight import after_seating
from services.people import second_factor
from services.people.confirming import AT_THE_DESK, count_guess
from services.people.passwords import check_policy, fits, hashed
from services.people.rota import record_absence, record_recusal
from services.people.sessions import LoggedIn, LoginRefused, log_in, log_out, who_is
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AccountRow, RoleGrantRow, new_id
from warehouse.store.accounts import (
    account_by_login,
    add_grants,
    end_sessions,
    forget_tries,
    grants_of,
    holders_of,
    plain_login,
)

__all__ = [
    "LoggedIn",
    "LoginRefused",
    "create_account",
    "disable_account",
    "end_grant",
    "grant_role",
    "log_in",
    "log_out",
    "record_absence",
    "record_recusal",
    "reset_second_factor",
    "restore_account",
    "set_language",
    "set_password",
    "who_is",
]

LANGUAGES = ("zh_CN", "en")
_ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def create_account(
    store: Warehouse,
    *,
    login: str,
    name: str,
    password: str,
    grants: Sequence[tuple[Role, str]],
    actor: Actor,
    at: datetime,
    must_change: bool = False,
) -> str:
    """Make an account with its roles, each in a territory. Returns its id.

    Where that seats a desk or a head, the cases of the place that were before every desk go to it.
    """
    _may_administer(actor)
    plain = plain_login(login)
    if not plain or len(plain) > 40 or not name.strip():
        raise BadInput("An account has a login name of at most 40 characters and the name of a person.")
    with store.write() as session:
        check_policy(session, password, login=plain)
        if account_by_login(session, plain) is not None:
            raise BadInput("This login name is taken.")
        account = AccountRow(
            id=new_id("acc"),
            login=plain,
            name=name.strip(),
            password_hash=hashed(password),
            password_set_at=at,
            must_change=must_change,
            created_at=at,
        )
        session.add(account)
        _keep_administrators_apart({role for role, _ in grants}, actor)
        _within_own_place(actor, [territory for _, territory in grants])
        add_grants(session, account.id, grants, by=actor.id, at=at)
        details: dict[str, Json] = {"grants": [f"{role}@{territory}" for role, territory in grants]}
        audit.record(session, by=actor.id, act="create_account", subject=account.id, at=at, details=details)
    after_seating(store, [role for role, _ in grants], at=at)
    return account.id


def set_password(
    store: Warehouse, *, account_id: str, password: str, actor: Actor, at: datetime, current: str | None = None
) -> None:
    """Change one's own password, which takes the present one, or set another's, who must then change it.

    Ends every login of the account.
    """
    own = actor.id == account_id
    if not own:
        _may_administer(actor)
    else:
        count_guess(store, account_id, at=at)
    with store.write() as session:
        account = _account(session, account_id)
        if not own:
            _known_here(session, account_id, actor)
        if own and not fits(current or "", account.password_hash):
            raise NotAllowed("The present password is not right.")
        check_policy(session, password, login=account.login)
        if fits(password, account.password_hash):
            raise BadInput("The new password must be another than the present one.")
        account.password_hash, account.password_set_at, account.must_change = hashed(password), at, not own
        account.version += 1
        forget_tries(session, login=account_id, origin=AT_THE_DESK)
        ended = end_sessions(session, account_id=account_id, at=at)
        details: dict[str, Json] = {"own": own, "logins_ended": ended}
        audit.record(session, by=actor.id, act="set_password", subject=account_id, at=at, details=details)


def disable_account(store: Warehouse, *, account_id: str, actor: Actor, at: datetime) -> None:
    """Block an account, and end every login of it now. Its name stays on what it did."""
    _may_administer(actor)
    _not_oneself(actor, account_id)
    with store.write() as session:
        account = _account(session, account_id)
        _known_here(session, account_id, actor)
        _not_the_last(session, account_id, [Role(grant.role) for grant in grants_of(session, account_id)])
        if account.disabled_at is None:
            account.disabled_at = at
            account.version += 1
            details: dict[str, Json] = {"logins_ended": end_sessions(session, account_id=account_id, at=at)}
            audit.record(session, by=actor.id, act="disable_account", subject=account_id, at=at, details=details)


def restore_account(store: Warehouse, *, account_id: str, actor: Actor, at: datetime) -> None:
    """A blocked account may log in again, in the roles it had, with the password it had."""
    _may_administer(actor)
    _not_oneself(actor, account_id)
    with store.write() as session:
        account = _account(session, account_id)
        _known_here(session, account_id, actor)
        if account.disabled_at is not None:
            account.disabled_at = None
            account.version += 1
            audit.record(session, by=actor.id, act="restore_account", subject=account_id, at=at)


def reset_second_factor(store: Warehouse, *, account_id: str, actor: Actor, at: datetime) -> None:
    """The phone is lost, and the recovery codes: the account logs in with its password and sets up another."""
    _may_administer(actor)
    _not_oneself(actor, account_id)
    with store.write() as session:
        account = _account(session, account_id)
        _known_here(session, account_id, actor)
        details: dict[str, Json] = {"logins_ended": second_factor.reset(session, account, at=at)}
        audit.record(session, by=actor.id, act="reset_code", subject=account_id, at=at, details=details)


def grant_role(
    store: Warehouse, *, account_id: str, role: Role, territory: str, actor: Actor, at: datetime
) -> str | None:
    """Give an account a role in a territory, from now on. Returns the grant's id; None when it was held already.

    Cases go to a desk or a head that is seated so, as in `create_account`.
    """
    _may_administer(actor)
    _not_oneself(actor, account_id)
    with store.write() as session:
        _account(session, account_id)
        _known_here(session, account_id, actor)
        _within_own_place(actor, [territory])
        _keep_administrators_apart({Role(grant.role) for grant in grants_of(session, account_id)} | {role}, actor)
        made = add_grants(session, account_id, [(role, territory)], by=actor.id, at=at)
        if not made:
            return None
        details: dict[str, Json] = {"role": role, "territory": territory}
        audit.record(session, by=actor.id, act="grant_role", subject=account_id, at=at, details=details)
    after_seating(store, [role], at=at)
    return made[0]


def end_grant(store: Warehouse, *, grant_id: str, actor: Actor, at: datetime) -> None:
    """Take a role away: the account's next request is refused what the role allowed.

    Where nobody looks after the place any more, its cases come before every desk.
    """
    _may_administer(actor)
    with store.write() as session:
        grant = session.get(RoleGrantRow, grant_id)
        if grant is None:
            raise NotFound("There is no such grant.")
        _not_oneself(actor, grant.account_id)
        _known_here(session, grant.account_id, actor)
        held = [Role(one.role) for one in grants_of(session, grant.account_id) if one.id != grant.id]
        if grant.ended_at is None and Role(grant.role) not in held:
            _not_the_last(session, grant.account_id, [Role(grant.role)])
        if grant.ended_at is None:
            grant.ended_at, grant.ended_by = at, actor.id
            details: dict[str, Json] = {"role": grant.role, "territory": grant.territory}
            audit.record(session, by=actor.id, act="end_grant", subject=grant.account_id, at=at, details=details)
    after_seating(store, [Role(grant.role)], at=at)


def set_language(store: Warehouse, *, language: str, actor: Actor, at: datetime) -> None:
    """Choose the language of one's own screen."""
    if language not in LANGUAGES:
        raise BadInput(f"The console speaks {' and '.join(LANGUAGES)}.")
    with store.write() as session:
        _account(session, actor.id).language = language
        audit.record(session, by=actor.id, act="set_language", subject=actor.id, at=at, details={"to": language})


def _account(session: Session, account_id: str) -> AccountRow:
    account = session.get(AccountRow, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _may_administer(actor: Actor) -> None:
    if Role.SECURITY_ADMIN not in actor.roles:
        raise NotAllowed("Only a security administrator may change accounts and roles.")


def _not_oneself(actor: Actor, account_id: str) -> None:
    if actor.id == account_id:
        raise NotAllowed("Nobody changes their own rights.")


def _known_here(session: Session, account_id: str, actor: Actor) -> None:
    """An account of another place is as if it were not there. One without a role belongs to whoever looks."""
    grants = grants_of(session, account_id)
    if grants and not any(actor.covers(grant.territory) for grant in grants):
        raise NotFound("There is no such account.")


def _within_own_place(actor: Actor, territories: Sequence[str]) -> None:
    for territory in territories:
        if not (territory.isdecimal() and territory.isascii() and 2 <= len(territory) <= 12):
            raise BadInput("A place is an administrative code of 2 to 12 digits.")
        if not actor.covers(territory):
            raise NotAllowed("A role is given only in one's own place.")


def _not_the_last(session: Session, account_id: str, roles: Sequence[Role]) -> None:
    """Raise `NotAllowed` where nobody would be left in one of the three administrator roles."""
    one_at_a_time(session, "administrators")
    for role in roles:
        if role in _ADMINISTRATORS and holders_of(session, role) == [account_id]:
            raise NotAllowed("The last administrator of a kind is not locked out; appoint another first.")


def _keep_administrators_apart(roles: set[Role], actor: Actor) -> None:
    if len(roles & _ADMINISTRATORS) > 1 and not actor.id.startswith("system:"):
        raise NotAllowed("One account holds at most one of the three administrator roles (GB/T 22239).")
