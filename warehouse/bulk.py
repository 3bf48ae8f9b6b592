"""Rows made ready a column at a time, and given to the database in one piece.

Row by row, most of the time of an insert goes into asking of each value what it is to become. A column knows that once:
its moments repeat, its sealed cells share their key. SQLite then takes the rows as they are; PostgreSQL takes many rows
as one value, a list it makes rows of itself, where it would else be told each by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import JSON, Column, Date, Insert, Table, Text, bindparam, cast, column, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeDecorator

from warehouse.models.base import Encrypted, EncryptedJson, Moment

Columns: TypeAlias = Sequence[tuple[Column[Any], list[Any]]]
AT_ONCE = 500
"""Rows that PostgreSQL takes as one value."""
_SQLITE = sqlite.dialect()


def add_rows(connection: Connection, into: Table, columns: Columns) -> bool:
    """Insert rows, given as their columns, all of one length. False, and nothing is written, where that needs more:

    a column that was not given is filled in by us, or the database is one that is not known here.
    """
    given = {one.name: values for one, values in columns}
    if any(one.name not in given and one.default is not None for one in into.columns):
        return False
    ranked = [(one, given[one.name]) for one in into.columns if one.name in given]
    names = tuple(one.name for one, _ in ranked)
    dialect = connection.dialect
    if dialect.name == "sqlite":
        ready = [_bound(one, values, _SQLITE) for one, values in ranked]
        connection.exec_driver_sql(_one_row(into, names), list(zip(*ready, strict=True)))
        return True
    if dialect.name != "postgresql" or any(isinstance(one.type, JSON) and None in values for one, values in ranked):
        return False
    ready = [_bound(one, values, dialect) for one, values in ranked]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*ready, strict=True)]
    for start in range(0, len(rows), AT_ONCE):
        told = _LIST(rows[start : start + AT_ONCE])
        connection.execute(_rows_of_a_list(into, names), {"told": told})
    return True


def _bound(one: Column[Any], values: list[Any], dialect: Dialect) -> list[Any]:
    """What the database is given for the values of a column."""
    kind = one.type
    if isinstance(kind, Encrypted | EncryptedJson):
        return kind.bind_all(values)
    if dialect.name == "sqlite":
        ready = kind.dialect_impl(dialect).bind_processor(dialect)
    else:
        ready = (lambda value: kind.process_bind_param(value, dialect)) if isinstance(kind, TypeDecorator) else None
    if ready is None:
        return values
    if isinstance(kind, Moment | Date):  # few are told apart in a batch
        known = {value: ready(value) for value in set(values)}
        return [known[value] for value in values]
    return [ready(value) for value in values]


@cache
def _one_row(into: Table, names: tuple[str, ...]) -> str:
    """The statement of one row for SQLite, whose values come in the order of the table's columns."""
    return str(insert(into).compile(dialect=_SQLITE, column_keys=names))


@cache
def _rows_of_a_list(into: Table, names: tuple[str, ...]) -> Insert:
    """The statement for PostgreSQL that makes rows of the list `told`, in its order and by the columns' own types."""
    told = cast(bindparam("told", type_=Text()), JSON())
    columns = (column(name, into.columns[name].type) for name in names)
    each = func.json_to_recordset(told).table_valued(*columns).render_derived(name="each_row", with_types=True)
    return insert(into).from_select(names, select(*(each.c[name] for name in names)), include_defaults=False)


def _written(value: Any) -> Any:
    """What JSON has no form for, as PostgreSQL reads it. Raises `TypeError` for what it would not."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as a part of a list")


_LIST = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_written).encode
