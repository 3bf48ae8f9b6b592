"""A bare insert: rows that are known beforehand, written with nothing else, to be compared with what writes them first.

In the very transactions in which they were written, in others of one table each, or in larger pieces.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import MetaData, Table, insert, select
from sqlalchemy.engine import Connection

from warehouse.bulk import add_rows
from warehouse.engine import Warehouse

EMPTY = frozenset({"alembic_version"})
Rows = list[tuple[Table, list[dict[str, Any]]]]


def written(store: Warehouse) -> Rows:
    """Every row of every table as it is stored: what is sealed stays sealed."""
    tables = MetaData()
    with store.engine.connect() as connection:
        tables.reflect(connection)
        found = []
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in connection.execute(select(table))]
            if rows and table.name not in EMPTY:
                found.append((table, rows))
    return found


STAMPED = {
    "landed": "landed_at",
    "complaint": "filed_at",
    "complaint_version": "read_at",
    "clock_event": "done_at",
    "employer": "created_at",
    "employer_alias": "learned_at",
    "audit": "done_at",
}
"""Where a row says in which transaction it was written: each had its own moment."""
BY_COMPLAINT = frozenset({"clock", "worker"})


def as_written(rows: Rows) -> list[Rows]:
    """The same rows by the transactions in which they were written. What is written again in each goes to the first."""
    lines = {table.name: some for table, some in rows}
    by_complaint = {one["id"]: one["filed_at"] for one in lines.get("complaint", ())}
    versions = sorted(lines.get("complaint_version", ()), key=lambda one: one["read_at"], reverse=True)
    by_site = {one["site_name"]: one["read_at"] for one in versions}  # the first who names a site makes it

    def moment(table: str, line: dict[str, Any]) -> Any:
        if table in STAMPED:
            return line[STAMPED[table]]
        if table in BY_COMPLAINT:
            return by_complaint[line["complaint_id"]]
        return by_site[line["name"]] if table == "site" else None

    found: dict[Any, dict[Table, list[dict[str, Any]]]] = {}
    for table, some in rows:
        for line in some:
            found.setdefault(moment(table.name, line), {}).setdefault(table, []).append(line)
    once = found.pop(None, {})
    first, *others = [list(found[at].items()) for at in sorted(found)]
    order = {table: rank for rank, (table, _) in enumerate(rows)}
    return [sorted([*once.items(), *first], key=lambda one: order[one[0]]), *others]


def table_after_table(rows: Rows, transactions: int) -> list[Rows]:
    """The same rows, one table after the other, in about so many transactions of one size."""
    size = -(-sum(len(lines) for _, lines in rows) // transactions)
    return [[(table, lines[at : at + size])] for table, lines in rows for at in range(0, len(lines), size)]


def plainly(connection: Connection, table: Table, lines: list[dict[str, Any]]) -> None:
    """A bulk insert."""
    connection.execute(insert(table), lines)


def as_ours(connection: Connection, table: Table, lines: list[dict[str, Any]]) -> None:
    """The same rows in the pieces in which filing gives them to the database."""
    columns = [(column, [line[column.name] for line in lines]) for column in table.columns]
    if not add_rows(connection, table, columns):
        plainly(connection, table, lines)


def bare(
    store: Warehouse,
    transactions: Sequence[Rows],
    write: Callable[[Connection, Table, list[dict[str, Any]]], None] = plainly,
) -> float:
    """Seconds to insert these rows, with nothing else, transaction after transaction."""
    gc.collect()  # as before our own work
    started = time.perf_counter()
    for rows in transactions:
        with store.engine.execution_options(arrears_write=True).begin() as connection:
            for table, lines in rows:
                write(connection, table, lines)
    return time.perf_counter() - started
