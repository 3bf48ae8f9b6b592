"""A step beside people at work: its index is built while they write, its tables come at once, its locks in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from warehouse import audit, schema
from warehouse.engine import StoreUnavailable, Warehouse
from warehouse.migrations import gently

_STEP = """
import sqlalchemy as sa
from alembic import op
from warehouse.migrations import gently
revision, down_revision, branch_labels, depends_on = "{number}", "{below}", None, None
def upgrade():
    {up}
def downgrade():
    {down}
"""
INDEX = (
    'gently.create_index("ix_site_said", "site", ["district_code"], where=sa.text("district_code IS NOT NULL"))',
    'gently.drop_index("ix_site_said", "site")',
)
TWO = (
    (
        'gently.hold("reply", "receipt", referred=("cases",))\n'
        '    for table in ("reply", "receipt"): op.add_column(table, sa.Column("colour", sa.Integer(), nullable=True))'
    ),
    'for table in ("reply", "receipt"): op.drop_column(table, "colour")',
)


def planted(folder: Path, *steps: tuple[str, str], below: str = "") -> Path:
    """A folder with these steps, one after the other, above our newest."""
    (below,) = schema.heads()
    for number, (up, down) in enumerate(steps, 9001):
        (folder / f"{number}.py").write_text(_STEP.format(number=number, below=below, up=up, down=down), "utf-8")
        below = str(number)
    return folder


def indexes(store: Warehouse) -> list[tuple[str, bool]]:
    """The index of the planted step, where it is, and whether it is whole."""
    whole = "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_site_said')"
    lite = "SELECT name, 1 FROM sqlite_master WHERE name = 'ix_site_said'"
    with store.engine.connect() as connection:
        asked = whole if store.engine.dialect.name == "postgresql" else lite
        return [(str(name), bool(valid)) for name, valid in connection.execute(text(asked))]


@contextmanager
def somebody(store: Warehouse, *statements: str) -> Iterator[None]:
    """Somebody who did this and has not ended yet."""
    with store.engine.connect() as other:
        for statement in statements:
            other.execute(text(statement))
        yield
        other.rollback()


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds as fractions of themselves."""
    for name, value in (("LOCK_TIMEOUT", 0.4), ("PAUSE", 0.1), ("TRIES", 3)):
        monkeypatch.setattr(schema, name, value)


def test_an_index_comes_and_goes(store: Warehouse, tmp_path: Path) -> None:
    more = planted(tmp_path, INDEX)
    schema.upgrade(store.engine, more=more)
    assert indexes(store) == [("ix_site_said", True)]
    assert schema.current(store.engine) == ("9001",)
    assert schema.form(store.engine) is schema.Form.NEWER
    schema.downgrade(store.engine, "-1", more=more)
    assert indexes(store) == []
    assert schema.is_current(store.engine)


def test_an_index_that_was_left_half_is_built_anew(store: Warehouse, tmp_path: Path) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite builds an index whole or not at all")
    with store.engine.begin() as connection:
        connection.execute(text("CREATE INDEX ix_site_said ON site (name)"))
        connection.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_site_said'::regclass"))
    schema.upgrade(store.engine, more=planted(tmp_path, INDEX))
    assert indexes(store) == [("ix_site_said", True)]


def test_people_write_while_an_index_waits_for_who_began_before(
    store: Warehouse, tmp_path: Path, now: datetime
) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    asked = threading.Thread(target=schema.upgrade, args=(store.engine,), kwargs={"more": planted(tmp_path, INDEX)})
    with somebody(store, "UPDATE site SET name = name", "SELECT txid_current()"):
        asked.start()
        time.sleep(1.2)  # thrice the patience of a step
        assert asked.is_alive()
        with store.write() as session:
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            session.execute(text("INSERT INTO site (id, name, name_key) VALUES ('site_1', 'x', 'x')"))
            audit.record(session, by="somebody", act="tested", subject="site_1", at=now)
    asked.join(20)
    assert indexes(store) == [("ix_site_said", True)]


