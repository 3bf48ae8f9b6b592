"""Somebody else's database: read with an account that can only read, in short questions with a time limit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from casework.errors import BadInput, ChannelChanged, ChannelUnavailable
from casework.record import Json
from connectors.reach import Reach

_QUERY = {"sqlite": frozenset({"mode", "uri"}), "postgresql": frozenset({"sslmode", "sslrootcert", "application_name"})}
"""What may stand behind the question mark: no second host, no service file, no library to load."""


class Database:
    """One account on a front-end database. SQLite and PostgreSQL; every address is a setting.

    `writes` False puts the connection itself into read-only mode as well: an account with too many rights does no harm.
    """

    def __init__(
        self, name: str, url: str, *, timeout_seconds: float, writes: bool = False, reach: Reach | None = None
    ) -> None:
        self._name = name
        self._reach = reach or Reach(name, frozenset(_QUERY))
        self._timeout = timeout_seconds
        self._writes = writes
        try:
            address = sa.make_url(url)
            self._look_at(address)
            self._engine = sa.create_engine(
                address, poolclass=NullPool, hide_parameters=True, connect_args=self._arguments(address)
            )
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
            raise BadInput(f"The database address of {name} is not one we can use; see docs/channels.") from None
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", self._bound_sqlite)
        else:
            sa.event.listen(self._engine, "do_connect", self._keep_to_address)

    def _look_at(self, address: sa.URL) -> None:
        """Raises `BadInput` unless the address is one host, written plainly, with nothing behind it that leads on."""
        kind = address.get_backend_name()
        plain = kind in self._reach.schemes and set(address.query) <= _QUERY[kind]
        if not plain or (kind == "sqlite" and (address.host or "//" in (address.database or ""))):
            raise ArgumentError
        if kind == "postgresql":
            self._reach.host(address.host or "")

    def _keep_to_address(self, _dialect: object, _record: object, _args: object, asked: dict[str, Any]) -> None:
        """Call the very address that was looked at; the name is kept for the certificate."""
        asked["hostaddr"] = self._reach.looked_up(str(asked["host"]), int(asked.get("port") or 5432))

    def _arguments(self, url: sa.URL) -> dict[str, Any]:
        if url.get_backend_name() == "sqlite":
            return {"timeout": self._timeout}
        limit = int(self._timeout * 1000)
        options = f"-c statement_timeout={limit} -c lock_timeout={limit}"
        if not self._writes:
            options += " -c default_transaction_read_only=on"
        return {"connect_timeout": max(2, int(self._timeout)), "options": options}

    def _bound_sqlite(self, connection: sqlite3.Connection, _: object) -> None:
        until = time.monotonic() + 4 * self._timeout
        connection.set_progress_handler(lambda: int(time.monotonic() > until), 100_000)
        if not self._writes:
            connection.execute("PRAGMA query_only = ON")

    @contextmanager
    def _asked(self) -> Iterator[sa.Connection]:
        """A connection for one short question. What the database says of its trouble may quote a row: it is dropped."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as failed:
            kind = type(failed.orig).__name__
            raise ChannelUnavailable(f"{self._name}: the database does not answer ({kind}).") from None
        except SQLAlchemyError as failed:
            raise ChannelUnavailable(f"{self._name}: the database fails ({type(failed).__name__}).") from None

    def rows(self, question: sa.Select[Any]) -> list[dict[str, Any]]:
        """The answer to one question, whole."""
        with self._asked() as connection:
            return [dict(row) for row in connection.execute(question).mappings()]

    def insert(self, table: sa.TableClause | sa.Table, values: Mapping[str, Any]) -> bool:
        """Insert one row; False when its key is there already."""
        try:
            with self._asked() as connection:
                connection.execute(sa.insert(table).values(**values))
        except IntegrityError:
            return False
        return True

    def put(self, table: sa.Table, key: str, values: Mapping[str, Any], *, same: str) -> bool:
        """Insert a row, or write over the one of its key; False when that one says the same in the column `same`."""
        here = table.c[key] == values[key]
        try:
            with self._asked() as connection:
                known = connection.execute(sa.select(table.c[same]).where(here)).first()
                if known is not None and known[0] == values[same]:
                    return False
                connection.execute((sa.insert(table) if known is None else sa.update(table).where(here)).values(values))
        except IntegrityError:
            return False
        return True

    def remove(self, table: sa.Table, key: str, value: str) -> bool:
        """Take the row of a key away; False when it was not there."""
        with self._asked() as connection:
            return connection.execute(sa.delete(table).where(table.c[key] == value)).rowcount > 0

    def table(self, name: str, promised: Sequence[str]) -> sa.TableClause:
        """A table with the columns it has today. Raises `ChannelChanged` when it or a promised column is gone."""
        with self._asked() as connection:
            if not sa.inspect(connection).has_table(name) and not self._is_view(connection, name):
                raise ChannelChanged(f"{self._name}: the table {name} is gone.")
            columns = list(connection.execute(sa.select(sa.text("*")).select_from(sa.table(name)).limit(0)).keys())
        gone = [column for column in promised if column not in columns]
        if gone:
            raise ChannelChanged(f"{self._name}: the table {name} has lost {', '.join(gone)}.")
        return sa.table(name, *(sa.column(column) for column in columns))

    @staticmethod
    def _is_view(connection: sa.Connection, name: str) -> bool:
        return name in sa.inspect(connection).get_view_names()


def as_json(value: object) -> Json:
    """A database value as it goes into a payload. Decimals and moments become text: nothing is rounded."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return repr(value)
