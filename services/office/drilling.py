"""The restore drill: bring the newest backup back beside the store, look whether it is whole, note the day in the log.

A backup that nobody brought back is a hope. The drill uses nothing of the installation but the keys and the backup; the
store in force is only asked what the backup should hold. With PostgreSQL it needs the right to make a database.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from casework.errors import BadInput
from casework.people import Actor
from services.office.backups import newest, restore
from services.office.settings import Settings
from warehouse import audit, copying
from warehouse.engine import StoreUnavailable, Warehouse, open_warehouse
from warehouse.models import CaseRow, ComplaintRow


@dataclass(frozen=True, slots=True)
class Drilled:
    """One drill: when, of which backup, how old that was, how long the way back took (seconds), and what it held."""

    at: datetime
    backup: str
    made_at: datetime
    seconds: float
    audit_rows: int
    cases: int
    complaints: int


def drill(store: Warehouse, settings: Settings, *, actor: Actor, at: datetime, backup: Path | None = None) -> Drilled:
    """Restore the newest backup, or another one, into a place of its own and look at it. The store is not touched.

    Raises `BadInput` when there is none or it is not whole; then the day of the last good drill stays as it was.
    """
    path = backup or newest(settings)
    if path is None:
        raise BadInput("There is no backup to drill with: run `arrears backup` first.")
    began = time.monotonic()
    with _elsewhere(settings) as there:
        restored = restore(there, path, actor=actor, at=at)
        seconds = time.monotonic() - began
        brought = open_warehouse(there.database)
        try:
            cases, complaints, rows = _looked_at(brought)
        finally:
            brought.close()
    drilled = Drilled(at, path.name, restored.made_at, round(seconds, 2), rows, cases, complaints)
    with store.write() as session:
        about = {"cases": cases, "complaints": complaints, "seconds": round(seconds, 2)}
        audit.record(session, by=actor.id, act="drill", subject=path.name[:64], at=at, details=about)
    return drilled


def _looked_at(brought: Warehouse) -> tuple[int, int, int]:
    """How many cases, complaints and audit rows came back. Raises `BadInput` when something is not whole."""
    with brought.read() as session:
        if session.get_bind().dialect.name == "sqlite" and session.execute(text("PRAGMA foreign_key_check")).first():
            raise BadInput("A row of the backup leads nowhere.")
        chain = audit.verify(session)
        if chain.broken_at is not None:
            raise BadInput(f"The audit log in the backup is broken at row {chain.broken_at}.")
        cases = session.scalar(select(func.count()).select_from(CaseRow)) or 0
        complaints = session.scalar(select(func.count()).select_from(ComplaintRow)) or 0
    return cases, complaints, chain.rows


@contextmanager
def _elsewhere(settings: Settings) -> Iterator[Settings]:
    """An empty installation with the same keys, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=settings.data_dir) as folder:
        place = {"data_dir": Path(folder), "key_file": settings.keys}
        if copying.is_sqlite(settings.database):
            yield settings.model_copy(update=place | {"database_url": None})
            return
        name, own = f"arrears_drill_{secrets.token_hex(6)}", make_url(settings.database)
        _outside(settings.database, f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            url = own.set(database=name).render_as_string(hide_password=False)
            yield settings.model_copy(update=place | {"database_url": url})
        finally:
            _outside(settings.database, f'DROP DATABASE "{name}" WITH (FORCE)')


def _outside(url: str, statement: str) -> None:
    store = open_warehouse(url)
    try:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
    except DBAPIError as refused:
        raise StoreUnavailable("The drill may not make a database: its role needs CREATEDB.") from refused
    finally:
        store.close()
