"""Accounts: what a stranger cannot do, and what ends when a right is withdrawn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError, BadInput, NotAllowed
from casework.people import Actor, Role
from services.people import accounts
from services.people.accounts import LoginRefused, log_in, who_is
from warehouse.audit import verify
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, LoginSessionRow, RoleGrantRow

SETUP = Actor.system("setup")
SECURITY = Actor("acc_security", frozenset({Role.SECURITY_ADMIN}), ("370215",))
WORD = "Tang-Xia-2026"


def officer(store: Warehouse, now: datetime, login: str = "zhao") -> str:
    grants = [(Role.INSPECTOR, "370215010"), (Role.DESK_OFFICER, "370215")]
    return accounts.create_account(store, login=login, name="赵", password=WORD, grants=grants, actor=SECURITY, at=now)


def guess(store: Warehouse, now: datetime, login: str = "zhao", origin: str = "10.0.0.9") -> LoginRefused:
    with pytest.raises(LoginRefused) as refused:
        log_in(store, login=login, password="wrong", origin=origin, at=now)
    return refused.value


def test_a_login_knows_who_it_is_and_where_they_may_act(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    here = log_in(store, login=" ZHAO ", password=WORD, origin="10.0.0.1", at=now)
    known = who_is(store, token=here.token, at=now)
    assert known == here
    assert known.account_id == account_id
    assert known.actor.may(Role.INSPECTOR, "370215010003")
    assert not known.actor.may(Role.INSPECTOR, "370215001")
    assert known.actor.may(Role.DESK_OFFICER, "370215001")
    assert not known.must_change


def test_the_token_is_stored_only_as_a_hash(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    here = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    with store.read() as session:
        stored = session.execute(select(LoginSessionRow.token_hash, LoginSessionRow.csrf)).one()
    assert len(here.token) >= 32
    assert here.token not in stored
    assert who_is(store, token="no such token", at=now) is None


def test_the_count_is_the_same_for_unknown_accounts(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    known = [guess(store, now).tries_left for _ in range(6)]
    unknown = [guess(store, now, login="nobody").tries_left for _ in range(6)]
    assert known == unknown == [4, 3, 2, 1, 0, 0]
    assert str(guess(store, now)) == str(guess(store, now, login="nobody"))


def test_a_locked_origin_is_refused_even_with_the_right_password_until_the_pause_is_over(
    store: Warehouse, now: datetime
) -> None:
    officer(store, now)
    for _ in range(5):
        guess(store, now)
    with pytest.raises(LoginRefused) as refused:
        log_in(store, login="zhao", password=WORD, origin="10.0.0.9", at=now + timedelta(minutes=14))
    assert refused.value.locked_until == now + timedelta(minutes=15)
    assert log_in(store, login="zhao", password=WORD, origin="10.0.0.9", at=now + timedelta(minutes=15))


def test_a_stranger_cannot_lock_an_officer_out(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    for _ in range(8):
        guess(store, now, origin="203.0.113.7")
    assert log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)


def test_a_right_password_ends_the_count(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    for _ in range(4):
        guess(store, now)
    log_in(store, login="zhao", password=WORD, origin="10.0.0.9", at=now)
    assert guess(store, now).tries_left == 4


def test_guesses_at_once_are_still_five(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    together, checked = threading.Barrier(12), []

    def one() -> None:
        together.wait()
        try:
            log_in(store, login="zhao", password="wrong", origin="10.0.0.9", at=now)
        except LoginRefused as refused:
            checked.append(str(refused))

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert checked.count("The name or the password is not right.") == 5
    assert len(checked) == 12


def test_a_login_ends_by_idleness_age_or_log_out(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    idle = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    assert who_is(store, token=idle.token, at=now + timedelta(minutes=29))
    assert who_is(store, token=idle.token, at=now + timedelta(minutes=58))
    assert who_is(store, token=idle.token, at=now + timedelta(minutes=88)) is None
    busy = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    for minutes in range(0, 720, 20):
        assert who_is(store, token=busy.token, at=now + timedelta(minutes=minutes))
    assert who_is(store, token=busy.token, at=now + timedelta(hours=12)) is None
    left = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    accounts.log_out(store, session_id=left.session_id, at=now)
    assert who_is(store, token=left.token, at=now) is None


def test_a_withdrawn_right_is_gone_at_the_next_request(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    here = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    with store.read() as session:
        grant_id = session.scalars(select(RoleGrantRow.id).where(RoleGrantRow.role == Role.DESK_OFFICER)).one()
    accounts.end_grant(store, grant_id=grant_id, actor=SECURITY, at=now)
    known = who_is(store, token=here.token, at=now)
    assert known is not None
    assert known.actor.roles == {Role.INSPECTOR}
    accounts.disable_account(store, account_id=account_id, actor=SECURITY, at=now)
    assert who_is(store, token=here.token, at=now) is None
    assert guess(store, now).tries_left == 4


def test_a_new_password_ends_every_login_and_another_s_must_be_changed(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    here = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    with pytest.raises(NotAllowed, match="present password"):
        accounts.set_password(store, account_id=account_id, password="Other-2027-word", actor=here.actor, at=now)
    accounts.set_password(
        store, account_id=account_id, password="Other-2027-word", current=WORD, actor=here.actor, at=now
    )
    assert who_is(store, token=here.token, at=now) is None
    accounts.set_password(store, account_id=account_id, password="Third-2028-word", actor=SECURITY, at=now)
    again = log_in(store, login="zhao", password="Third-2028-word", origin="10.0.0.1", at=now)
    assert again.must_change


@pytest.mark.parametrize("password", ["short-1A", "alllowercaseletters", "Zhao-2026-word", "x" * 300])
def test_weak_passwords_are_refused_in_words(store: Warehouse, now: datetime, password: str) -> None:
    with pytest.raises(BadInput, match="A password"):
        accounts.create_account(store, login="zhao", name="赵", password=password, grants=[], actor=SECURITY, at=now)


REFUSED: list[tuple[str, Callable[[Warehouse, str, datetime], object]]] = [
    (
        "Only a security administrator",
        lambda store, who, at: accounts.disable_account(store, account_id=who, actor=Actor("acc_1"), at=at),
    ),
    (
        "own rights",
        lambda store, who, at: accounts.grant_role(
            store,
            account_id=who,
            role=Role.HEAD,
            territory="370215",
            actor=Actor(who, frozenset({Role.SECURITY_ADMIN})),
            at=at,
        ),
    ),
    (
        "at most one of the three",
        lambda store, who, at: accounts.create_account(
            store,
            login="both",
            name="钱",
            password=WORD,
            grants=[(Role.AUDIT_ADMIN, "370215"), (Role.SYSTEM_ADMIN, "370215")],
            actor=SECURITY,
            at=at,
        ),
    ),
    (
        "taken",
        lambda store, who, at: accounts.create_account(
            store, login="Zhao", name="钱", password=WORD, grants=[], actor=SECURITY, at=at
        ),
    ),
    (
        "own recusal",
        lambda store, who, at: accounts.record_recusal(
            store,
            account_id=who,
            reason="kin",
            from_on=date(2026, 11, 1),
            employer_id="emp_1",
            actor=Actor(who, frozenset({Role.HEAD})),
            at=at,
        ),
    ),
    (
        "ends on or after",
        lambda store, who, at: accounts.record_absence(
            store,
            account_id=who,
            from_on=date(2026, 11, 2),
            to_on=date(2026, 11, 1),
            reason=None,
            actor=SECURITY,
            at=at,
        ),
    ),
]


@pytest.mark.parametrize(("words", "act"), REFUSED)
def test_what_is_not_allowed_changes_nothing(
    store: Warehouse, now: datetime, words: str, act: Callable[[Warehouse, str, datetime], object]
) -> None:
    account_id = officer(store, now)
    with store.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditRow))
    with pytest.raises(ArrearsError, match=words):
        act(store, account_id, now)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == before


def test_every_login_leaves_a_row_in_an_unbroken_chain(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    guess(store, now)
    log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    with store.read() as session:
        rows = session.execute(select(AuditRow.act, AuditRow.success).order_by(AuditRow.seq)).all()
        assert [tuple(row) for row in rows] == [("create_account", True), ("log_in", False), ("log_in", True)]
        assert verify(session).broken_at is None


def test_the_setup_may_make_the_first_account(store: Warehouse, now: datetime) -> None:
    every = [(role, "370215") for role in Role]
    assert accounts.create_account(store, login="root", name="管", password=WORD, grants=every, actor=SETUP, at=now)


def test_an_open_desk_does_not_let_a_stranger_guess_the_password(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    me = Actor(account_id, frozenset({Role.INSPECTOR}), ("370215",))

    def guess_own(word: str, at: datetime) -> str:
        with pytest.raises(NotAllowed) as refused:
            accounts.set_password(store, account_id=account_id, password="Other-2026!", current=word, actor=me, at=at)
        return str(refused.value)

    assert {guess_own(f"wrong-{number}", now) for number in range(5)} == {"The present password is not right."}
    assert guess_own(WORD, now) == "Too many wrong passwords; please wait."
    later = now + timedelta(minutes=16)
    accounts.set_password(store, account_id=account_id, password="Other-2026!", current=WORD, actor=me, at=later)
