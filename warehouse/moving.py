"""From SQLite to PostgreSQL: every row of every table as it stands, in one transaction, compared at the end.

Personal fields travel closed, byte by byte; what they are closed under is the name of their column, which is the same
on both sides. The foreign keys are taken off for the load and laid on again before the end, which proves each of them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Engine,
    LargeBinary,
    String,
    Table,
    Text,
    cast,
    create_engine,
    event,
    func,
    make_url,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy import inspect as look_into
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from casework.errors import BadInput, Conflict
from warehouse import audit
from warehouse.crypto import KeyMissing, Tampered, keyring
from warehouse.models import Base, Encrypted, EncryptedJson

BATCH = 2_000
"""So many rows are in memory at once."""
_WHOLE = 1 << 256
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Told:
    """One table: how many rows, and the sum of their hashes, which is the same in every order. As hex."""

    rows: int
    digest: str


@dataclass(slots=True)
class _Sum:
    rows: int = 0
    total: int = 0

    def add(self, row: Sequence[object]) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(_plain(row).encode()).digest())) % _WHOLE

    def told(self) -> Told:
        return Told(self.rows, f"{self.total:064x}")


def _plain(row: Sequence[object]) -> str:
    return "\x1f".join(_cell(value) for value in row)


def _cell(value: object) -> str:
    """One value so that it is the same text whichever engine gave it."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return f"{type(value).__name__}:{value!r}"


def columns_of(table: Table) -> list[ColumnElement[Any]]:
    """What is asked of a table: closed fields closed, and what is JSON as the text that it was written as."""
    asked: list[ColumnElement[Any]] = []
    for column in table.columns:
        if isinstance(column.type, Encrypted | EncryptedJson):
            asked.append(type_coerce(column, LargeBinary).label(column.name))
        elif isinstance(column.type, JSON):
            asked.append(cast(column, Text).label(column.name))
        else:
            asked.append(column)
    return asked


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows of a table, a batch in memory at a time."""
    with connection.execute(select(*columns_of(table)), execution_options={"yield_per": BATCH}) as found:
        yield from found


def tell(connection: Connection, *, each: Callable[[int], None] = lambda _rows: None) -> dict[str, Told]:
    """Every table: its rows counted and hashed."""
    found = {}
    for table in Base.metadata.sorted_tables:
        told = _Sum()
        for row in _rows(connection, table):
            told.add(tuple(row))
        each(told.rows)
        found[table.name] = told.told()
    return found


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """The SQLite store for us alone, outside its journal. Raises `Conflict` where somebody works with it."""
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _alone)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _alone(raw: sqlite3.Connection, _record: Any) -> None:
    raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout=0")
    try:
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        mode = raw.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "refused"
    if mode != "delete":
        raise Conflict("Somebody is working with the database: stop the console and the flows first.")


def check_target(engine: Engine) -> None:
    """May this database take the rows? Raises `BadInput` for what is no PostgreSQL of ours that is empty."""
    ours = {table.name for table in Base.metadata.sorted_tables} | {"alembic_version"}
    with engine.connect() as connection:
        there = set(look_into(connection).get_table_names())
        if strange := sorted(there - ours):
            words = f"{len(strange)} tables that are not of this program, such as {strange[0]}"
            raise BadInput(f"The target is not empty: it has {words}. Make a database of its own.")
        for name in sorted(there - {"alembic_version"}):
            # Of our own list of tables; an older form may lack columns, so that only the rows are asked for.
            if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')):  # noqa: S608 - a name that the database told
                raise BadInput(f"The target is not empty: its table {name} has rows. Nothing was moved.")
        encoding, kind = connection.execute(
            text("SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()")
        ).one()
    if encoding != "UTF8" or kind in ("C", "POSIX"):
        raise BadInput(f"The target has the encoding {encoding} and the locale {kind}; make it with UTF8 and C.UTF-8.")


def check_source(source: Connection) -> None:
    """Is there anything that PostgreSQL would not take? SQLite does not count letters. Raises `BadInput`."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, String):
                continue
            wrong: list[ColumnElement[bool]] = [func.instr(column, func.char(0)) > 0]
            if column.type.length:
                wrong.append(func.length(column) > column.type.length)
            found = source.scalar(select(func.count()).select_from(table).where(or_(*wrong))) or 0
            if found:
                what = f"{column} in {found} rows has more letters than it may, or a zero byte"
                raise BadInput(f"PostgreSQL cannot take what is stored: {what}. Nothing was moved.")


