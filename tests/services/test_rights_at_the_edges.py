"""Accounts and logins at the edges: what is done twice, what is not there, and the last second of what holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from time import sleep

import pyotp
import pytest
from sqlalchemy import select

from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from services.people import accounts, second_factor
from services.people.accounts import LoginRefused, log_in, who_is
from services.people.sessions import CodeNeeded, StartAgain, log_in_with_code
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AccountRow, AuditRow, LoginSessionRow, RoleGrantRow
from warehouse.store.accounts import (
    add_grants,
    end_sessions,
    forget_tries,
    grants_of,
    heads_of,
    holders_of,
    reserve_try,
)

PLACE, STREET = "370215", "370215010"
SECURITY = Actor("acc_security", frozenset({Role.SECURITY_ADMIN}), (PLACE,))
NOBODY = "acc_nobody"
WORD, OTHER = "Tang-Xia-2026", "Song-Yuan-2027"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def officer(store: Warehouse, at: datetime, login: str = "zhao", must_change: bool = False) -> str:
    return accounts.create_account(
        store, login=login, name=" 赵 ", password=WORD, grants=[(Role.INSPECTOR, PLACE)], actor=SECURITY, at=at,
        must_change=must_change,
    )  # fmt: skip


def me(account_id: str) -> Actor:
    return Actor(account_id, frozenset({Role.INSPECTOR}), (PLACE,))


def acts(store: Warehouse) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))


def version(store: Warehouse, account_id: str) -> int:
    with store.read() as session:
        return session.get_one(AccountRow, account_id).version


def enter(store: Warehouse, at: datetime, word: str = WORD) -> accounts.LoggedIn:
    return log_in(store, login="zhao", password=word, origin="10.0.0.1", at=at)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"login": " "}, "login name of at most 40"),
        ({"login": "x" * 41}, "login name of at most 40"),
        ({"name": " "}, "name of a person"),
        ({"grants": [(Role.HEAD, "3")]}, "2 to 12 digits"),
        ({"grants": [(Role.HEAD, "3702150100001")]}, "2 to 12 digits"),
        ({"grants": [(Role.HEAD, "37021x")]}, "2 to 12 digits"),
        ({"grants": [(Role.HEAD, "３７０２１５")]}, "2 to 12 digits"),
        ({"grants": [(Role.HEAD, "370214")]}, "own place"),
    ],
)
def test_an_account_is_named_and_lies_in_the_place_of_who_makes_it(
    store: Warehouse, now: datetime, said: dict[str, object], words: str
) -> None:
    plain: dict[str, object] = {"login": "zhao", "name": "赵", "grants": []}
    with pytest.raises(ArrearsError, match=words):
        accounts.create_account(store, password=WORD, actor=SECURITY, at=now, **{**plain, **said})  # type: ignore[arg-type]
    assert acts(store) == []


def test_an_account_is_kept_as_it_was_made(store: Warehouse, now: datetime) -> None:
    account_id = accounts.create_account(
        store, login=" " + "Z" * 40, name=" 赵 ", password=WORD, actor=SECURITY, at=now,
        grants=[(Role.INSPECTOR, PLACE), (Role.HEAD, STREET), (Role.HEAD, STREET)],
    )  # fmt: skip
    with store.read() as session:
        account = session.get_one(AccountRow, account_id)
        assert (account.login, account.name, account.must_change) == ("z" * 40, "赵", False)
        assert (account.password_set_at, account.created_at) == (now, now)
        assert {(one.role, one.territory) for one in grants_of(session, account_id)} == {
            (Role.INSPECTOR, PLACE), (Role.HEAD, STREET),
        }  # fmt: skip
        made = session.scalars(select(AuditRow)).one()
        assert (made.act, made.subject, made.by) == ("create_account", account_id, SECURITY.id)
        assert made.details == {"grants": [f"inspector@{PLACE}", f"head@{STREET}", f"head@{STREET}"]}


@pytest.mark.parametrize(
    "act",
    [
        lambda store, at: accounts.disable_account(store, account_id=NOBODY, actor=SECURITY, at=at),
        lambda store, at: accounts.restore_account(store, account_id=NOBODY, actor=SECURITY, at=at),
        lambda store, at: accounts.reset_second_factor(store, account_id=NOBODY, actor=SECURITY, at=at),
        lambda store, at: accounts.grant_role(
            store, account_id=NOBODY, role=Role.HEAD, territory=PLACE, actor=SECURITY, at=at
        ),
        lambda store, at: accounts.end_grant(store, grant_id="grt_none", actor=SECURITY, at=at),
        lambda store, at: accounts.set_password(store, account_id=NOBODY, password=WORD, actor=SECURITY, at=at),
        lambda store, at: accounts.set_language(store, language="en", actor=me(NOBODY), at=at),
        lambda store, at: second_factor.offer(store, actor=me(NOBODY), at=at),
    ],
)
def test_what_is_not_there_is_said_not_to_be(
    store: Warehouse, now: datetime, act: Callable[[Warehouse, datetime], object]
) -> None:
    with pytest.raises(NotFound):
        act(store, now)
    assert acts(store) == []


def test_blocking_and_restoring_are_done_once(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    accounts.restore_account(store, account_id=account_id, actor=SECURITY, at=now)
    assert version(store, account_id) == 1
    for _ in range(2):
        accounts.disable_account(store, account_id=account_id, actor=SECURITY, at=now)
    assert version(store, account_id) == 2
    for _ in range(2):
        accounts.restore_account(store, account_id=account_id, actor=SECURITY, at=now)
    assert version(store, account_id) == 3
    assert acts(store) == ["create_account", "disable_account", "restore_account"]
    assert enter(store, now).account_id == account_id


def test_a_role_is_given_and_taken_once(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)

    def give(role: Role) -> str | None:
        return accounts.grant_role(store, account_id=account_id, role=role, territory=STREET, actor=SECURITY, at=now)

    first = give(Role.HEAD)
    assert first is not None
    assert give(Role.HEAD) is None
    for _ in range(2):
        accounts.end_grant(store, grant_id=first, actor=SECURITY, at=now)
    with store.read() as session:
        ended = session.get_one(RoleGrantRow, first)
        assert (ended.ended_at, ended.ended_by) == (now, SECURITY.id)
        rows = [(row.act, row.details) for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    said = {"role": "head", "territory": STREET}
    assert rows[1:] == [("grant_role", said), ("end_grant", said)]
    assert give(Role.HEAD) not in (None, first)
    assert give(Role.SECURITY_ADMIN) is not None
    with pytest.raises(NotAllowed):
        give(Role.AUDIT_ADMIN)


def test_everything_that_is_offered_is_there() -> None:
    assert [name for name in accounts.__all__ if not hasattr(accounts, name)] == []
    assert sorted(set(accounts.__all__)) == accounts.__all__


def test_the_last_administrator_keeps_the_role_that_another_place_of_theirs_still_gives(
    store: Warehouse, now: datetime
) -> None:
    grants = [(Role.AUDIT_ADMIN, PLACE), (Role.AUDIT_ADMIN, STREET)]
    who = accounts.create_account(store, login="qian", name="钱", password=WORD, grants=grants, actor=SECURITY, at=now)
    with store.read() as session:
        one, other = (grant.id for grant in grants_of(session, who))
    accounts.end_grant(store, grant_id=one, actor=SECURITY, at=now)
    with pytest.raises(NotAllowed, match="last administrator"):
        accounts.end_grant(store, grant_id=other, actor=SECURITY, at=now)
    accounts.end_grant(store, grant_id=one, actor=SECURITY, at=now)
    assert acts(store) == ["create_account", "end_grant"]


def test_an_account_without_a_role_belongs_to_whoever_looks(store: Warehouse, now: datetime) -> None:
    bare = accounts.create_account(store, login="sun", name="孙", password=WORD, grants=[], actor=SECURITY, at=now)
    elsewhere = Actor("acc_other", frozenset({Role.SECURITY_ADMIN}), ("370214",))
    accounts.disable_account(store, account_id=bare, actor=elsewhere, at=now)
    with pytest.raises(NotFound):
        accounts.set_password(store, account_id=officer(store, now), password=OTHER, actor=elsewhere, at=now)


def test_a_new_password_is_another_one_and_says_how_many_logins_it_ended(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now, must_change=True)
    assert enter(store, now).must_change
    enter(store, now)
    with pytest.raises(BadInput, match="another than the present"):
        accounts.set_password(store, account_id=account_id, password=WORD, current=WORD, actor=me(account_id), at=now)
    accounts.set_password(store, account_id=account_id, password=OTHER, current=WORD, actor=me(account_id), at=now)
    with store.read() as session:
        said = session.scalars(select(AuditRow).where(AuditRow.act == "set_password")).one()
        account = session.get_one(AccountRow, account_id)
        assert (account.password_set_at, account.must_change, account.version) == (now, False, 2)
        assert said.details == {"own": True, "logins_ended": 2}


def test_a_language_that_the_console_does_not_speak_is_refused(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    assert enter(store, now).language == "zh_CN"
    with pytest.raises(BadInput, match="zh_CN and en"):
        accounts.set_language(store, language="de", actor=me(account_id), at=now)
    accounts.set_language(store, language="en", actor=me(account_id), at=now)
    assert enter(store, now).language == "en"
    assert acts(store)[2] == "set_language"


def test_a_login_holds_to_its_last_second(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    here = enter(store, now)
    assert who_is(store, token=here.token, at=now + 30 * MINUTE - SECOND) is not None
    with store.write() as session:
        row = session.get_one(LoginSessionRow, here.session_id)
        assert row.seen_at == now + 30 * MINUTE - SECOND
        assert (row.created_at, row.expires_at) == (now, now + timedelta(hours=12))
        row.seen_at = now
    assert who_is(store, token=here.token, at=now + 30 * MINUTE) is None
    assert who_is(store, token=here.token, at=now + 59 * SECOND) is not None
    with store.read() as session:
        assert session.get_one(LoginSessionRow, here.session_id).seen_at == now
    assert who_is(store, token=here.token, at=now + MINUTE) is not None
    with store.write() as session:
        row = session.get_one(LoginSessionRow, here.session_id)
        assert row.seen_at == now + MINUTE
        row.seen_at = now + timedelta(hours=12)
    assert who_is(store, token=here.token, at=now + timedelta(hours=12) - SECOND) is not None
    assert who_is(store, token=here.token, at=now + timedelta(hours=12)) is None


def test_leaving_twice_is_leaving_once(store: Warehouse, now: datetime) -> None:
    officer(store, now)
    here = enter(store, now)
    for session_id in (here.session_id, here.session_id, "ses_none"):
        accounts.log_out(store, session_id=session_id, at=now)
    assert acts(store) == ["create_account", "log_in", "log_out"]


def test_ending_the_logins_of_an_account_ends_no_other(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    officer(store, now, login="li")
    one, two = enter(store, now), enter(store, now)
    other = log_in(store, login="li", password=WORD, origin="-", at=now)
    accounts.log_out(store, session_id=one.session_id, at=now)
    with store.write() as session:
        assert end_sessions(session, account_id=account_id, at=now) == 1
        assert end_sessions(session, account_id=account_id, at=now) == 0
    assert [who_is(store, token=each.token, at=now) is not None for each in (one, two, other)] == [False, False, True]


def test_guesses_are_counted_for_one_name_at_one_place_and_forgotten_after_a_pause(
    store: Warehouse, now: datetime
) -> None:
    pause = 15 * MINUTE

    def guess(at: datetime, login: str = "zhao", origin: str = "here") -> tuple[int, datetime | None]:
        with store.write() as session:
            return reserve_try(session, login=login, origin=origin, tries=3, pause=pause, at=at)

    assert [guess(now), guess(now, " ZHAO ")] == [(2, None), (1, None)]
    assert guess(now, "li") == guess(now, origin="there") == (2, None)
    assert guess(now) == (0, now + pause)
    assert guess(now + pause - SECOND) == (-1, now + pause)
    assert guess(now + pause) == (2, None)
    assert guess(now + 2 * pause - SECOND) == (1, None)
    assert guess(now + 3 * pause - SECOND) == (2, None)
    with store.write() as session:
        forget_tries(session, login="Zhao ", origin="here")
    assert guess(now + 3 * pause) == (2, None)
    assert guess(now, "", "") == (2, None)


def test_heads_and_holders_are_those_whose_accounts_work(store: Warehouse, now: datetime) -> None:
    with store.write() as session:
        for name, role, place in (("a", Role.HEAD, PLACE), ("b", Role.HEAD, STREET), ("c", Role.INSPECTOR, PLACE)):
            session.add(
                AccountRow(id=name, login=name, name=name, password_hash="-", password_set_at=now, created_at=now)
            )
            session.flush()
            assert len(add_grants(session, name, [(role, place)] * 2, by="-", at=now)) == 1
            assert add_grants(session, name, [(role, place)], by="-", at=now) == []
        assert heads_of(session, PLACE) == {"a"}
        assert heads_of(session, STREET + "003") == {"a", "b"}
        assert heads_of(session, "370214") == set()
        assert heads_of(session, None) == heads_of(session, "") == {"a", "b"}
        assert holders_of(session, Role.HEAD) == ["a", "b"]
        session.get_one(AccountRow, "a").disabled_at = now
        for grant in grants_of(session, "b"):
            grant.ended_at = now
        session.flush()
        assert (heads_of(session, STREET), holders_of(session, Role.HEAD), grants_of(session, "b")) == (set(), [], [])


def coded(store: Warehouse, now: datetime) -> tuple[str, pyotp.TOTP]:
    account_id = officer(store, now)
    clock = pyotp.TOTP(second_factor.offer(store, actor=me(account_id), at=now))
    second_factor.turn_on(store, code=clock.at(now), password=WORD, actor=me(account_id), at=now)
    return account_id, clock


def first_step(store: Warehouse, at: datetime) -> str:
    with pytest.raises(CodeNeeded) as needed:
        enter(store, at)
    return needed.value.token


def test_a_secret_is_offered_once_and_turned_on_with_its_own_code_alone(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    with pytest.raises(NotAllowed, match="nothing to turn on"):
        second_factor.turn_on(store, code="000000", password=WORD, actor=me(account_id), at=now)
    with pytest.raises(NotAllowed, match="is not on"):
        second_factor.renew_recovery(store, password=WORD, actor=me(account_id), at=now)
    secret = second_factor.offer(store, actor=me(account_id), at=now)
    assert second_factor.offer(store, actor=me(account_id), at=now) == secret
    assert acts(store).count("offer_code") == 1
    clock = pyotp.TOTP(secret)
    with pytest.raises(NotAllowed, match="not right"):
        second_factor.turn_on(store, code=clock.at(now + 5 * MINUTE), password=WORD, actor=me(account_id), at=now)
    made = second_factor.turn_on(store, code=clock.at(now), password=WORD, actor=me(account_id), at=now)
    assert len(set(made)) == 10
    assert {len(one) for one in made} == {14}
    assert all(one[4] == one[9] == "-" for one in made)
    with store.read() as session:
        assert second_factor.left_over(session, account_id) == 10
    with pytest.raises(NotAllowed, match="on already"):
        second_factor.offer(store, actor=me(account_id), at=now)
    assert version(store, account_id) == 2


def test_the_address_on_the_phone_names_the_office_and_the_login() -> None:
    secret = "ABCDEFGH" * 4
    said = second_factor.address_of(secret, login="zhao", issuer="Arrears")
    assert said == f"otpauth://totp/Arrears:zhao?secret={secret}&issuer=Arrears"


def test_the_second_step_holds_five_minutes_less_a_second(store: Warehouse, now: datetime) -> None:
    _, clock = coded(store, now)
    later = now + 10 * MINUTE
    token, late = first_step(store, later), first_step(store, later)
    end = later + 5 * MINUTE
    assert log_in_with_code(store, token=token, code=clock.at(end - SECOND), at=end - SECOND)
    with pytest.raises(StartAgain):
        log_in_with_code(store, token=late, code=clock.at(end + MINUTE), at=end)
    with pytest.raises(StartAgain):
        log_in_with_code(store, token="no such token", code="000000", at=now)


def test_a_blocked_account_is_not_asked_for_its_code_and_a_step_begun_before_opens_nothing(
    store: Warehouse, now: datetime
) -> None:
    account_id, clock = coded(store, now)
    later = now + 10 * MINUTE
    token = first_step(store, later)
    with store.write() as session:
        session.get_one(AccountRow, account_id).disabled_at = later
    with pytest.raises(LoginRefused):
        enter(store, later)
    with pytest.raises(LoginRefused):
        log_in_with_code(store, token=token, code=clock.at(later), at=later)


def test_two_right_codes_at_once_open_one_login(store: Warehouse, now: datetime) -> None:
    account_id, clock = coded(store, now)
    later = now + 10 * MINUTE
    (recovery, *_), token = (
        second_factor.renew_recovery(store, password=WORD, actor=me(account_id), at=later),
        first_step(store, later),
    )
    opened: list[bool] = []

    def enter_with(code: str) -> None:
        try:
            opened.append(bool(log_in_with_code(store, token=token, code=code, at=later)))
        except LoginRefused:
            opened.append(False)

    hands = [Thread(target=enter_with, args=(code,)) for code in (clock.at(later), recovery.replace("-", ""))]
    with store.write() as session:
        one_at_a_time(session, f"code:{account_id}")
        for hand in hands:
            hand.start()
        sleep(0.4)  # both have found the first step unused by now, and wait for this transaction
    for hand in hands:
        hand.join()
    assert sorted(opened) == [False, True]


def test_a_code_is_for_an_account_that_has_one(store: Warehouse, now: datetime) -> None:
    account_id = officer(store, now)
    with store.write() as session:
        assert not second_factor.take(session, session.get_one(AccountRow, account_id), "000000", at=now)
        assert second_factor.left_over(session, account_id) == 0
