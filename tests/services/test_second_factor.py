"""The one-time code: taken once, in the half minute it is for, counted before it is checked; and recovery codes."""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from services.office.rules import change_setting
from services.people import accounts, second_factor
from services.people.accounts import LoginRefused, log_in, who_is
from services.people.sessions import CodeNeeded, LoggedIn, StartAgain, log_in_with_code
from warehouse.engine import Warehouse
from warehouse.models import AuditRow

SETUP = Actor.system("setup")
WORD = "Tang-Xia-2026"
PLACE = "370215"


def person(store: Warehouse, at: datetime, login: str = "zhao", role: Role = Role.INSPECTOR) -> str:
    return accounts.create_account(
        store, login=login, name="赵", password=WORD, grants=[(role, PLACE)], actor=SETUP, at=at
    )


def with_code(store: Warehouse, at: datetime) -> tuple[str, pyotp.TOTP, tuple[str, ...]]:
    account_id = person(store, at)
    actor = Actor(account_id, frozenset({Role.INSPECTOR}), (PLACE,))
    clock = pyotp.TOTP(second_factor.offer(store, actor=actor, at=at))
    made = second_factor.turn_on(store, code=clock.at(at), password=WORD, actor=actor, at=at)
    return account_id, clock, made


def first_step(store: Warehouse, at: datetime) -> str:
    with pytest.raises(CodeNeeded) as needed:
        log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=at)
    return needed.value.token


def test_the_password_alone_opens_nothing_and_a_code_serves_once(store: Warehouse, now: datetime) -> None:
    _, clock, _ = with_code(store, now)
    later = now + timedelta(minutes=2)
    token = first_step(store, later)
    assert who_is(store, token=token, at=later) is None
    wide = f" {clock.at(later)[:3]} {clock.at(later)[3:]} ".translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    entered = log_in_with_code(store, token=token, code=wide, at=later)
    assert who_is(store, token=entered.token, at=later) is not None
    with pytest.raises(StartAgain):
        log_in_with_code(store, token=token, code=clock.at(later), at=later)
    with pytest.raises(LoginRefused):
        log_in_with_code(store, token=first_step(store, later), code=clock.at(later), at=later)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_serves_in_its_half_minute_and_beside_it(
    steps: int, taken: bool, store: Warehouse, now: datetime
) -> None:
    _, clock, _ = with_code(store, now)
    later = now + timedelta(minutes=10)
    token, code = first_step(store, later), clock.at(later + timedelta(seconds=30 * steps))
    if taken:
        assert log_in_with_code(store, token=token, code=code, at=later).login == "zhao"
    else:
        with pytest.raises(LoginRefused):
            log_in_with_code(store, token=token, code=code, at=later)


