"""The canary town's store carried to PostgreSQL, and all that PostgreSQL writes of it looked at."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.postgres import Server, binaries
from tests.promises.proofs import SCALE
from warehouse.engine import Warehouse
from warehouse.moving import carry

if TYPE_CHECKING:
    from tests.promises.test_r25 import Day


def to_postgresql(source: Warehouse, target: Warehouse) -> None:
    """The same rows on PostgreSQL, as `arrears store move` carries them."""
    with source.engine.connect() as here, target.engine.begin() as there:
        carry(here, there, progress=lambda _done, _of: None)


def look_at_postgresql(day: Day, server: Server, store: Warehouse) -> None:
    """The dump of `pg_dump`, and the bytes of the database's files; when proven whole, of its log of writes too."""
    place, name = binaries(), str(store.engine.url.database)
    assert place is not None
    command = [str(place / "pg_dump"), "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", name]
    dumped = subprocess.run(command, capture_output=True, check=True, timeout=300).stdout
    assert b"complaint_version" in dumped
    day.ground.look("pg_dump", dumped)
    server.run("CHECKPOINT")
    with store.engine.connect() as connection:
        folder = Path(str(connection.execute(text("SHOW data_directory")).scalar()))
        oid = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
    for part in (folder / "base" / str(oid), *((folder / "pg_wal",) if SCALE >= 1 else ())):
        for path in sorted(part.glob("*")):
            if path.is_file():
                day.ground.look(f"file of PostgreSQL in {part.parent.name}", path.read_bytes())
                day.proof.count("files of PostgreSQL")
