"""The one-time code at login (RFC 6238): turned on by its owner, taken once, with recovery codes for a lost phone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from unicodedata import normalize

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound
from casework.people import Actor, Role
from services.people.confirming import confirm_self
from warehouse import audit
from warehouse.crypto import keyring
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AccountRow, RecoveryCodeRow, new_id
from warehouse.store.accounts import end_sessions, forget_tries, grants_of, reserve_try
from warehouse.store.settings import codes, whole

STEP_SECONDS = 30
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_RECOVERY_LENGTH = 12
_CODE = "one-time code"


def offer(store: Warehouse, *, actor: Actor, at: datetime) -> str:
    """A new secret for one's own account, in force only once a code of it came back. Returns it."""
    with store.write() as session:
        account = _account(session, actor.id)
        if account.totp_secret is not None:
            raise NotAllowed("The one-time code is on already; turn it off first.")
        if account.totp_offered is None:
            account.totp_offered = pyotp.random_base32()
            audit.record(session, by=actor.id, act="offer_code", subject=actor.id, at=at)
        return account.totp_offered


def address_of(secret: str, *, login: str, issuer: str) -> str:
    """The address that a QR code carries to the phone."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def turn_on(store: Warehouse, *, code: str, password: str, actor: Actor, at: datetime) -> tuple[str, ...]:
    """Put the offered secret in force. Returns the recovery codes, which are shown this once."""
    confirm_self(store, account_id=actor.id, password=password, at=at)
    count_code(store, actor.id, at=at)
    with store.write() as session:
        one_at_a_time(session, f"code:{actor.id}")
        account = _account(session, actor.id)
        if account.totp_offered is None:
            raise NotAllowed("Open this page again: there is nothing to turn on.")
        step = _step_of(account.totp_offered, code, at=at, after=None)
        if step is None:
            raise NotAllowed("This one-time code is not right.")
        account.totp_secret, account.totp_offered, account.totp_step = account.totp_offered, None, step
        account.version += 1
        forget_tries(session, login=actor.id, origin=_CODE)
        made = _recovery_codes(session, actor.id, at=at)
        audit.record(session, by=actor.id, act="turn_on_code", subject=actor.id, at=at)
        return made


def renew_recovery(store: Warehouse, *, password: str, actor: Actor, at: datetime) -> tuple[str, ...]:
    """New recovery codes in place of the old ones, shown this once."""
    confirm_self(store, account_id=actor.id, password=password, at=at)
    with store.write() as session:
        if _account(session, actor.id).totp_secret is None:
            raise NotAllowed("The one-time code is not on.")
        made = _recovery_codes(session, actor.id, at=at)
        audit.record(session, by=actor.id, act="renew_recovery", subject=actor.id, at=at)
        return made


def turn_off(store: Warehouse, *, password: str, actor: Actor, at: datetime) -> None:
    """Turn one's own code off, unless one's role needs it."""
    confirm_self(store, account_id=actor.id, password=password, at=at)
    with store.write() as session:
        if is_required(session, {Role(one.role) for one in grants_of(session, actor.id)}):
            raise NotAllowed("Your role needs the one-time code; a security administrator can reset it.")
        _forget(session, _account(session, actor.id))
        audit.record(session, by=actor.id, act="turn_off_code", subject=actor.id, at=at)


def reset(session: Session, account: AccountRow, *, at: datetime) -> int:
    """The phone and the recovery codes are lost: forget the secret and end every login. Returns how many ended."""
    _forget(session, account)
    return end_sessions(session, account_id=account.id, at=at)


def is_required(session: Session, roles: set[Role] | frozenset[Role]) -> bool:
    """Whether one of these roles needs the code, by the setting."""
    return bool({role.value for role in roles} & codes(session, "account.second_factor.roles"))


def count_code(store: Warehouse, account_id: str, *, at: datetime) -> tuple[int, datetime | None]:
    """Count one code before it is checked, for the account whatever place it comes from.

    Who comes so far knows the password: no stranger, and free to come from many places. Raises `NotAllowed` when there
    were too many.
    """
    with store.write() as session:
        tries, pause = whole(session, "account.lock.tries"), whole(session, "account.lock.minutes")
        left, until = reserve_try(
            session, login=account_id, origin=_CODE, tries=tries, pause=timedelta(minutes=pause), at=at
        )
    if left < 0:
        raise NotAllowed("Too many wrong codes; please wait.")
    return left, until


def take(session: Session, account: AccountRow, code: str, *, at: datetime) -> bool:
    """Whether a code is right now, and was not taken before; it is used up by that. Recovery codes too."""
    one_at_a_time(session, f"code:{account.id}")
    session.refresh(account)
    if account.totp_secret is None:
        return False
    step = _step_of(account.totp_secret, code, at=at, after=account.totp_step)
    if step is not None:
        account.totp_step = step
    elif not _take_recovery(session, account.id, code, at=at):
        return False
    forget_tries(session, login=account.id, origin=_CODE)
    return True


def left_over(session: Session, account_id: str) -> int:
    """How many recovery codes were not used yet."""
    question = select(RecoveryCodeRow.id).where(
        RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.used_at.is_(None)
    )
    return len(session.scalars(question).all())


def _step_of(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """The half minute a code belongs to: this one or a neighbour, and later than the last one taken."""
    plain = normalize("NFKC", code).replace(" ", "")
    now, clock = int(at.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if (after is None or step > after) and secrets.compare_digest(
            clock.generate_otp(step).encode(), plain.encode("utf-8", "replace")
        ):
            return step
    return None


def _recovery_codes(session: Session, account_id: str, *, at: datetime) -> tuple[str, ...]:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    made = ["".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCodeRow(id=new_id("rcv"), account_id=account_id, code_hash=_hash(account_id, one), made_at=at)
        for one in made
    )
    return tuple("-".join(one[part : part + 4] for part in range(0, _RECOVERY_LENGTH, 4)) for one in made)


def _take_recovery(session: Session, account_id: str, code: str, *, at: datetime) -> bool:
    question = select(RecoveryCodeRow).where(
        RecoveryCodeRow.account_id == account_id,
        RecoveryCodeRow.code_hash == _hash(account_id, code),
        RecoveryCodeRow.used_at.is_(None),
    )
    row = session.scalars(question).one_or_none()
    if row is None:
        return False
    row.used_at = at
    return True


def _hash(account_id: str, code: str) -> str:
    return keyring().blind(f"recovery:{account_id}", code[:100]) or ""


def _forget(session: Session, account: AccountRow) -> None:
    account.totp_secret = account.totp_offered = account.totp_step = None
    account.version += 1
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account.id))


def _account(session: Session, account_id: str) -> AccountRow:
    account = session.get(AccountRow, account_id, with_for_update=True)
    if account is None:
        raise NotFound("There is no such account.")
    return account
