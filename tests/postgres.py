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

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Run one statement outside every transaction."""
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


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


@contextmanager
def running(place: Path) -> Iterator[Server]:
    """A server in a folder of its own, stopped and forgotten at the end."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-pg-"))
    port = _free_port()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    _call(place / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8", "-N")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {_SPEED}"
    _call(place / "pg_ctl", "-D", data, "-w", "-t", "30", "-l", folder / "log", "-o", options, "start")
    try:
        yield Server(port)
    finally:
        _call(place / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
