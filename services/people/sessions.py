"""Logging in and out. A guess is counted before it is checked; a token is known to its owner alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from casework.errors import ArrearsError, NotAllowed
from casework.people import Actor, Role
from services.people import second_factor
from services.people.passwords import fits
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, LoginSessionRow, LoginStepRow, new_id
from warehouse.store.accounts import (
    account_by_login,
    forget_tries,
    grants_of,
    login_by_hash,
    reserve_try,
    step_by_hash,
    touch_session,
)
from warehouse.store.settings import whole

_TOKEN_BYTES = 32
_TOUCH_AFTER = timedelta(seconds=60)
_STEP_LASTS = timedelta(minutes=5)


class LoginRefused(ArrearsError):
    """The name or the password is not right, or too many guesses were made from here. The same for unknown names."""

    def __init__(self, words: str, *, tries_left: int, locked_until: datetime | None) -> None:
        super().__init__(words)
        self.tries_left = tries_left
        self.locked_until = locked_until


class CodeNeeded(ArrearsError):
    """The password was right; a one-time code comes next. `token` goes into the form and nowhere else."""

    def __init__(self, token: str) -> None:
        super().__init__("A one-time code is needed.")
        self.token = token


class StartAgain(ArrearsError):
    """The password was given too long ago, or its code was taken already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """One login as of now. `token` goes into the cookie and nowhere else; roles and territories are in `actor`."""

    session_id: str
    token: str
    csrf: str
    account_id: str
    login: str
    name: str
    language: str
    actor: Actor
    must_change: bool
    must_enrol: bool = False


def log_in(store: Warehouse, *, login: str, password: str, origin: str, at: datetime) -> LoggedIn:
    """Check a name and a password that came from `origin` (an address). Raises `LoginRefused`, and `CodeNeeded`.

    Two transactions on purpose: the guess is counted and committed first, so that fifty guesses at once are not fifty
    looks at the same count.
    """
    with store.write() as session:
        tries, pause = whole(session, "account.lock.tries"), whole(session, "account.lock.minutes")
        left, locked_until = reserve_try(
            session, login=login, origin=origin, tries=tries, pause=timedelta(minutes=pause), at=at
        )
        account = account_by_login(session, login)
        stored = account.password_hash if account and account.disabled_at is None else None
        if left < 0:
            audit.record(session, by=_who(account), act="log_in", subject=_who(account), at=at, success=False)
    if left < 0:
        raise LoginRefused("Too many wrong passwords; please wait.", tries_left=0, locked_until=locked_until)
    right = fits(password, stored)
    opened, token = None, None
    with store.write() as session:
        if right and account is not None:
            token = _ask_for_code(session, account.id, at=at)
            opened = _open(session, account.id, at=at) if token is None else None
        passed = opened is not None or token is not None
        if passed:
            forget_tries(session, login=login, origin=origin)
        act = "log_in" if token is None else "log_in_password"
        audit.record(session, by=_who(account), act=act, subject=_who(account), at=at, success=passed)
    if token is not None:
        raise CodeNeeded(token)
    if opened is None:
        raise LoginRefused("The name or the password is not right.", tries_left=left, locked_until=locked_until)
    return opened


def _ask_for_code(session: Session, account_id: str, *, at: datetime) -> str | None:
    """The token of the second step, where the account has one."""
    account = session.get(AccountRow, account_id)
    if account is None or account.totp_secret is None or account.disabled_at is not None:
        return None
    session.execute(delete(LoginStepRow).where(LoginStepRow.account_id == account_id, LoginStepRow.expires_at <= at))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    step = LoginStepRow(
        id=new_id("stp"), token_hash=_token_hash(token), account_id=account_id, expires_at=at + _STEP_LASTS
    )
    session.add(step)
    session.flush()
    return token


def log_in_with_code(store: Warehouse, *, token: str, code: str, at: datetime) -> LoggedIn:
    """The second step: a one-time code or a recovery code. Raises `LoginRefused`, and `StartAgain`."""
    with store.read() as session:
        step = step_by_hash(session, _token_hash(token))
        if step is None or step.used_at is not None or step.expires_at <= at:
            raise StartAgain("Please give the name and the password again.")
        account_id = step.account_id
    try:
        left, until = second_factor.count_code(store, account_id, at=at)
    except NotAllowed as locked:
        raise LoginRefused(str(locked), tries_left=0, locked_until=None) from locked
    opened = None
    with store.write() as session:
        step, account = step_by_hash(session, _token_hash(token)), session.get(AccountRow, account_id)
        if account is not None and step is not None and second_factor.take(session, account, code, at=at):
            session.refresh(step)
            if step.used_at is None:
                step.used_at = at
                opened = _open(session, account_id, at=at)
        audit.record(session, by=account_id, act="log_in", subject=account_id, at=at, success=opened is not None)
    if opened is None:
        raise LoginRefused("This one-time code is not right.", tries_left=left, locked_until=until)
    return opened


def _who(account: AccountRow | None) -> str:
    return "unknown" if account is None else account.id


def _open(session: Session, account_id: str, *, at: datetime) -> LoggedIn | None:
    account = session.get(AccountRow, account_id)
    if account is None or account.disabled_at is not None:
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = LoginSessionRow(
        id=new_id("ses"),
        token_hash=_token_hash(token),
        csrf=secrets.token_urlsafe(_TOKEN_BYTES),
        account_id=account.id,
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=whole(session, "account.absolute.hours")),
    )
    session.add(row)
    session.flush()
    grants = [(Role(grant.role), grant.territory) for grant in grants_of(session, account_id)]
    return _logged_in(session, account, row, grants, token)


def who_is(store: Warehouse, *, token: str, at: datetime) -> LoggedIn | None:
    """Who holds a token now, with the rights of now. None: nobody, logged out, idle, expired or disabled."""
    with store.read() as session:
        found = login_by_hash(session, _token_hash(token))
        if found is None:
            return None
        row, account, grants = found
        if row.ended_at is not None or row.expires_at <= at or account.disabled_at is not None:
            return None
        if row.seen_at + timedelta(minutes=whole(session, "account.idle.minutes")) <= at:
            return None
        known = _logged_in(session, account, row, grants, token)
        stale = row.seen_at + _TOUCH_AFTER <= at
    if stale:
        with store.write() as session:
            touch_session(session, known.session_id, at=at)
    return known


def log_out(store: Warehouse, *, session_id: str, at: datetime) -> None:
    """End a login. A second time does nothing."""
    with store.write() as session:
        row = session.get(LoginSessionRow, session_id)
        if row is not None and row.ended_at is None:
            row.ended_at = at
            audit.record(session, by=row.account_id, act="log_out", subject=row.account_id, at=at)


def _logged_in(
    session: Session, account: AccountRow, row: LoginSessionRow, grants: list[tuple[Role, str]], token: str
) -> LoggedIn:
    actor = Actor(
        account.id,
        frozenset(role for role, _ in grants),
        tuple(dict.fromkeys(territory for _, territory in grants)),
        frozenset(grants),
    )
    return LoggedIn(
        session_id=row.id,
        token=token,
        csrf=row.csrf,
        account_id=account.id,
        login=account.login,
        name=account.name,
        language=account.language,
        actor=actor,
        must_change=account.must_change,
        must_enrol=account.totp_secret is None and second_factor.is_required(session, actor.roles),
    )


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
