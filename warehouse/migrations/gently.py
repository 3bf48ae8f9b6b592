"""What a step does to tables at which people are at work on PostgreSQL (ADR 37). SQLite has one writer anyway.

Squawk reads what a step sends, and tests/warehouse/test_locks_of_steps.py says which of these a step lacks.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import OperationalError

from warehouse.engine import StoreUnavailable

PATIENCE = 0.2
"""Seconds for which `hold` waits at a time: after a second PostgreSQL looks for a deadlock, and ends one side of it."""
TRIES = 20
BUILDING = "600s"
"""How long an index built beside the work waits for each transaction that began before it. Nobody waits for it."""
_NOT_YET = "55P03"


def index_name(table: str, columns: Sequence[str]) -> str:
    """As the tables name an index that is given none."""
    return "_".join(("ix", table, *columns))


def create_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: sa.ColumnElement[bool] | None = None
) -> None:
    """Build an index while people read and write. The step does nothing else: what it did before is committed here.

    One that a break left half built is taken away and built anew; one that is there is left as it is. Raises
    `StoreUnavailable` when a transaction stays open for longer than it waits: so long a wait is not tried again.
    """
    if not _beside_people():
        op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
        return
    with op.get_context().autocommit_block():
        link = op.get_bind()
        patience = link.exec_driver_sql("SHOW lock_timeout").scalar_one()
        link.exec_driver_sql(f"SET lock_timeout = '{BUILDING}'")
        try:
            asked = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
            if link.scalar(asked, {"name": f'"{name}"'}) is False:
                op.drop_index(name, table_name=table, postgresql_concurrently=True)
            op.create_index(
                name, table, columns,
                unique=unique, if_not_exists=True, postgresql_concurrently=True, postgresql_where=where,
            )  # fmt: skip
        except OperationalError as failed:
            if getattr(failed.orig, "sqlstate", None) != _NOT_YET:
                raise
            told = f"The index {name} waited in vain for a transaction that somebody has had open for long: try later."
            raise StoreUnavailable(told) from failed
        finally:
            link.exec_driver_sql(f"SET lock_timeout = '{patience}'")


def drop_index(name: str, table: str) -> None:
    """Take an index away while people read and write. The step does nothing else."""
    if not _beside_people():
        op.drop_index(name, table_name=table)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)


def hold(*changed: str, referred: Sequence[str] = ()) -> None:
    """Take all tables that a step changes, and those that a new key of it refers to, at once, before it touches any.

    Those that are only referred to are read on meanwhile. Whoever holds one and waits for the next may be waited for in
    turn by a page that reads both, and PostgreSQL ends one of the two: perhaps the page. So each is waited for briefly,
    and all are let go of before the next try.
    """
    link = op.get_bind()
    if link.dialect.name != "postgresql":
        return
    patience = link.exec_driver_sql("SHOW lock_timeout").scalar_one()
    modes = ((changed, "ACCESS EXCLUSIVE"), (referred, "SHARE ROW EXCLUSIVE"))
    locks = [f"LOCK TABLE {', '.join(map(_quoted, tables))} IN {mode} MODE" for tables, mode in modes if tables]
    for tries_left in reversed(range(TRIES)):
        try:
            with link.begin_nested():
                link.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE:g}s'")
                for lock in locks:
                    link.exec_driver_sql(lock)
                link.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience}'")
            return
        except OperationalError as failed:
            if getattr(failed.orig, "sqlstate", None) != _NOT_YET or not tries_left:
                raise
        time.sleep(PATIENCE)


def _quoted(table: str) -> str:
    return f'"{table}"'


def _beside_people() -> bool:
    """Is each step a transaction of its own, as on the way up on PostgreSQL? Within one of all nothing is built so."""
    return bool(op.get_context().opts.get("transaction_per_migration"))
