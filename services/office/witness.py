"""The witness of the audit log: a file outside the database that keeps how many rows there were, and the last seal.

A chain whose tail was cut off is whole. Only what was written down elsewhere shows that rows are missing: lines are
added and never changed, so that the file may lie where this machine can add but not take away.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from casework.errors import BadInput
from warehouse import audit
from warehouse.audit import Witness
from warehouse.engine import Warehouse

_LINE = re.compile(r"(?P<rows>\d{1,18}) (?P<head>[0-9a-f]{64}) \S{1,40}")


def last_seen(path: Path | None) -> Witness | None:
    """What the last line of the file says; None without a file. Raises `BadInput` where it says something else."""
    if path is None or not path.exists():
        return None
    *lines, _ = path.read_text("ascii", "replace").split("\n")  # one not ended is none: the machine stopped there
    if not lines:
        return None
    said = _LINE.fullmatch(lines[-1])
    if said is None:
        raise BadInput(f"The witness of the audit log, {path.name}, is damaged.")
    return Witness(int(said["rows"]), said["head"])


def bear_witness(store: Warehouse, path: Path | None, *, at: datetime) -> int:
    """Add a line for the log as it stands, if rows came since the last one. Returns how many rows there are.

    Raises `BadInput`, and adds nothing, where the log does not hold any more what the last line says: a later line
    would hide what was taken out.
    """
    with store.read() as session:
        seen = last_seen(path)
        now = audit.head(session)
        if seen is not None and not audit.holds(session, seen):
            raise BadInput("Rows of the audit log are missing or changed that its witness saw; see `arrears doctor`.")
    if path is not None and now.rows and (seen is None or now.rows > seen.rows):
        begun = path.exists() and not path.read_bytes().endswith(b"\n")
        line = f"{now.rows} {now.head} {at.astimezone(UTC).isoformat(timespec='seconds')}\n"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(("\n" if begun else "") + line)
            file.flush()
            os.fsync(file.fileno())
    return now.rows
