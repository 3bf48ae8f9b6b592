"""The password again, before what outlives a login: rights, keys, and personal data that leaves the house."""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.errors import NotAllowed
from services.people.passwords import fits
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AccountRow
from warehouse.store.accounts import forget_tries, reserve_try
from warehouse.store.settings import whole

AT_THE_DESK = "own password"


def count_guess(store: Warehouse, account_id: str, *, at: datetime) -> None:
    """A guess at one's own password counts like one at the door, and before it is checked: a desk may be left open."""
    with store.write() as session:
        tries, pause = whole(session, "account.lock.tries"), whole(session, "account.lock.minutes")
        left, _ = reserve_try(
            session, login=account_id, origin=AT_THE_DESK, tries=tries, pause=timedelta(minutes=pause), at=at
        )
    if left < 0:
        raise NotAllowed("Too many wrong passwords; please wait.")


def confirm_self(store: Warehouse, *, account_id: str, password: str, at: datetime) -> None:
    """Raise `NotAllowed` unless the person at the desk knows the password of the account that is logged in."""
    count_guess(store, account_id, at=at)
    with store.read() as session:
        account = session.get(AccountRow, account_id)
        stored = None if account is None else account.password_hash
    right = fits(password, stored)
    with store.write() as session:
        if right:
            forget_tries(session, login=account_id, origin=AT_THE_DESK)
        else:
            audit.record(session, by=account_id, act="confirm_self", subject=account_id, at=at, success=False)
    if not right:
        raise NotAllowed("The present password is not right.")
