"""Who writes next into a SQLite file."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import POSTGRESQL_ALONE
from warehouse import turns
from warehouse.engine import Warehouse, open_warehouse

HOLD, STRETCH = 0.004, 1.5


@pytest.fixture
def address(tmp_path: Path, sqlite_template: Path) -> str:
    if POSTGRESQL_ALONE:
        pytest.skip("who writes next into a file of SQLite; on PostgreSQL many write at once")
    shutil.copyfile(sqlite_template, tmp_path / "arrears.db")
    address = f"sqlite:///{tmp_path}/arrears.db"
    with open_warehouse(address).write() as session:
        session.execute(text("CREATE TABLE done (number INTEGER)"))
    return address


def longest_waits(stores: list[Warehouse], writers: int) -> list[float]:
    """Seconds that the longest waiting of each store's writers waited; they write whenever they can."""
    until, longest = time.monotonic() + STRETCH, [0.0] * len(stores)

    def write(number: int, store: Warehouse) -> None:
        while time.monotonic() < until:
            asked = time.monotonic()
            with store.write() as session:
                session.execute(text("INSERT INTO done VALUES (1)"))
                longest[number] = max(longest[number], time.monotonic() - asked)
                time.sleep(HOLD)

    crowd = [threading.Thread(target=write, args=one) for one in enumerate(stores) for _ in range(writers)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return longest


def test_nobody_is_passed_over(address: str) -> None:
    """Two installations' worth of writers, each store with a lock of its own as another process has."""
    long = 4 * 2 * 8 * HOLD + 0.5
    for tries_left in reversed(range(3)):  # a machine with other work may stand still for longer, though not each time
        waited = longest_waits([open_warehouse(address), open_warehouse(address)], writers=8)
        if max(waited) < long or not tries_left:
            break
    assert max(waited) < long


def test_a_turn_ends_with_who_held_it(address: str, tmp_path: Path) -> None:
    store = open_warehouse(address)
    held = os.open(tmp_path / "arrears.db-turn", os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    threading.Timer(0.2, os.close, (held,)).start()
    asked = time.monotonic()
    with store.write() as session:
        session.execute(text("INSERT INTO done VALUES (1)"))
    assert 0.15 < time.monotonic() - asked < turns.PATIENCE


def test_who_gets_no_turn_asks_the_database_itself(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hung process may hold the file for ever: what keeps writers apart is the database, so a writer goes on."""
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with (tmp_path / "arrears.db-turn").open("r+b") as hung:
        fcntl.flock(hung, fcntl.LOCK_EX)
        with open_warehouse(address).write() as session:
            session.execute(text("INSERT INTO done VALUES (1)"))


def test_where_no_lock_can_be_made_the_database_is_asked_itself(address: str, tmp_path: Path) -> None:
    (tmp_path / "arrears.db-turn").unlink()
    (tmp_path / "arrears.db-turn").mkdir()
    with open_warehouse(address).write() as session:
        session.execute(text("INSERT INTO done VALUES (1)"))
