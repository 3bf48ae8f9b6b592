"""Measures how many complaints a second are landed and filed, beside a bare bulk insert of the very rows this wrote.

    python -m benchmarks.landing --json docs/evidence/landing.json

The records are pulled once, by the real connector over HTTP, and kept: what is timed is ours. Landing and filing is all
that `arrears collect` does with them: comparing with what is known, sealing what is personal, reading, numbering, the
clocks, the employer, the audit log, the certificate. The bare insert knows every row beforehand, sealed already, and
writes the same bytes into the same tables, in as many transactions. They take turns in new databases.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, insert, select

from benchmarks import evidence
from casework.people import Actor
from casework.record import Cursor, RawRecord
from connectors.base import Connector
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.world import make_world
from services.arriving.filing import BATCH as FILED_AT_ONCE
from services.arriving.intake import BATCH as LANDED_AT_ONCE
from services.arriving.intake import collect_channel
from tests.postgres import binaries, running
from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.schema import upgrade

BUDGET = 3.0
"""How many times the bare insert may be faster."""
NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
CHANNEL = "hotline_12345"
EMPTY = frozenset({"alembic_version"})
Rows = list[tuple[Table, list[dict[str, Any]]]]


class Kept:
    """The connector of the channel with the records it pulled before; everything else is its own."""

    def __init__(self, inner: Connector, records: Sequence[RawRecord]) -> None:
        self.records = records
        self.channel, self.read, self.settle = inner.channel, inner.read, inner.settle
        self.check, self.reply, self.confirm = inner.check, inner.reply, inner.confirm
        self.again, self.place = inner.again, inner.place

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """All records, from memory."""
        return iter(self.records)


def pulled(complaints: int, folder: Path) -> Kept:
    """A world of so many complaints, told to an imitated hotline and pulled from it."""
    world = make_world(7, complaints=complaints, until=NOW - timedelta(hours=1))
    platform = Hotline(folder, page_size=500)
    try:
        platform.add_all(replace(one, channel=CHANNEL) for one in world.told)
        inner = connect(CHANNEL, platform.settings)
        every = {record.source_key: record for record in inner.pull(None, now=NOW)}
        return Kept(inner, list(every.values()))
    finally:
        platform.stop()


def collected(store: Warehouse, source: Kept) -> float:
    """Seconds to land and file all records."""
    started = time.perf_counter()
    count = collect_channel(store, source, run_id="benchmark", clock=lambda: NOW, actor=Actor.system("benchmark"))
    taken = time.perf_counter() - started
    if count.filed != len(source.records) or count.verdict != "complete":
        raise RuntimeError(f"{count.filed} of {len(source.records)} filed, {count.quarantined} set aside")
    return taken


def written(store: Warehouse) -> Rows:
    """Every row of every table as it is stored: what is sealed stays sealed."""
    tables = MetaData()
    with store.engine.connect() as connection:
        tables.reflect(connection)
        found = []
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in connection.execute(select(table))]
            if rows and table.name not in EMPTY:
                found.append((table, rows))
    return found


def bare(store: Warehouse, rows: Rows, transactions: int) -> float:
    """Seconds to insert these rows, table after table, with nothing else, in about so many transactions."""
    size = -(-sum(len(lines) for _, lines in rows) // transactions)
    started = time.perf_counter()
    for table, lines in rows:
        for start in range(0, len(lines), size):
            with store.engine.execution_options(arrears_write=True).begin() as connection:
                connection.execute(insert(table), lines[start : start + size])
    return time.perf_counter() - started


Maker = Callable[[], Warehouse]


@contextmanager
def stores(engine: str, folder: Path) -> Iterator[Maker]:
    """Makes empty stores in the newest form on an engine."""
    with ExitStack() as stack:
        server = None
        if engine == "postgresql":
            place = binaries()
            if place is None:
                raise RuntimeError("there is no PostgreSQL here")
            server = stack.enter_context(running(place))
        made: list[int] = []

        def make() -> Warehouse:
            name = f"store{len(made)}"
            made.append(1)
            if server is not None:
                server.run(f"CREATE DATABASE {name}")
            store = open_warehouse(server.url(name) if server else f"sqlite:///{folder / name}.db")
            upgrade(store.engine)
            stack.callback(store.close)
            return store

        yield make


def measure(make: Maker, source: Kept, rounds: int) -> dict[str, Any]:
    """Both ways in turns, each in a new database."""
    ours, theirs, rows = [], [], None
    for _ in range(rounds):
        store = make()
        ours.append(collected(store, source))
        rows = written(store)
        records = len(source.records)
        transactions = -(-records // LANDED_AT_ONCE) + -(-records // FILED_AT_ONCE)
        theirs.append(bare(make(), rows, transactions))
    ours_s, theirs_s = statistics.median(ours), statistics.median(theirs)
    return {
        "complaints": len(source.records),
        "rows": {table.name: len(lines) for table, lines in rows or ()},
        "transactions": transactions,
        "seconds": ours_s,
        "bare_seconds": theirs_s,
        "complaints_per_second": len(source.records) / ours_s,
        "bare_per_second": len(source.records) / theirs_s,
        "times": ours_s / theirs_s,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure on both engines, print, write. Fails where ours takes more than its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.landing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--complaints", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    crypto.use(crypto.make_keyring())
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        source = pulled(asked.complaints, Path(folder))
        for engine in ("sqlite", "postgresql") if binaries() else ("sqlite",):
            with stores(engine, Path(folder)) as make:
                one = found[engine] = measure(make, source, asked.rounds)
            sys.stdout.write(
                f"{engine}: {one['complaints_per_second']:.0f} complaints a second, a bare insert of the same "
                f"{sum(one['rows'].values())} rows {one['bare_per_second']:.0f}: {one['times']:.2f} times as long\n"
            )
    worst = max(one["times"] for one in found.values())
    sys.stdout.write(f"Worst: {worst:.2f}, budget {BUDGET:.0f}.\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.landing", {"budget": BUDGET, "engines": found})
    return 0 if worst <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
