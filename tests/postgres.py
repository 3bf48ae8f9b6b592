"""A PostgreSQL of the tests' own: brought up on a free port in a folder that goes away, with no system service."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

TEMPLATE = "arrears_template"
_SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB"


@dataclass(frozen=True)
class Server:
    """One server; databases are made and dropped in it by name."""

    port: int
    place: Path | None = None
    data: Path | None = None
    options: str = ""

    def start(self) -> None:
        """Bring it up, after a fall too."""
        assert self.place
        assert self.data
        log = self.data.parent / "log"
        _call(self.place / "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", log, "-o", self.options, "start")

    def fall(self) -> None:
        """Stop it at once, as a power cut of the server's processes does: nothing is written any more."""
        assert self.place
        assert self.data
        _call(self.place / "pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Run one statement outside every transaction."""
        with self._outside() as connection:
            connection.execute(statement.encode())

    def copy(self, name: str, template: str = TEMPLATE) -> None:
        """A new database, made like another one. Nothing is synced here: to copy files is the quickest."""
        with self._outside() as connection:
            how = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""  # before, the only way
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {how}".encode())

    def _outside(self) -> psycopg.Connection:
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        return psycopg.connect(address, autocommit=True)


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl: $PGBIN, Debian's place, or the PATH. None where there is no PostgreSQL."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    named = [Path(os.environ["PGBIN"])] if "PGBIN" in os.environ else []
    found = shutil.which("initdb")
    onpath = [Path(found).parent] if found else []
    return next((place for place in [*named, *debian, *onpath] if (place / "initdb").exists()), None)


def _call(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root; its own user owns the folder then.
    who = "postgres" if os.getuid() == 0 else None
    subprocess.run(command, user=who, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _started(place: Path, data: Path, options: str) -> Server:
    """A server on a port that was free a moment ago: where somebody else was quicker, on another one."""
    for tries_left in reversed(range(5)):
        port = _free_port()
        server = Server(port, place, data, f"-p {port} {options}")
        try:
            server.start()
            break
        except subprocess.CalledProcessError:
            if not tries_left:
                raise
    return server


@contextmanager
def running(place: Path, *, durable: bool = False) -> Iterator[Server]:
    """A server in a folder of its own, stopped and forgotten at the end. A durable one writes as one in use does."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    _call(place / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8", "-N")
    speed = "-c max_connections=60" if durable else _SPEED
    server = _started(place, data, f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {speed}")
    try:
        yield server
    finally:
        server.fall()
        shutil.rmtree(folder, ignore_errors=True)
