"""What the steps of the tables do to PostgreSQL: every statement they send, and every lock they hold at their end."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from warehouse import schema

CONFIG = Path(__file__).parents[2] / ".squawk.toml"
_CHANGES = re.compile(r"(ALTER|CREATE|DROP|LOCK|TRUNCATE|SET|RESET)\b", re.IGNORECASE)
_FILLS = re.compile(r'(?:UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
_HEAVY = "SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND \
c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND l.mode IN \
('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
"""The tables at which somebody else cannot write, or not even read, until the step ends."""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it was taken: what it sent that changes a form, in order, with whether outside a transaction."""

    number: str
    sent: tuple[tuple[str, bool], ...]
    held: frozenset[str]
    """Tables that were there before the step, and that it holds against writers or everybody at its end."""
    filled: frozenset[str] = frozenset()
    """Tables whose rows it changes."""

    @property
    def sql(self) -> str:
        """As a file that Squawk reads, with the transactions in which it was sent."""
        lines = [f"SET lock_timeout = '{schema.LOCK_TIMEOUT:g}s';"]
        for alone, statements in groupby(self.sent, key=lambda one: one[1]):
            said = [f"{statement.strip()};" for statement, _alone in statements]
            lines += said if alone else ["BEGIN;", *said, "COMMIT;"]
        return "\n".join(lines) + "\n"

    @property
    def held_at_once(self) -> frozenset[str]:
        """The tables that its first statements take, before it has anything."""
        locks = takewhile(lambda statement: statement.startswith("LOCK TABLE "), (one for one, _alone in self.sent))
        return frozenset(name for lock in locks for name in re.findall(r'"(\w+)"', lock))


def take(engine: Engine, more: Path | None = None) -> list[Step]:
    """Take every step on an empty PostgreSQL database, and those of another folder, and tell of each."""
    steps: list[Step] = []
    sent: list[tuple[str, bool]] = []
    filled: set[str] = set()
    before: set[str] = set()

    def note(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        raw: Any = connection.connection.driver_connection
        if _CHANGES.match(statement.strip()) and "lock_timeout" not in statement:
            sent.append((statement, bool(raw.autocommit)))
        if changed := _FILLS.match(statement.strip()):
            filled.add(changed[1])

    def after(connection: Connection, number: str) -> None:
        held = set(connection.exec_driver_sql(_HEAVY).scalars()) & before - {"alembic_version"}
        steps.append(Step(number, tuple(sent), frozenset(held), frozenset(filled)))
        before.update(connection.exec_driver_sql(_TABLES).scalars())
        sent.clear()
        filled.clear()

    event.listen(engine, "before_cursor_execute", note)
    try:
        schema.upgrade(engine, after=after, more=more)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return steps


def squawk(folder: Path, files: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What Squawk finds: the name of a file and the name of a rule. It asks nobody on the network."""
    program = shutil.which("squawk", path=str(Path(sys.executable).parent)) or shutil.which("squawk")
    assert program, "squawk is one of the locked tools: make setup"
    paths = []
    for name, sql in files:
        (folder / f"{name}.sql").write_text(sql, "utf-8")
        paths.append(str(folder / f"{name}.sql"))
    ran = subprocess.run(
        [program, "--config", str(CONFIG), "--reporter", "json", *paths], capture_output=True, timeout=60, check=False
    )
    assert ran.returncode in (0, 1), ran.stderr.decode()
    return {(Path(one["file"]).stem, one["rule_name"]) for one in json.loads(ran.stdout or b"[]")}
