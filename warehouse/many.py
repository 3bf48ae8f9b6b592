"""Many at a time: questions about many ids, of which a database takes only so many, and rows written at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Session

AT_ONCE = 500


def some_at_a_time(ids: Iterable[str]) -> Iterator[list[str]]:
    """All ids in order, each once."""
    ranked = sorted(set(ids))
    return (ranked[start : start + AT_ONCE] for start in range(0, len(ranked), AT_ONCE))


def write_rows(session: Session, table: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, all with the same columns, with one statement. What is None is written as such.

    Left to itself the session would leave out what is None, and write each kind of row apart.
    """
    if rows:
        session.execute(insert(table), rows, execution_options={"render_nulls": True})
