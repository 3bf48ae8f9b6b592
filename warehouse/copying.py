"""A consistent copy of a database while it is being worked with, and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from casework.errors import BadInput, Conflict
from warehouse.engine import StoreUnavailable

_PAGES = -1
"""All in one step. In several, a page that somebody writes meanwhile begins the copy anew: under load, for ever."""


def is_sqlite(url: str) -> bool:
    """Whether the store is the embedded one."""
    return make_url(url).get_backend_name() == "sqlite"


def copy_out(url: str, target: Path) -> None:
    """Write a consistent copy: SQLite through its online backup, PostgreSQL through pg_dump's custom form."""
    if is_sqlite(url):
        with closing(sqlite3.connect(_file(url))) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")
    else:
        address = make_url(url)
        _run("pg_dump", address, "--format=custom", f"--file={target}", address.database or "")


def check_copy(url: str, copy: Path) -> None:
    """Is the copy whole by its own account? Raises `BadInput`."""
    if not is_sqlite(url):
        _run("pg_restore", make_url(url), "--list", str(copy), connect=False)
        return
    try:
        with closing(sqlite3.connect(copy)) as opened:
            verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as damaged:
        raise BadInput("The copy is not a database.") from damaged
    if verdict != "ok":
        raise BadInput("The copy of the database is not whole.")


def copy_in(url: str, copy: Path, *, aside: str) -> None:
    """Put a copy in the place of the database. The old SQLite file is kept beside it, under the ending `aside`.

    Raises `Conflict` when somebody is working with the database.
    """
    if not is_sqlite(url):
        address = make_url(url)
        database = f"--dbname={address.database}"
        _run("pg_restore", address, "--clean", "--if-exists", "--single-transaction", database, str(copy))
        return
    database_file = _file(url)
    if database_file.exists():
        _let_go(database_file)
        database_file.rename(database_file.with_name(database_file.name + aside))
    copy.rename(database_file)


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _let_go(database_file: Path) -> None:
    """Leave WAL mode, which SQLite grants only to the one who is alone; this also empties the journal."""
    try:
        with closing(sqlite3.connect(database_file, timeout=0)) as opened:
            mode = opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as busy:
        raise Conflict("Somebody is working with the database: stop the console and the flows first.") from busy
    except sqlite3.DatabaseError:
        return  # a file that is no database any more: the reason for the restore
    if mode != "delete":
        raise Conflict("Somebody is working with the database: stop the console and the flows first.")


def postgres_program(name: str) -> str | None:
    """Where pg_dump or pg_restore is: on the path, or where Debian keeps the newest version."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4))
    return shutil.which(name) or (str(beside[-1]) if beside else None)


def _run(name: str, address: URL, *arguments: str, connect: bool = True) -> None:
    program = postgres_program(name)
    if program is None:
        raise StoreUnavailable(f"{name} is not installed; it comes with the client of PostgreSQL.")
    where: list[str] = []
    if connect:
        socket = address.query.get("host")
        host = address.host or (socket if isinstance(socket, str) else None)
        where = [f"--host={host}"] if host else []
        where += [f"--port={address.port or address.query.get('port') or 5432}"]
        where += [f"--username={address.username}"] if address.username else []
    environment = os.environ | ({"PGPASSWORD": address.password} if address.password else {})
    ran = subprocess.run(  # noqa: S603 - a fixed program with arguments of our own settings
        [program, "--no-password", *where, *arguments] if connect else [program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if ran.returncode != 0:
        raise StoreUnavailable(f"{name} failed with code {ran.returncode}.")
