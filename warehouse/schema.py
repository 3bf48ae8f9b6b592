"""The form of the tables in a database: bring it to the newest, ask whether it is, and what a change would be.

On SQLite all steps are one transaction. On PostgreSQL people go on working meanwhile: each step is a transaction of
its own, waits for a lock for seconds at most, since everybody else waits behind it, and is tried again (ADR 37).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

import warehouse.migrations
from warehouse.engine import StoreUnavailable

# The steps run under the global lock of the migration itself: two processes that start together wait for each other.
_LOCK = "migrations"
LOCK_TIMEOUT = 4.0
"""Seconds for which a step waits for a table on PostgreSQL (promise R17)."""
TRIES = 5
"""So often a step is tried that meets somebody who holds a table."""
PAUSE = 2.0
"""Seconds between two tries, in which those who waited behind the step get on."""
_PATIENCE = 600.0
_HELD = frozenset({"55P03", "40P01"})
"""What PostgreSQL answers then: lock_not_available, deadlock_detected."""
AfterStep = Callable[[Connection, str], None]


def _config(more: Path | None = None) -> Config:
    config = Config()
    home = Path(warehouse.migrations.__file__).parent
    config.set_main_option("script_location", str(home))
    if more is not None:
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", os.pathsep.join((str(home / "versions"), str(more))))
    return config


def heads() -> tuple[str, ...]:
    """The newest steps. There is one; two would mean that two people wrote one at the same time."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def upgrade(engine: Engine, to: str = "head", *, after: AfterStep | None = None, more: Path | None = None) -> None:
    """Take every step that this database has not taken, up to the newest or the one named. Takes none a second time.

    On SQLite all or none. On PostgreSQL a step that fails leaves those before it taken: the older program works on
    them, and the next upgrade goes on there. Raises `StoreUnavailable` when somebody holds a table for so long that
    every try met it. `after` is given the connection and the number of a step at its end, before it is committed;
    `more` is a folder of steps beyond ours, by which a test shows what a bad one would do.
    """
    config = _config(more)
    config.attributes["after"] = after
    if engine.dialect.name != "postgresql":
        _all_or_none(engine, config, command.upgrade, to)
        return
    with _in_words(), engine.connect() as connection, _one_upgrade_at_a_time(connection):
        config.attributes["connection"] = connection
        for tries_left in reversed(range(TRIES)):
            try:
                command.upgrade(config, to)
                return
            except OperationalError as failed:
                if not _held(failed) or not tries_left:
                    raise
                connection.rollback()
                time.sleep(PAUSE)


def downgrade(engine: Engine, to: str, *, more: Path | None = None) -> None:
    """Take steps back, to the one named or `-1`, all or none. What only the newer form can hold is lost.

    Raises `StoreUnavailable` on PostgreSQL when somebody holds a table: it is tried once.
    """
    config = _config(more)
    if engine.dialect.name != "postgresql":
        _all_or_none(engine, config, command.downgrade, to)
        return
    with _in_words(), engine.connect() as connection, _one_upgrade_at_a_time(connection), connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def _all_or_none(engine: Engine, config: Config, way: Callable[[Config, str], None], to: str) -> None:
    with engine.execution_options(arrears_write=True).begin() as connection:
        config.attributes["connection"] = connection
        way(config, to)


def _held(failed: OperationalError) -> bool:
    return getattr(failed.orig, "sqlstate", None) in _HELD


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what an administrator can do something about: a table that is held, a connection that the server ended."""
    try:
        yield
    except OperationalError as failed:
        if _held(failed):
            raise StoreUnavailable("Somebody holds a table that an upgrade changes: try later.") from failed
        if failed.connection_invalidated:
            told = "The server ended the connection in the middle of an upgrade: see its log, and try again."
            raise StoreUnavailable(told) from failed
        raise


@contextmanager
def _one_upgrade_at_a_time(connection: Connection) -> Iterator[None]:
    """Hold the lock of the migration, and wait for tables with little patience.

    It is asked for again and again and not waited for: who waits has a transaction open, and an index that is built
    beside the work waits for every transaction.
    """
    until = time.monotonic() + _PATIENCE
    while not connection.exec_driver_sql("SELECT pg_try_advisory_lock(hashtext(%s))", (_LOCK,)).scalar_one():
        connection.rollback()
        if time.monotonic() > until:
            raise StoreUnavailable("Another upgrade has been at work for ten minutes.")
        time.sleep(0.2)
    try:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT:g}s'")
        connection.commit()
        yield
    finally:
        if not connection.invalidated:  # else the server ended it, and lock and patience with it
            _let_go(connection)


def _let_go(connection: Connection) -> None:
    connection.rollback()
    connection.exec_driver_sql("RESET lock_timeout")
    connection.exec_driver_sql("SELECT pg_advisory_unlock(hashtext(%s))", (_LOCK,))
    connection.commit()


def current(engine: Engine) -> tuple[str, ...]:
    """The newest steps this database has taken; none for an empty one."""
    with engine.connect() as connection:
        return tuple(MigrationContext.configure(connection).get_current_heads())


def has_newest_form(connection: Connection) -> bool:
    """Whether the database behind a connection has the form this program was written for."""
    return tuple(MigrationContext.configure(connection).get_current_heads()) == heads()


def is_current(engine: Engine) -> bool:
    """Whether the database has the form this program was written for."""
    return current(engine) == heads()


class Form(StrEnum):
    """What form a database has, seen from this program: none, an older one, its own, or one that it does not know."""

    NONE = "none"
    OLDER = "older"
    OWN = "own"
    NEWER = "newer"


@cache
def _known() -> frozenset[str]:
    return frozenset(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


@cache
def _own() -> tuple[str, ...]:
    return heads()


def form(engine: Engine) -> Form:
    """The form of a database. During an upgrade without downtime the older program works on the newer form."""
    taken = current(engine)
    if not taken:
        return Form.NONE
    if taken == _own():
        return Form.OWN
    return Form.OLDER if set(taken) <= _known() else Form.NEWER
