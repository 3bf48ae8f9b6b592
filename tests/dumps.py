"""The whole database as comparable text: every row of every table, personal fields opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from sqlalchemy import select

from warehouse.engine import Warehouse
from warehouse.models import Base


def dump(
    store: Warehouse, *, without: Collection[str] = (), ignoring: Mapping[str, Collection[str]] | None = None
) -> dict[str, list[str]]:
    """Each table's rows, sorted. `without` leaves tables out; `ignoring` leaves columns out, `*` meaning any table.

    The count of changes moves with the tables that are left out, so it is left out with them.
    """
    skipped = ignoring or {}
    without = {*without, "change_count"} if without else without
    found: dict[str, list[str]] = {}
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in without:
                continue
            left_out = {*skipped.get(table.name, ()), *skipped.get("*", ())}
            columns = [column for column in table.columns if column.name not in left_out]
            rows = session.execute(select(*columns)).all()
            found[table.name] = sorted(
                repr([(column.name, value) for column, value in zip(columns, row, strict=True)]) for row in rows
            )
    return found


MOVES_ANYWAY = frozenset({"audit", "login_session", "login_attempt", "act_key", "alembic_version", "change_count"})
"""Written on every refusal, login, idle minute and answer to a form, whatever was asked, and the count of changes: not
data of the work."""


def rows(store: Warehouse, *, without: Collection[str] = MOVES_ANYWAY) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the work as it is stored, personal fields closed. Quick: for before and after."""
    with store.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1')]
            for name in Base.metadata.tables
            if name not in without
        }


def still(store: Warehouse, *, without: Collection[str] = MOVES_ANYWAY) -> str:
    """One hash of what is stored, equal as long as nothing of the work was written (promises R23 and R28)."""
    return sha256(repr(rows(store, without=without)).encode()).hexdigest()
