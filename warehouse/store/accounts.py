"""Accounts, their roles, their logins and the guesses at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from casework.people import Role
from warehouse.crypto import keyring
from warehouse.engine import one_at_a_time
from warehouse.models import AccountRow, LoginAttemptRow, LoginSessionRow, LoginStepRow, RoleGrantRow, new_id


def plain_login(login: str) -> str:
    """The one spelling of a login name."""
    return login.strip().casefold()


def account_by_login(session: Session, login: str) -> AccountRow | None:
    """The account of a login name, disabled or not."""
    return session.scalars(select(AccountRow).where(AccountRow.login == plain_login(login))).one_or_none()


def grants_of(session: Session, account_id: str) -> list[RoleGrantRow]:
    """The roles an account holds now."""
    question = select(RoleGrantRow).where(RoleGrantRow.account_id == account_id, RoleGrantRow.ended_at.is_(None))
    return list(session.scalars(question.order_by(RoleGrantRow.granted_at, RoleGrantRow.id)))


def holders_of(session: Session, role: Role) -> list[str]:
    """The accounts that are not disabled and hold a role now."""
    question = (
        select(RoleGrantRow.account_id)
        .join(AccountRow, AccountRow.id == RoleGrantRow.account_id)
        .where(RoleGrantRow.role == role, RoleGrantRow.ended_at.is_(None), AccountRow.disabled_at.is_(None))
        .distinct()
    )
    return sorted(session.scalars(question))


def heads_of(session: Session, place: str | None) -> set[str]:
    """The heads of a place whose accounts work. A place not said belongs to every head."""
    rows = session.execute(
        select(RoleGrantRow.account_id, RoleGrantRow.territory)
        .join(AccountRow, AccountRow.id == RoleGrantRow.account_id)
        .where(RoleGrantRow.role == Role.HEAD, RoleGrantRow.ended_at.is_(None), AccountRow.disabled_at.is_(None))
    )
    return {account_id for account_id, territory in rows if not place or place.startswith(territory)}


def add_grants(
    session: Session, account_id: str, grants: Iterable[tuple[Role, str]], *, by: str, at: datetime
) -> list[str]:
    """Give roles in territories; one that is held already is not given twice. Returns the new ids."""
    held = {(grant.role, grant.territory) for grant in grants_of(session, account_id)}
    rows = [
        RoleGrantRow(
            id=new_id("grt"), account_id=account_id, role=role, territory=territory, granted_at=at, granted_by=by
        )
        for role, territory in dict.fromkeys(grants)
        if (role, territory) not in held
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def reserve_try(
    session: Session, *, login: str, origin: str, tries: int, pause: timedelta, at: datetime
) -> tuple[int, datetime | None]:
    """Count one guess before it is checked. Returns how many are left after it and until when it is locked.

    -1 left: it may not be checked at all. A guess is bound to the name and to where it came from, so that a stranger
    cannot lock an officer out, and counted before the check, so that fifty at once are five. The count begins anew when
    none was made for a whole pause: were it counted from the first one, two pauses that meet would let eight through.
    """
    name, place = _hash("login", plain_login(login)), _hash("origin", origin)
    one_at_a_time(session, f"login:{name}:{place}")
    question = select(LoginAttemptRow).where(LoginAttemptRow.login_hash == name, LoginAttemptRow.origin_hash == place)
    row = session.scalars(question.with_for_update()).one_or_none()
    if row is None:
        row = LoginAttemptRow(id=new_id("att"), login_hash=name, origin_hash=place, failures=0, first_at=at)
        session.add(row)
    if row.locked_until is not None and row.locked_until > at:
        return -1, row.locked_until
    if row.locked_until is not None or (row.last_at or row.first_at) + pause <= at:
        row.failures, row.first_at, row.locked_until = 0, at, None
    row.failures, row.last_at = row.failures + 1, at
    if row.failures >= tries:
        row.locked_until = at + pause
    session.flush()
    return tries - row.failures, row.locked_until


def forget_tries(session: Session, *, login: str, origin: str) -> None:
    """A right password ends the count of wrong ones."""
    name, place = _hash("login", plain_login(login)), _hash("origin", origin)
    question = select(LoginAttemptRow).where(LoginAttemptRow.login_hash == name, LoginAttemptRow.origin_hash == place)
    for row in session.scalars(question):
        session.delete(row)


def _hash(kind: str, text: str) -> str:
    return keyring().blind(kind, text[:200]) or keyring().blind(kind, "nothing") or ""


_BY_TOKEN = (
    select(LoginSessionRow, AccountRow, RoleGrantRow.role, RoleGrantRow.territory)
    .join(AccountRow, AccountRow.id == LoginSessionRow.account_id)
    .outerjoin(RoleGrantRow, (RoleGrantRow.account_id == AccountRow.id) & RoleGrantRow.ended_at.is_(None))
    .where(LoginSessionRow.token_hash == bindparam("token_hash"))
    .order_by(RoleGrantRow.granted_at, RoleGrantRow.id)
)


def login_by_hash(
    session: Session, token_hash: str
) -> tuple[LoginSessionRow, AccountRow, list[tuple[Role, str]]] | None:
    """The login a token belongs to, ended or not, whose it is, and the roles they hold now, each with its place.

    Every request asks this: one statement, put together once.
    """
    rows = session.execute(_BY_TOKEN, {"token_hash": token_hash}).all()
    if not rows:
        return None
    login, account = rows[0][:2]
    return login, account, [(Role(role), place) for _, _, role, place in rows if role is not None]


def step_by_hash(session: Session, token_hash: str) -> LoginStepRow | None:
    """The half-done login a token belongs to."""
    return session.scalars(select(LoginStepRow).where(LoginStepRow.token_hash == token_hash)).one_or_none()


def end_sessions(session: Session, *, account_id: str, at: datetime) -> int:
    """End every open login of an account, and those half done. Returns how many open ones that were."""
    question = select(LoginSessionRow).where(
        LoginSessionRow.account_id == account_id, LoginSessionRow.ended_at.is_(None)
    )
    rows = session.scalars(question).all()
    for row in rows:
        row.ended_at = at
    half_done = update(LoginStepRow).where(LoginStepRow.account_id == account_id, LoginStepRow.used_at.is_(None))
    session.execute(half_done.values(used_at=at))
    return len(rows)


def touch_session(session: Session, session_id: str, *, at: datetime) -> None:
    """The login was used just now. Never moves backwards."""
    question = update(LoginSessionRow).where(LoginSessionRow.id == session_id, LoginSessionRow.seen_at < at)
    session.execute(question.values(seen_at=at))
