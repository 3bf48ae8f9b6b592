"""Moving an installation from SQLite to PostgreSQL: all of it or nothing, compared row by row, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from casework.errors import BadInput
from casework.people import Actor
from casework.record import Json
from services.office.settings import Settings
from warehouse import audit, copying, moving, schema
from warehouse.engine import StoreUnavailable, Warehouse, open_warehouse
from warehouse.moving import Told

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move carried. `aside`: where the SQLite file lies now; None after a rehearsal, which keeps nothing."""

    tables: dict[str, Told]
    fields: int
    audit_rows: int
    aside: Path | None

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(told.rows for told in self.tables.values())


def move_store(
    settings: Settings,
    to: str,
    *,
    actor: Actor,
    at: datetime,
    rehearse: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> Moved:
    """Carry the SQLite store into an empty PostgreSQL database, and lay the SQLite file aside.

    One transaction on either side: rows are counted, hashed and compared per table, every personal field is opened
    and the audit log walked where they came to, and only then is it committed. A rehearsal does all of it beside a
    console at work, on one moment of the store, and takes it back. Raises `BadInput` and `Conflict`; after either the
    target is as empty as it was.
    """
    if not copying.is_sqlite(settings.database):
        raise BadInput("The store in force is no SQLite database: there is nothing to move.")
    target = _target(to)
    try:
        moving.check_target(target.engine)
        with _source(settings.database, rehearse=rehearse) as source:
            moving.check_source(source)
            schema.upgrade(target.engine)
            with target.engine.connect() as connection, connection.begin() as all_of_it:
                tables = moving.carry(source, connection, progress=progress)
                fields = moving.open_fields(connection)
                chain = moving.chain_of(connection)
                if rehearse:
                    all_of_it.rollback()
                    return Moved(tables, fields, chain.rows, None)
                _record(connection, actor, at, sum(told.rows for told in tables.values()))
                all_of_it.commit()
            with target.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
            aside = moving.lay_aside(settings.database, f".moved-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
            return Moved(tables, fields, chain.rows, aside)
    except OperationalError as failed:
        raise StoreUnavailable(f"The target is not available ({type(failed.orig).__name__}).") from failed
    except DBAPIError as refused:
        if isinstance(refused.orig, psycopg.Error):
            raise moving.Refused(refused.orig) from refused
        raise
    except psycopg.Error as refused:
        raise moving.Refused(refused) from refused
    finally:
        target.close()


def _target(to: str) -> Warehouse:
    try:
        name = make_url(to).drivername
    except ArgumentError:
        name = ""
    if name != "postgresql+psycopg":
        raise BadInput("The target is no PostgreSQL database: postgresql+psycopg://user@host/name is one.")
    return open_warehouse(to)


@contextmanager
def _source(url: str, *, rehearse: bool) -> Iterator[Connection]:
    if not rehearse:
        with moving.alone(url) as connection:
            _check_form(connection)
            yield connection
        return
    store = open_warehouse(url)
    try:
        with store.engine.connect() as connection:
            _check_form(connection)
            yield connection
            connection.rollback()
    finally:
        store.close()


def _check_form(connection: Connection) -> None:
    if not schema.has_newest_form(connection):
        raise BadInput("The tables of the store in force are not in their newest form: run `arrears setup` first.")


def _record(connection: Connection, actor: Actor, at: datetime, rows: int) -> None:
    with Session(connection, join_transaction_mode="rollback_only") as session:
        details: dict[str, Json] = {"from": "sqlite", "to": "postgresql", "rows": rows}
        audit.record(session, by=actor.id, act="move_store", subject="store", at=at, details=details)
        session.flush()
        session.expunge_all()
