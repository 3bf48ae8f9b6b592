"""Many at a time: questions about many ids, of which a database takes only so many, and rows written at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    ColumnExpressionArgument,
    Select,
    Text,
    TypeDecorator,
    any_,
    bindparam,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from warehouse.bulk import add_rows

AT_ONCE = 500


class _Texts(TypeDecorator[Collection[str]]):
    """Texts told as one value, a JSON list: the driver of PostgreSQL writes an array ten times slower."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()))


class each_of(FunctionElement[str]):  # noqa: N801 - stands in a statement as a function of the database does
    """The rows of a list of texts that is given under a name when the statement is run, as one value.

    For a list that many rows are held against: a column is one of them by `column.bool_op("IN")(each_of(name))`.
    """

    inherit_cache = True
    name = "each_of"

    def __init__(self, name: str) -> None:
        super().__init__(bindparam(name, type_=_Texts()))


@compiles(each_of, "sqlite")
def _each_of_sqlite(asked: each_of, compiler: SQLCompiler, **how: Any) -> str:
    (texts,) = asked.clauses
    return compiler.process(_listed(texts).scalar_subquery(), **how)


def _listed(texts: ColumnElement[Any]) -> Select[tuple[Any]]:
    return select(func.json_each(texts).table_valued("value").c.value)


@compiles(each_of, "postgresql")
def _each_of_postgresql(asked: each_of, compiler: SQLCompiler, **how: Any) -> str:
    (texts,) = asked.clauses
    return compiler.process(_elements(texts).scalar_subquery(), **how)


def _elements(texts: ColumnElement[Any]) -> Select[tuple[Any]]:
    return select(func.json_array_elements_text(cast(texts, JSON)))


class one_of(FunctionElement[bool]):  # noqa: N801 - stands in a statement as a function of the database does
    """Whether a column is one of these texts, for an index of the column. None of them: it is not.

    They go to the database as one value, however many they are: a list of hundreds is else written into the statement
    one by one, by us and each time, and read there each time anew.
    """

    inherit_cache = True
    name = "one_of"
    type = Boolean()

    def __init__(self, column: ColumnExpressionArgument[str | None], texts: Collection[str]) -> None:
        super().__init__(column, bindparam(None, texts, type_=_Texts()))

    def self_group(self, against: OperatorType | None = None) -> one_of:
        """Itself: it is a condition already, and compared with 1 once more no index would be asked."""
        return self


@compiles(one_of, "sqlite")
def _one_of_sqlite(asked: one_of, compiler: SQLCompiler, **how: Any) -> str:
    column, texts = asked.clauses
    return compiler.process(column.in_(_listed(texts)), **how)


@compiles(one_of, "postgresql")
def _one_of_postgresql(asked: one_of, compiler: SQLCompiler, **how: Any) -> str:
    column, texts = asked.clauses
    return compiler.process(column == any_(func.array(_elements(texts).scalar_subquery())), **how)


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
