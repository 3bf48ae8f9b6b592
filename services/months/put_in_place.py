"""A file is written whole or not at all: beside its place first, and put there when all that belongs to it is done."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def put_in_place(path: Path, body: bytes) -> Iterator[None]:
    """The file lies in its place when the block ends well; else there is no trace of it. For its owner only."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        yield
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
