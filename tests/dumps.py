"""The whole database as comparable text: every row of every table, personal fields opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from warehouse.engine import Warehouse
from warehouse.models import Base


def dump(
    store: Warehouse, *, without: Collection[str] = (), ignoring: Mapping[str, Collection[str]] | None = None
) -> dict[str, list[str]]:
    """Each table's rows, sorted. `without` leaves tables out; `ignoring` leaves columns out, `*` meaning any table."""
    skipped = ignoring or {}
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
