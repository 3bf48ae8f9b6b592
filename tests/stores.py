"""Stores that are made like another one, as often as tests want one: files of SQLite or databases of a PostgreSQL."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Server
from warehouse.engine import Warehouse, open_warehouse


@dataclass(frozen=True, slots=True)
class Template:
    """A database that nobody is connected to: a file of SQLite, or one of this server by its name."""

    name: str
    server: Server | None = None

    @contextmanager
    def address(self, path: Path) -> Iterator[str]:
        """The address of a copy: a file at this path, or a database of the server that is gone afterwards."""
        if self.server is None:
            shutil.copyfile(self.name, path)
            yield f"sqlite:///{path}"
            return
        name = f"t_{secrets.token_hex(8)}"
        self.server.copy(name, self.name)
        try:
            yield self.server.url(name)
        finally:
            self.server.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def store(self, path: Path) -> Iterator[Warehouse]:
        """A copy that is open while the context lasts."""
        with self.address(path) as address, closing(open_warehouse(address)) as store:
            yield store

    def further(self, path: Path, make: Callable[[Warehouse], object]) -> Template:
        """What a copy is after this was done to it: at this path, or a database of the server that goes with it."""
        if self.server is None:
            shutil.copyfile(self.name, path)
            made, address = Template(str(path)), f"sqlite:///{path}"
        else:
            name = f"m_{secrets.token_hex(8)}"
            self.server.copy(name, self.name)
            made, address = Template(name, self.server), self.server.url(name)
        with closing(open_warehouse(address)) as store:
            make(store)
            settle(store)
        return made


def settle(store: Warehouse) -> None:
    """With nobody else connected: let the file of SQLite alone be the whole of it."""
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
