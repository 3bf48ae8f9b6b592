"""The database: one handle, two kinds of transaction. SQLite and PostgreSQL are the same schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, create_engine, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from casework.errors import ArrearsError
from warehouse import changes, ends
from warehouse.turns import Turns

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")


_KEPT = (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1))
"""What each connection must say of itself: a network file system, or a SQLite built without, takes and ignores it."""


_WRITE = "arrears_write"
"""The option of a connection that says whether its transaction may write."""
_KINDS = 1_500
"""So many kinds of statements are kept ready: a day of the console asks some hundred, of each page its own."""
_OF_ALL: dict[str, Any] = {"hide_parameters": True, "query_cache_size": _KINDS}
_PREPARED = {"cached_statements": _KINDS}
_LAST_FIRST = {"pool_use_lifo": True}
"""Of connections that are free the one used last, which has at hand what was asked just now."""
_READING = "reading"
"""In the `info` of a session that only looks: what was read once and holds until its end, for it sees one moment."""
Found = TypeVar("Found")
Rows = TypeVar("Rows", bound=tuple[Any, ...])


class StoreUnavailable(ArrearsError):
    """The database cannot be reached or is busy beyond patience. Nothing was written."""


@dataclass(frozen=True)
class Warehouse:
    """The store. Each service call takes it and opens exactly one `write`; queries run in a `read`.

    `noting`: what every writing transaction writes besides its own, first of all and whole with it.
    `turn`: what a writer waits for before it begins. `looking`: the engine as a look uses it, put together once.
    """

    engine: Engine
    noting: Callable[[Session], None] | None = None
    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    looking: Engine | None = None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: BEGIN IMMEDIATE on SQLite, committed as a whole or not at all."""
        changed: set[str] = set()
        engine = self.engine.execution_options(**{_WRITE: True, changes.CHANGED: changed})
        with self.turn(), _session(engine) as session, session.begin():
            if self.noting is not None:
                self.noting(session)
            event.listen(session, "before_commit", lambda one: changes.note_changes(one, changed))
            ends.watch(session)
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look, rolled back at the end: every question is answered as of one moment."""
        with _session(self.looking or _looking(self.engine)) as session, session.begin():
            session.info[_READING] = {}
            yield session
            _let_go(session)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    except OperationalError as failed:
        raise StoreUnavailable(f"The database is not available ({type(failed.orig).__name__}).") from failed
    except PoolExhausted as failed:
        raise StoreUnavailable("The database is not available (every connection is in use).") from failed


def _let_go(session: Session) -> None:
    """End a look. On PostgreSQL, which let it write nothing, by a commit.

    With a rollback the driver forgets every statement that it had prepared, and each page would be planned anew.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.expunge_all()
        session.commit()
    else:
        session.rollback()


def _looking(engine: Engine) -> Engine:
    one_moment: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return engine.execution_options(**{_WRITE: False, changes.CHANGED: None}, **one_moment)


def open_warehouse(url: str) -> Warehouse:
    """Open a store by its SQLAlchemy address, `sqlite:///…` or `postgresql+psycopg://…`. Does not migrate.

    What a statement carries is hidden from every error text: it may be personal.
    """
    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    if url.startswith("sqlite"):
        file = make_url(url).database
        engine = create_engine(url, **_OF_ALL, connect_args=_PREPARED, **(_LAST_FIRST if file else {}))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if file:
            turn = Turns(Path(file)).one
    else:
        engine = create_engine(url, **_OF_ALL, **_LAST_FIRST, pool_pre_ping=True, connect_args=_for_many(url))
        event.listen(engine, "connect", _prepare_postgresql)
    changes.watch(engine)
    return Warehouse(engine, turn=turn, looking=_looking(engine))


_FOR_MANY = {"jit": "off", "random_page_cost": "1.1", "max_parallel_workers_per_gather": "0"}
"""What PostgreSQL is told of those who ask here: many at once, each for little, of tables in memory or on an SSD.

To compile the many sums of a month takes longer than to count them. Where a page read by an index is taken for four
times as dear as one in a row, whole tables are read for a page's worth of rows. And processes that help with one
question take the processors from the others: starting them takes longer than most questions do.
"""


def _for_many(url: str) -> dict[str, str]:
    """How a connection to PostgreSQL begins. An address with options of its own keeps them instead."""
    if "options" in make_url(url).query:
        return {}
    return {"options": " ".join(f"-c {name}={value}" for name, value in _FOR_MANY.items())}


def _prepare_sqlite(raw: sqlite3.Connection, _record: Any) -> None:
    raw.isolation_level = None  # we say BEGIN ourselves
    try:
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        found = tuple(raw.execute(f"PRAGMA {name}").fetchone()[0] for name, _ in _KEPT)
    except sqlite3.OperationalError as failed:
        raise StoreUnavailable(f"The database is not available ({type(failed).__name__}).") from failed
    if found != tuple(value for _, value in _KEPT):
        raise StoreUnavailable(f"SQLite does not keep what it is told here: {found}; it needs a local disk.")


def _prepare_postgresql(raw: Any, _record: Any) -> None:
    raw.prepared_max = _KINDS


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def once(session: Session, name: str, read: Callable[[], Found]) -> Found:
    """What is read under this name: once in a session that only looks, which sees one moment; else each time."""
    kept: dict[str, Any] | None = session.info.get(_READING)
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    found: Found = kept[name]
    return found


def is_look(session: Session) -> bool:
    """Whether this session only looks, and sees one moment."""
    return _READING in session.info


def for_change(session: Session, question: Select[Rows]) -> Select[Rows]:
    """A question whose rows are held until the transaction ends; in a session that only looks they are only read.

    What changes rows and what looks first whether it may can so ask the same.
    """
    return question if is_look(session) else question.with_for_update()


def one_at_a_time(session: Session, *names: str) -> None:
    """Until this transaction ends, nobody else holds these names. SQLite has one writer anyway.

    They are taken in their order, so that two who want the same ones do not wait for each other.
    """
    if names and session.get_bind().dialect.name == "postgresql":
        each = "SELECT pg_advisory_xact_lock(hashtext(word)) FROM unnest(CAST(:names AS text[])) AS each(word)"
        session.execute(text(each), {"names": sorted(set(names))})
