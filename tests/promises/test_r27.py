"""R27: guessing and replay fail, however many guess at once and however a code is written.

The reading of "five tries per account and 15 minutes" is that of docs/decisions/0019: passwords are counted for a name
together with the place they come from, one-time codes for the account alone.
"""

from __future__ import annotations

import random
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from casework.errors import ArrearsError
from casework.people import Actor, Role
from console.app import make_app
from services.office.settings import Settings
from services.people import accounts, passwords, second_factor, sessions
from services.people.accounts import LoginRefused, log_in
from services.people.sessions import CodeNeeded, log_in_with_code
from tests.conftest import NOW
from tests.promises.in_process import ORIGIN, Console, console
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.services.office import DISTRICT
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import AccountRow
from warehouse.store import accounts as counts

SETUP = Actor.system("setup")
WORD, WRONG = "Tang-Xia-2026", "Xia-Tang-6202"
PAUSE, AT_ONCE, TRIES = timedelta(minutes=15), 50, 5
_LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(WORD)
"""Guesses are counted, not timed, but where `timing` says so: there the password is stored as an office stores it."""


@pytest.fixture
def door(empty: Template, tmp_path: Path) -> Iterator[Warehouse]:
    """A store with officers who may log in."""
    with empty.store(tmp_path / "arrears.db") as store:
        for login in ("zhao", "qian", "sun"):
            accounts.create_account(
                store, login=login, name=login, password=WORD, grants=[(Role.INSPECTOR, DISTRICT)], actor=SETUP, at=NOW
            )
        with store.write() as session:
            session.execute(update(AccountRow).where(AccountRow.login != "sun").values(password_hash=_LIGHT))
        yield store


def _guess(
    store: Warehouse, at: datetime, *, password: str = WRONG, login: str = "zhao", place: str = "10.0.0.9"
) -> str:
    """What became of one guess: checked, kept out, or let in."""
    try:
        log_in(store, login=login, password=password, origin=place, at=at)
    except LoginRefused as refused:
        return "kept out" if "wait" in str(refused) else "checked"
    except CodeNeeded:
        return "let in"
    return "let in"


def _at_once(act: Callable[[int], str], how_many: int) -> Counter[str]:
    """The same act of many, begun together."""
    together = threading.Barrier(how_many)

    def one(place: int) -> str:
        together.wait()
        return act(place)

    with ThreadPoolExecutor(how_many) as pool:
        return Counter(pool.map(one, range(how_many)))


def _wrong(store: Warehouse, at: datetime, _which: int) -> str:
    return _guess(store, at)


def guesses(store: Warehouse, made: Proof, windows: int) -> list[str]:
    """Fifty guesses at once, a pause later again; the right password among those that come too late."""
    wrong, at = [], NOW
    for window in range(windows):
        found = _at_once(partial(_wrong, store, at), AT_ONCE)
        made.count("guesses", AT_ONCE)
        if found["checked"] > TRIES or found["let in"]:
            wrong.append(f"window {window}: {dict(found)}")
        if _guess(store, at, password=WORD) != "kept out":
            wrong.append(f"window {window}: the right password while it is locked")
        made.count("guesses of the right one while locked")
        at += PAUSE
    return wrong


def spread(store: Warehouse, made: Proof, rounds: int) -> list[str]:
    """Guesses at any moments: no quarter of an hour ever holds more than five that were checked."""
    chance, wrong, at, checked = random.Random(made.seed), [], NOW + timedelta(days=1), list[datetime]()
    for _ in range(rounds):
        at += timedelta(seconds=chance.choice((0, 1, 60, 200, 895, 899, 900, 901)))
        if _guess(store, at, place="10.0.0.10") == "checked":
            checked.append(at)
        made.count("guesses at any moment")
        lately = [one for one in checked if one > at - PAUSE]
        if len(lately) > TRIES:
            wrong.append(f"{len(lately)} within a quarter of an hour")
    return wrong


def strangers(store: Warehouse, made: Proof) -> list[str]:
    """However often others guess, from one place or from many, the officer comes in at once."""
    at = NOW + timedelta(days=2)
    for place in range(times(200)):
        _guess(store, at, login="qian", place=f"10.1.{place % 5}.{place % 50}")
        made.count("guesses of strangers")
    entered = _guess(store, at, login="qian", password=WORD, place="10.2.0.1")
    return [] if entered == "let in" else [f"the officer: {entered}"]


def _written(code: str, chance: random.Random) -> str:
    """A code as people type it: with spaces, or in full width."""
    wide = code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    return chance.choice((code, f" {code} ", f"{code[:3]} {code[3:]}", wide, f"{wide[:3]}　{wide[3:]}"))


def codes(store: Warehouse, made: Proof, rounds: int) -> list[str]:
    """One code twenty times at once, in every spelling, for one half login and for several: taken once."""
    at, chance, wrong = NOW + timedelta(days=3), random.Random(made.seed), []
    with store.read() as session:
        account = counts.account_by_login(session, "zhao")
        assert account is not None
        actor = Actor(account.id, frozenset({Role.INSPECTOR}), (DISTRICT,))
    clock = pyotp.TOTP(second_factor.offer(store, actor=actor, at=at))
    second_factor.turn_on(store, code=clock.at(at), password=WORD, actor=actor, at=at)
    for n in range(rounds):
        at += timedelta(minutes=16)
        tokens = [_first_step(store, at) for _ in range(1 + n % 3)]
        code = _code(clock, at, n % 3 - 1)
        found = _at_once(partial(_sent, store, tokens, [_written(code, chance) for _ in range(20)], at), 20)
        made.count("codes sent", 20)
        if found["taken"] != 1:
            wrong.append(f"round {n}: taken {found['taken']} times")
        at += timedelta(minutes=16)
        for late in (-2, 2):
            if _send(store, _first_step(store, at), _code(clock, at, late), at) != "refused":
                wrong.append(f"round {n}: a code of step {late} was taken")
            made.count("codes of another time")
    return wrong