def carry(source: Connection, target: Connection, *, progress: Progress) -> dict[str, Told]:
    """Carry every row over, in this transaction of the target, and compare. Gives what each table holds.

    Progress counts rows, each twice: carried, and read back. Raises `BadInput` when anything differs.
    """
    of, done = 2 * sum(counts(source).values()), 0

    def each(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, of)

    bonds = _let_loose(target)
    sent = {table.name: _carry(source, target, table, each) for table in Base.metadata.sorted_tables}
    for statement in bonds:
        target.exec_driver_sql(statement)
    _set_sequences(target)
    came = tell(target, each=each)
    if unlike := [name for name, told in sent.items() if came[name] != told]:
        words = ", ".join(f"{name} ({sent[name].rows} sent, {came[name].rows} came)" for name in unlike)
        raise BadInput(f"What came is not what was sent: {words}. Nothing was moved.")
    return came


def _carry(source: Connection, target: Connection, table: Table, each: Callable[[int], None]) -> Told:
    told = _Sum()
    raw: Any = target.connection.driver_connection
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in _rows(source, table):
            told.add(tuple(row))
            copy.write_row(tuple(row))
            if told.rows % BATCH == 0:
                each(BATCH)
    each(told.rows % BATCH)
    return told.told()


def _let_loose(target: Connection) -> list[str]:
    """Take the foreign keys off; gives the statements that lay them on again. Their owner may, no superuser needed."""
    question = text(
        "SELECT conrelid::regclass::text AS own, conname AS name, pg_get_constraintdef(oid) AS said "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )
    found = target.execute(question).all()
    for one in found:
        target.exec_driver_sql(f'ALTER TABLE {one.own} DROP CONSTRAINT "{one.name}"')
    return [f'ALTER TABLE {one.own} ADD CONSTRAINT "{one.name}" {one.said}' for one in found]


def _set_sequences(target: Connection) -> None:
    """Every sequence goes on after the highest number that came."""
    question = text(
        "SELECT quote_ident(table_name) AS own, column_name AS name, "
        "pg_get_serial_sequence(quote_ident(table_name), column_name) AS drawn "
        "FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    for one in target.execute(question).all():
        if one.drawn is not None:
            highest = f'SELECT max("{one.name}") FROM {one.own}'  # noqa: S608 - names that the database told
            target.execute(
                text(f"SELECT setval(:drawn, GREATEST(COALESCE(({highest}), 0), 1), ({highest}) IS NOT NULL)"),
                {"drawn": one.drawn},
            )


def open_fields(connection: Connection) -> int:
    """Open every closed field where it lies now; how many that were. Raises `BadInput` when one does not open."""
    opened = 0
    for table in Base.metadata.sorted_tables:
        closed = [column for column in table.columns if isinstance(column.type, Encrypted | EncryptedJson)]
        if not closed:
            continue
        question = select(*(type_coerce(column, LargeBinary) for column in closed))
        with connection.execute(question, execution_options={"yield_per": BATCH}) as found:
            for row in found:
                opened += sum(_open(column, value) for column, value in zip(closed, row, strict=True))
    return opened


def _open(column: Column[Any], value: bytes | None) -> int:
    if value is None:
        return 0
    try:
        keyring().decrypt(bytes(value), str(column))
    except (KeyMissing, Tampered) as shut:
        raise BadInput(f"A field of {column} does not open with these keys. Nothing was moved.") from shut
    return 1


def chain_of(connection: Connection) -> audit.Chain:
    """The audit log as it came, walked from end to end. Raises `BadInput` when it does not hold."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        chain = audit.verify(session)
    if chain.broken_at is not None:
        raise BadInput(f"The audit log is broken at row {chain.broken_at}. Nothing was moved.")
    return chain


def lay_aside(url: str, ending: str) -> Path:
    """Rename the SQLite file, so that nobody goes on working with it by mistake. Only for who is `alone` in it."""
    path = Path(make_url(url).database or "")
    return path.rename(path.with_name(path.name + ending))


class Refused(BadInput):
    """PostgreSQL refused a row. Its own words may quote one, so only its code is told."""

    def __init__(self, refused: psycopg.Error) -> None:
        super().__init__(f"PostgreSQL refused a row (code {refused.sqlstate}). Nothing was moved.")