def test_an_index_that_waited_in_vain_is_not_tried_again(
    store: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    monkeypatch.setattr(gently, "BUILDING", "300ms")
    more, sent = planted(tmp_path, INDEX), list[str]()
    with somebody(store, "UPDATE site SET name = name", "SELECT txid_current()"):
        event.listen(store.engine, "before_cursor_execute", lambda _link, _cursor, said, *_: sent.append(said))
        with pytest.raises(StoreUnavailable, match="ix_site_said waited in vain"):
            schema.upgrade(store.engine, more=more)
    assert sum("CREATE INDEX CONCURRENTLY" in said for said in sent) == 1
    schema.upgrade(store.engine, more=more)  # one that it left half is built anew
    assert indexes(store) == [("ix_site_said", True)]
    with store.engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "0", "the patience of a step stays with the step"


def test_two_tables_are_taken_at_once_or_neither(
    store: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    monkeypatch.setattr(schema, "LOCK_TIMEOUT", 6.0)  # for so long a page would wait behind a step that held the first
    asked = threading.Thread(target=schema.upgrade, args=(store.engine,), kwargs={"more": planted(tmp_path, TWO)})
    waits: list[float] = []
    with somebody(store, "SELECT count(*) FROM receipt"):  # the step gets the first table, and not the second
        asked.start()
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < 1.5 or (max(waits) < 0.05 and waited < 6):
            began = time.monotonic()
            with store.read() as session:  # a page that reads the first
                session.execute(text("SELECT count(*) FROM reply"))
            waits.append(time.monotonic() - began)
        assert asked.is_alive()
    asked.join(20)
    assert max(waits) > 0.05, "nobody ever waited: the step was not at it"
    assert max(waits) < 3
    assert schema.current(store.engine) == ("9001",)


def test_who_holds_a_table_for_ever_is_not_waited_for(store: Warehouse, tmp_path: Path) -> None:
    """The step before stays taken on PostgreSQL, the one that could not be is tried again by the next upgrade."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer, which waits for ten seconds")
    one = 'op.add_column("{0}", sa.Column("colour", sa.Integer(), nullable=True))', 'op.drop_column("{0}", "colour")'
    more = planted(tmp_path, *(tuple(words.format(table) for words in one) for table in ("reply", "receipt")))  # type: ignore[arg-type]
    with somebody(store, "SELECT count(*) FROM receipt"):
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="holds a table"):
            schema.upgrade(store.engine, more=more)
        assert time.monotonic() - began < 15
        assert schema.current(store.engine) == ("9001",)
    schema.upgrade(store.engine, more=more)
    assert schema.current(store.engine) == ("9002",)
    with store.engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "0", "the patience of a step stays with the step"


def test_the_way_back_says_in_words_that_somebody_holds_a_table(store: Warehouse, tmp_path: Path) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer, which waits for ten seconds")
    more = planted(tmp_path, TWO)
    schema.upgrade(store.engine, more=more)
    with somebody(store, "SELECT count(*) FROM receipt"), pytest.raises(StoreUnavailable, match="holds a table"):
        schema.downgrade(store.engine, "-1", more=more)
    assert schema.current(store.engine) == ("9001",)
    schema.downgrade(store.engine, "-1", more=more)
    assert schema.is_current(store.engine)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_connection_that_the_server_ends_is_named_as_the_cause(store: Warehouse, tmp_path: Path, way: str) -> None:
    """Neither the clean-up hides it nor does it go on over a connection of its own."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    ends = 'op.execute("SELECT pg_terminate_backend(pg_backend_pid())")'
    more, sent = planted(tmp_path, (ends, "pass") if way == "up" else ("pass", ends)), list[str]()
    if way == "down":
        schema.upgrade(store.engine, more=more)
    taken = schema.current(store.engine)
    go = partial(schema.upgrade, store.engine) if way == "up" else partial(schema.downgrade, store.engine, "-1")
    event.listen(store.engine, "before_cursor_execute", lambda _link, _cursor, said, *_: sent.append(said))
    with pytest.raises(StoreUnavailable, match="ended the connection") as told:
        go(more=more)
    assert isinstance(told.value.__cause__, OperationalError)
    assert getattr(told.value.__cause__.orig, "sqlstate", None) == "57P01"
    assert "pg_terminate_backend" in sent[-1], "nothing was sent after that"
    assert schema.current(store.engine) == taken


def test_two_upgrades_at_once_take_each_step_once(store: Warehouse, tmp_path: Path) -> None:
    more, wrong = planted(tmp_path, INDEX, TWO), []

    def go() -> None:
        try:
            schema.upgrade(store.engine, more=more)
        except (OperationalError, StoreUnavailable) as failed:
            wrong.append(failed)

    both = [threading.Thread(target=go) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert wrong == []
    assert schema.current(store.engine) == ("9002",)