def test_one_code_sent_twenty_times_at_once_opens_one_login(store: Warehouse, now: datetime) -> None:
    account_id, clock, _ = with_code(store, now)
    later = now + timedelta(minutes=2)
    change_setting(store, name="account.lock.tries", value=100, source="test", actor=SETUP, at=now)
    tokens = [first_step(store, later) for _ in range(20)]
    opened: list[LoggedIn] = []
    start = threading.Barrier(20)

    def enter(token: str) -> None:
        start.wait()
        with contextlib.suppress(ArrearsError):
            opened.append(log_in_with_code(store, token=token, code=clock.at(later), at=later))

    threads = [threading.Thread(target=enter, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert opened[0].account_id == account_id


def test_codes_are_counted_for_the_account_and_five_are_enough(store: Warehouse, now: datetime) -> None:
    _, clock, made = with_code(store, now)
    later = now + timedelta(minutes=2)
    left = []
    for _ in range(5):
        with pytest.raises(LoginRefused) as refused:
            log_in_with_code(store, token=first_step(store, later), code="000000", at=later)
        left.append(refused.value.tries_left)
    assert left == [4, 3, 2, 1, 0]
    for right in (clock.at(later), made[0]):
        with pytest.raises(LoginRefused):
            log_in_with_code(store, token=first_step(store, later), code=right, at=later)
    after = later + timedelta(minutes=16)
    assert log_in_with_code(store, token=first_step(store, after), code=clock.at(after), at=after)


def test_a_recovery_code_serves_once_and_new_ones_replace_the_old(store: Warehouse, now: datetime) -> None:
    account_id, _, made = with_code(store, now)
    assert len(set(made)) == 10
    later = now + timedelta(minutes=2)
    assert log_in_with_code(store, token=first_step(store, later), code=made[0].lower(), at=later)
    with pytest.raises(LoginRefused):
        log_in_with_code(store, token=first_step(store, later), code=made[0], at=later)
    with store.read() as session:
        assert second_factor.left_over(session, account_id) == 9
    actor = Actor(account_id, frozenset({Role.INSPECTOR}), (PLACE,))
    fresh = second_factor.renew_recovery(store, password=WORD, actor=actor, at=later)
    with pytest.raises(LoginRefused):
        log_in_with_code(store, token=first_step(store, later), code=made[1], at=later)
    assert log_in_with_code(store, token=first_step(store, later), code=fresh[0], at=later)


def test_the_second_step_waits_five_minutes_and_ends_with_a_new_password(store: Warehouse, now: datetime) -> None:
    account_id, clock, _ = with_code(store, now)
    token, late = first_step(store, now), now + timedelta(minutes=5)
    with pytest.raises(StartAgain):
        log_in_with_code(store, token=token, code=clock.at(late), at=late)
    later = now + timedelta(minutes=6)
    token = first_step(store, later)
    accounts.set_password(store, account_id=account_id, password="Another-Word-9", actor=SETUP, at=later)
    with pytest.raises(StartAgain):
        log_in_with_code(store, token=token, code=clock.at(later), at=later)


def test_the_secret_and_the_recovery_codes_stand_nowhere_in_clear(store: Warehouse, now: datetime) -> None:
    _, clock, made = with_code(store, now)
    with store.engine.connect() as connection:
        kept = connection.execute(text("SELECT totp_secret, totp_offered FROM account")).one()
        hashes = connection.execute(text("SELECT code_hash FROM recovery_code")).scalars().all()
    assert clock.secret.encode() not in bytes(kept[0])
    assert kept[1] is None
    assert len(hashes) == 10
    assert not {one.replace("-", "") for one in made} & set(hashes)
    with store.read() as session:
        log = " ".join(str(row.details) for row in session.scalars(select(AuditRow)))
    assert clock.secret not in log
    assert made[0] not in log


def test_a_role_may_need_the_code_and_then_its_owner_cannot_turn_it_off(store: Warehouse, now: datetime) -> None:
    account_id = person(store, now)
    name = "account.second_factor.roles"
    with pytest.raises(BadInput):
        change_setting(store, name=name, value=["sheriff"], source="test", actor=SETUP, at=now)
    entered = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    assert not entered.must_enrol
    change_setting(store, name=name, value=["inspector"], source="test", actor=SETUP, at=now)
    seen = who_is(store, token=entered.token, at=now)
    assert seen is not None
    assert seen.must_enrol
    clock = pyotp.TOTP(second_factor.offer(store, actor=seen.actor, at=now))
    second_factor.turn_on(store, code=clock.at(now), password=WORD, actor=seen.actor, at=now)
    seen = who_is(store, token=entered.token, at=now)
    assert seen is not None
    assert not seen.must_enrol
    with pytest.raises(NotAllowed, match="needs the one-time code"):
        second_factor.turn_off(store, password=WORD, actor=seen.actor, at=now)
    security = Actor(person(store, now, "wu", Role.SECURITY_ADMIN), frozenset({Role.SECURITY_ADMIN}), (PLACE,))
    accounts.reset_second_factor(store, account_id=account_id, actor=security, at=now)
    with store.read() as session:
        details = session.scalars(select(AuditRow.details).where(AuditRow.act == "reset_code")).all()
    assert details == [{"logins_ended": 1}]
    assert who_is(store, token=entered.token, at=now) is None
    assert log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now).must_enrol


def test_whose_role_needs_no_code_turns_it_off(store: Warehouse, now: datetime) -> None:
    account_id, _, _ = with_code(store, now)
    actor = Actor(account_id, frozenset({Role.INSPECTOR}), (PLACE,))
    second_factor.turn_off(store, password=WORD, actor=actor, at=now)
    entered = log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=now)
    assert who_is(store, token=entered.token, at=now) is not None
    with store.read() as session:
        rows = (
            session.execute(select(AuditRow.by, AuditRow.subject).where(AuditRow.act == "turn_off_code")).tuples().all()
        )
    assert rows == [(account_id, account_id)]
    with pytest.raises(NotAllowed, match="not on"):
        second_factor.renew_recovery(store, password=WORD, actor=actor, at=now)


def test_a_key_is_changed_only_with_the_password_and_guesses_are_counted(store: Warehouse, now: datetime) -> None:
    account_id, _, _ = with_code(store, now)
    actor = Actor(account_id, frozenset({Role.INSPECTOR}), (PLACE,))
    for _ in range(5):
        with pytest.raises(NotAllowed, match="present password"):
            second_factor.turn_off(store, password="guess", actor=actor, at=now)
    with pytest.raises(NotAllowed, match="Too many"):
        second_factor.turn_off(store, password=WORD, actor=actor, at=now)
    first_step(store, now)  # the door is not shut by what was tried at the desk


def test_the_last_administrator_of_a_kind_is_not_locked_out(store: Warehouse, now: datetime) -> None:
    first = person(store, now, "wu", Role.SECURITY_ADMIN)
    second = person(store, now, "zheng", Role.SECURITY_ADMIN)
    audit = person(store, now, "sun", Role.AUDIT_ADMIN)
    by_first = Actor(first, frozenset({Role.SECURITY_ADMIN}), (PLACE,))
    with pytest.raises(NotAllowed, match="last administrator"):
        accounts.disable_account(store, account_id=audit, actor=by_first, at=now)
    with pytest.raises(NotAllowed, match="their own rights"):
        accounts.disable_account(store, account_id=first, actor=by_first, at=now)
    accounts.disable_account(store, account_id=second, actor=by_first, at=now)
    with pytest.raises(NotAllowed, match="last administrator"):
        accounts.disable_account(store, account_id=first, actor=SETUP, at=now)
    accounts.restore_account(store, account_id=second, actor=by_first, at=now)
    assert log_in(store, login="zheng", password=WORD, origin="10.0.0.1", at=now)


def test_an_administrator_of_one_place_knows_no_account_of_another(store: Warehouse, now: datetime) -> None:
    here = Actor(person(store, now, "wu", Role.SECURITY_ADMIN), frozenset({Role.SECURITY_ADMIN}), (PLACE,))
    there = accounts.create_account(
        store, login="far", name="孙", password=WORD, grants=[(Role.HEAD, "370203")], actor=SETUP, at=now
    )
    with pytest.raises(NotFound):
        accounts.disable_account(store, account_id=there, actor=here, at=now)
    with pytest.raises(NotFound):
        accounts.set_password(store, account_id=there, password="Another-Word-9", actor=here, at=now)
    with pytest.raises(NotAllowed, match="own place"):
        accounts.grant_role(
            store, account_id=person(store, now), role=Role.HEAD, territory="370203", actor=here, at=now
        )
