"""The store is carried from SQLite to PostgreSQL whole, or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from casework.errors import BadInput, Conflict
from casework.people import Actor
from services.office.moving_store import move_store
from services.office.settings import Settings
from tests.dumps import dump
from tests.postgres import Server
from tests.services.office import Office
from warehouse import audit, crypto
from warehouse.engine import StoreUnavailable, open_warehouse
from warehouse.schema import upgrade

ACTOR = Actor.system("test")

pytestmark = pytest.mark.postgres


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """An installation on a SQLite database of its own: what is moved is always that."""
    shutil.copyfile(sqlite_template, tmp_path / "arrears.db")
    return Settings(data_dir=tmp_path, database_url=None)


@pytest.fixture
def target(postgres: Server) -> Iterator[str]:
    """An empty database, without a table."""
    name = f"t_{secrets.token_hex(8)}"
    postgres.run(f"CREATE DATABASE {name}")
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def filled(settings: Settings, now: datetime) -> dict[str, list[str]]:
    """Two cases with their people, and what every table then holds."""
    store = open_warehouse(settings.database)
    office = Office(store, now)
    office.case()
    office.case()
    for number in range(3):
        with store.write() as session:
            audit.record(session, by="somebody", act="before", subject=f"x{number}", at=now)
    found = dump(store)
    store.close()
    return found


def test_every_row_comes_over_and_opens(
    filled: dict[str, list[str]], settings: Settings, target: str, now: datetime
) -> None:
    seen: list[tuple[int, int]] = []
    moved = move_store(settings, target, actor=ACTOR, at=now, progress=lambda done, of: seen.append((done, of)))
    assert moved.rows == sum(map(len, filled.values()))
    assert moved.fields > 0
    assert seen[-1] == (2 * moved.rows, 2 * moved.rows)
    there = open_warehouse(target)
    came = dump(there)
    assert {name: lines for name, lines in came.items() if name != "audit"} == {
        name: lines for name, lines in filled.items() if name != "audit"
    }
    with there.read() as session:
        chain = audit.verify(session)
        assert (chain.broken_at, chain.rows) == (None, moved.audit_rows + 1)
        bonds = session.scalar(text("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"))
    assert bonds > 50
    with there.write() as session:
        audit.record(session, by="somebody", act="after", subject="x", at=now)
    there.close()
    assert moved.aside is not None
    assert moved.aside.exists()
    assert not Path(settings.database.removeprefix("sqlite:///")).exists()


def test_a_rehearsal_keeps_nothing_and_lets_the_console_work(
    filled: dict[str, list[str]], settings: Settings, target: str, now: datetime
) -> None:
    here = open_warehouse(settings.database)
    with here.read():
        rehearsed = move_store(settings, target, actor=ACTOR, at=now, rehearse=True)
    assert rehearsed.rows == sum(map(len, filled.values()))
    assert dump(here) == filled
    here.close()
    assert move_store(settings, target, actor=ACTOR, at=now).rows == rehearsed.rows


def test_a_target_that_holds_something_is_refused(
    filled: dict[str, list[str]], settings: Settings, target: str, now: datetime
) -> None:
    there = open_warehouse(target)
    with there.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_somebody_else (x int)"))
    with pytest.raises(BadInput, match="not empty"):
        move_store(settings, target, actor=ACTOR, at=now)
    with there.engine.begin() as connection:
        connection.execute(text("DROP TABLE of_somebody_else"))
    there.close()
    assert filled
    move_store(settings, target, actor=ACTOR, at=now)
    here = open_warehouse(settings.database)
    upgrade(here.engine)
    here.close()
    with pytest.raises(BadInput, match="not empty"):
        move_store(settings, target, actor=ACTOR, at=now)


def test_a_store_at_work_is_not_moved(
    filled: dict[str, list[str]], settings: Settings, target: str, now: datetime
) -> None:
    here = open_warehouse(settings.database)
    with here.read() as session:
        session.execute(text("SELECT count(*) FROM cases")).scalar()
        with pytest.raises(Conflict, match="stop the console"):
            move_store(settings, target, actor=ACTOR, at=now)
    assert dump(here) == filled
    here.close()


@pytest.mark.parametrize("harm", ["too long", "zero byte", "orphan", "closed", "audit"])
def test_what_cannot_be_carried_is_said_and_nothing_is_moved(
    filled: dict[str, list[str]], settings: Settings, target: str, now: datetime, harm: str
) -> None:
    here = open_warehouse(settings.database)
    with here.engine.execution_options(arrears_write=True).begin() as connection:
        if harm == "too long":
            connection.exec_driver_sql(f"UPDATE cases SET employer_name = '{'长' * 900}'")
        elif harm == "zero byte":
            connection.exec_driver_sql("UPDATE cases SET employer_name = char(0)")
        elif harm == "closed":
            connection.exec_driver_sql("UPDATE complaint_version SET narrative = x'6b2e00'")
        elif harm == "audit":
            connection.exec_driver_sql("DROP TRIGGER audit_refuses_update")
            connection.exec_driver_sql("UPDATE audit SET act = 'nothing' WHERE seq = 2")
    if harm == "orphan":
        with here.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("UPDATE cases SET main_complaint_id = 'cmp_nowhere'")
            connection.commit()
    here.close()
    with pytest.raises(BadInput, match="othing was moved"):
        move_store(settings, target, actor=ACTOR, at=now)
    assert filled
    there = open_warehouse(target)
    upgrade(there.engine)
    assert not any(dump(there).values())
    there.close()
    assert Path(settings.database.removeprefix("sqlite:///")).exists()


def test_keys_that_open_nothing_move_nothing(
    filled: dict[str, list[str]], settings: Settings, target: str, now: datetime
) -> None:
    ours = crypto.keyring()
    crypto.use(crypto.make_keyring())
    try:
        with pytest.raises(BadInput, match="does not open"):
            move_store(settings, target, actor=ACTOR, at=now)
    finally:
        crypto.use(ours)
    assert filled


@pytest.mark.parametrize("to", ["", "nonsense", "sqlite:///elsewhere.db", "mysql://x/y"])
def test_an_address_that_is_none_is_refused(settings: Settings, to: str, now: datetime) -> None:
    with pytest.raises(BadInput, match="target"):
        move_store(settings, to, actor=ACTOR, at=now)


def test_a_server_that_is_away_is_told(settings: Settings, now: datetime) -> None:
    with pytest.raises(StoreUnavailable):
        move_store(settings, "postgresql+psycopg://nobody@127.0.0.1:9/none", actor=ACTOR, at=now)
