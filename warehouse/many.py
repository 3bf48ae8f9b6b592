"""Many at a time: questions about many ids, of which a database takes only so many, and rows written at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Session

from warehouse.bulk import add_rows

AT_ONCE = 500


def some_at_a_time(ids: Iterable[str]) -> Iterator[list[str]]:
    """All ids in order, each once."""
    ranked = sorted(set(ids))
    return (ranked[start : start + AT_ONCE] for start in range(0, len(ranked), AT_ONCE))


def write_rows(session: Session, table: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, all with the same columns, with few statements. What is None is written as such.

    Left to itself the session would leave out what is None, write each kind of row apart, and look at every value of
    every row: here a column is made ready for the database as a whole (`warehouse.bulk`).
    """
    if not rows:
        return
    names = _columns(table)
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError("rows with other columns than the first")
    session.flush()  # rows that they point at may still wait
    into = table.metadata.tables[table.__tablename__]
    columns = [(into.columns[names[key]], [row[key] for row in rows]) for key in rows[0]]
    if not add_rows(session.connection(), into, columns):
        keys = [(key, names[key]) for key in rows[0]]
        session.execute(insert(into), [{name: row[key] for key, name in keys} for row in rows])


@cache
def _columns(table: type[DeclarativeBase]) -> dict[str, str]:
    """The column of each attribute: some are called otherwise, for a word of SQL names no column (decision 7)."""
    return {one.key: one.columns[0].name for one in table.__mapper__.column_attrs}