def _code(clock: pyotp.TOTP, at: datetime, steps: int) -> str:
    """The code so many half minutes from now."""
    return clock.generate_otp(int(at.timestamp()) // 30 + steps)


def _first_step(store: Warehouse, at: datetime) -> str:
    with pytest.raises(CodeNeeded) as needed:
        log_in(store, login="zhao", password=WORD, origin="10.0.0.1", at=at)
    return needed.value.token


def _sent(store: Warehouse, tokens: list[str], codes: list[str], at: datetime, which: int) -> str:
    return _send(store, tokens[which % len(tokens)], codes[which], at)


def _send(store: Warehouse, token: str, code: str, at: datetime) -> str:
    try:
        log_in_with_code(store, token=token, code=code, at=at)
    except ArrearsError:
        return "refused"
    return "taken"


def timing(store: Warehouse, made: Proof, times_each: int) -> float:
    """The median time of a wrong password for a known and for an unknown name: by what share they differ."""
    took: dict[str, list[float]] = {"sun": [], "nobody": []}
    at = NOW + timedelta(days=5)
    for n in range(times_each):
        for login in sorted(took, reverse=bool(n % 2)):
            begun = time.perf_counter()
            _guess(store, at, login=login, place=f"10.3.{n // 200}.{n % 200}")
            took[login].append(time.perf_counter() - begun)
            made.count("timed")
    known, unknown = (statistics.median(one) for one in took.values())
    made.counted["median ms, known name"] = round(known * 1000, 2)
    made.counted["median ms, unknown name"] = round(unknown * 1000, 2)
    return abs(known - unknown) / max(known, unknown)


def by_the_page(client: Console, made: Proof) -> list[str]:
    """The same at the login page: fifty forms at once, and an address that a header claims changes nothing."""
    page = client.request("GET", "/login")
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    cookie = page.headers["set-cookie"].partition(";")[0]

    def send(n: int) -> str:
        headers = {"Cookie": cookie, "Origin": ORIGIN, "X-Forwarded-For": f"10.9.8.{n}"}
        data = {"csrf": found[1], "login": "qian", "password": WRONG}
        answer = client.request("POST", "/login", place="10.4.0.1", headers=headers, data=data)
        return "checked" if re.search(r"还可试 \d 次", answer.text) and answer.status_code == 422 else "kept out"

    seen = _at_once(send, AT_ONCE)
    made.count("forms sent", AT_ONCE)
    return [] if seen["checked"] <= TRIES else [f"{seen['checked']} guesses were checked"]


def test_r27(door: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = {
        "guesses": times(5_000),
        "guesses at any moment": times(1_000),
        "codes sent": times(1_000),
        "codes of another time": times(80),
        "guesses of strangers": times(200),
        "forms sent": AT_ONCE,
    }
    with proof("R27", seed=27, enough=enough) as made:
        assert guesses(door, made, times(5_000 // AT_ONCE)) == []
        assert spread(door, made, times(1_000)) == []
        assert strangers(door, made) == []
        assert codes(door, made, times(50)) == []
        with console(make_app(door, Settings(data_dir=tmp_path), lambda: NOW)) as client:
            assert by_the_page(client, made) == []
        whole = SCALE >= 1
        limit = 0.05 if whole else 0.3
        for tries_left in reversed(range(1 if whole else 3)):  # other work on the machine is not the same each time
            apart = timing(door, made, 500 if whole else 25)
            if apart < limit or not tries_left:
                break
        made.counted["medians differ by"] = apart
        assert apart < limit, apart
        _planted(door, made, monkeypatch)


def _planted(door: Warehouse, made: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults that would let a guesser through: each must be seen."""
    unproven = Proof("R27", 27, {})
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "reserve_try", lambda *_asked, **_more: (4, None))
        made.planted("guesses are not counted", caught=bool(guesses(door, unproven, 1)))
    with monkeypatch.context() as patched:
        patched.setattr(second_factor, "take", _taken_again)
        made.planted("a code is taken twice", caught=bool(_twice(door)))
    with monkeypatch.context() as patched:
        patched.setattr(
            sessions, "fits", lambda password, stored: stored is not None and passwords.fits(password, stored)
        )
        made.planted("an unknown name is answered sooner", caught=timing(door, unproven, 10) > 0.3)


def _taken_again(session: object, account: AccountRow, code: str, *, at: datetime) -> bool:
    """A check that forgets which codes were taken."""
    return second_factor._step_of(account.totp_secret or "", code, at=at, after=None) is not None


def _twice(store: Warehouse) -> list[str]:
    """The same code for two half logins."""
    at = NOW + timedelta(days=9)
    with store.read() as session:
        account = counts.account_by_login(session, "zhao")
        assert account is not None
        clock = pyotp.TOTP(account.totp_secret or "")
    sent = [_send(store, _first_step(store, at), clock.at(at), at) for _ in range(2)]
    return ["taken twice"] if sent == ["taken", "taken"] else []
