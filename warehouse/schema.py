"""The form of the tables in a database: bring it to the newest, ask whether it is, and what a change would be."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

import warehouse.migrations

# The steps run under the global lock of the migration itself: two processes that start together wait for each other.
_LOCK = "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(warehouse.migrations.__file__).parent))
    return config


def heads() -> tuple[str, ...]:
    """The newest steps. There is one; two would mean that two people wrote one at the same time."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def upgrade(engine: Engine) -> None:
    """Take every step that this database has not taken, all in one transaction. Takes none a second time."""
    config = _config()
    with engine.execution_options(arrears_write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (_LOCK,))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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
