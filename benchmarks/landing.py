"""Measures how many complaints a second are landed and filed, beside a bare bulk insert of the very rows this wrote.

    python -m benchmarks.landing --json docs/evidence/landing.json

The records are pulled once, by the real connector over HTTP, and kept: what is timed is ours. Landing is all that a
pull does with them: comparing with what is known, sealing, writing, moving the cursor, renewing the lease, counting.
Filing is all that follows: opening what landed, reading it, finding facts in its text, numbering, clocks, employers,
sites, blind indexes, sealing, writing, the audit log, the certificate.

The bare insert knows every row beforehand, sealed already, and writes the same bytes into the same tables with their
indexes, on the same engine and as safely: SQLite with `synchronous=FULL`, PostgreSQL as it is installed, and whatever
was written in one transaction is so again, so that a complaint is in the store with all that belongs to it or not at
all. Ours and theirs take turns, in new databases, in a folder on a disk. Beside them stand two more, for which nothing
is asked: a bare insert that fills one table after the other, in about as many transactions (it touches fewer indexes in
each, and leaves half a complaint where it is cut off), and one that gives its rows to the database in larger pieces
than a bulk insert does, as ours does (decision 51). A last run is looked at by a profiler that says what the seconds go
to.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
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

from benchmarks import evidence
from benchmarks.bare import as_ours, as_written, bare, table_after_table, written
from casework.people import Actor
from casework.record import Cursor, RawRecord
from connectors.base import Connector
from connectors.registry import connect
from dedupe.text import clean
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.world import make_world
from services.arriving.intake import collect_channel
from tests.postgres import binaries, running
from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.schema import upgrade

BUDGET = 3.0
"""How many times the bare insert may be faster."""
NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
CHANNEL = "hotline_12345"
ON_A_DISK = Path("/var/tmp")  # noqa: S108 - a folder of its own name is made in it
"""By custom what lies here outlives the machine's power, so it is no memory."""


class Kept:
    """The connector of the channel with the records it pulled before; everything else is its own."""

    def __init__(self, inner: Connector, records: Sequence[RawRecord]) -> None:
        self.records, self._settle = records, inner.settle
        self.channel, self.read, self.landed_at = inner.channel, inner.read, 0.0
        self.check, self.reply, self.confirm = inner.check, inner.reply, inner.confirm
        self.again, self.place = inner.again, inner.place

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """All records, from memory."""
        return iter(self.records)

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """As the channel does it, after a batch has landed; when the last one had is noted."""
        self._settle(landed)
        self.landed_at = time.perf_counter()


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


class Ticks:
    """A clock that goes on by a microsecond each time it is asked: so each transaction has a moment of its own."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> datetime:
        self.asked += 1
        return NOW + timedelta(microseconds=self.asked)


def collected(store: Warehouse, source: Kept) -> tuple[float, float]:
    """Seconds to land all records, and to file them."""
    gc.collect()  # what was made before is nobody's work here
    clean.cache_clear()  # names come again and again, whole texts do not
    started = time.perf_counter()
    count = collect_channel(store, source, run_id="benchmark", clock=Ticks(), actor=Actor.system("benchmark"))
    over = time.perf_counter()
    if count.filed != len(source.records) or count.verdict != "complete":
        raise RuntimeError(f"{count.filed} of {len(source.records)} filed, {count.quarantined} set aside")
    return source.landed_at - started, over - source.landed_at


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
            server = stack.enter_context(running(place, durable=True))
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


LANDING = frozenset({"landed", "lease", "pull_certificate", "channel"})
"""The tables that landing writes; filing writes the others."""
STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "land: compare with what is known, seal, write": (("store/landing.py", "land_records"),),
    "file: open what landed": (("arriving/filing.py", "_waiting"),),
    "file: read the fields": (("hotline_12345.py", "read"),),
    "file: find facts in the text": (("dedupe/extraction.py", "fill"),),
    "file: find the street": (("arriving/reading.py", "_placed"),),
    "file: own names and numbers": (("casework/own_names.py", "without_own_names"),),
    "file: comparable names": (("dedupe/normalise.py", "name_key"),),
    "file: employers and sites": (
        ("store/employers.py", "find_or_make_employers"),
        ("store/employers.py", "make_sites"),
    ),
    "file: complaints, clocks, workers": (("store/complaints.py", "file_complaints"),),
    "file: of these, blind indexes": (("warehouse/crypto.py", "blind"),),
    "both: of these, sealing": (("warehouse/crypto.py", "encrypt_all"),),
    "both: of these, in the database": (
        ("~", "<method 'execute' of 'sqlite3.Cursor' objects>"),
        ("~", "<method 'executemany' of 'sqlite3.Cursor' objects>"),
        ("psycopg/cursor.py", "execute"),
        ("psycopg/cursor.py", "executemany"),
    ),
    "both: commits": (("engine/default.py", "do_commit"),),
}
"""Where the seconds go: file and name of the functions that spend them."""


def stages(make: Maker, source: Kept) -> dict[str, float]:
    """Seconds per 1,000 complaints of each stage, as a profiler sees them: it slows calls, so they are shares."""
    profile, store = cProfile.Profile(), make()
    started = time.perf_counter()
    profile.runcall(collected, store, source)
    slowed = time.perf_counter() - started
    per = 1_000 / len(source.records)
    found = {"all, under the profiler": slowed * per}
    seen: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = vars(pstats.Stats(profile))["stats"]
    for stage, functions in STAGES.items():
        found[stage] = per * sum(
            spent
            for (file, _, name), (_, _, _, spent, _) in seen.items()
            if any(file.endswith(path) and name == asked for path, asked in functions)
        )
    return found


def measure(make: Maker, source: Kept, rounds: int) -> dict[str, Any]:
    """Both ways in turns, each in a new database."""
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    beside: dict[str, list[float]] = {"bare_as_ours": [], "bare_by_table": []}
    for _ in range(rounds):
        store = make()
        ours.append(collected(store, source))
        rows = written(store)
        parts = [[one for one in rows if (one[0].name in LANDING) is landing] for landing in (True, False)]
        whole = [as_written(part) for part in parts]
        apart = [table_after_table(part, len(done)) for part, done in zip(parts, whole, strict=True)]
        bare_store, like_ours, by_table = make(), make(), make()
        theirs.append((bare(bare_store, whole[0]), bare(bare_store, whole[1])))
        beside["bare_as_ours"].append(sum(bare(like_ours, part, as_ours) for part in whole))
        beside["bare_by_table"].append(sum(bare(by_table, part) for part in apart))
    records = len(source.records)
    found: dict[str, Any] = {"complaints": records, "rows": {table.name: len(lines) for table, lines in rows}}
    ways = {"landing": 0, "filing": 1}
    for name, taken in {
        **{name: [(one[at], other[at]) for one, other in zip(ours, theirs, strict=True)] for name, at in ways.items()},
        "both": [(sum(one), sum(other)) for one, other in zip(ours, theirs, strict=True)],
    }.items():
        ours_s, theirs_s = (statistics.median(one) for one in zip(*taken, strict=True))
        found[name] = {
            "seconds": ours_s,
            "bare_seconds": theirs_s,
            "complaints_per_second": records / ours_s,
            "bare_per_second": records / theirs_s,
            "times": ours_s / theirs_s,
            "times_of_each_round": [one / other for one, other in taken],
        }
    for name, seconds in beside.items():
        found["both"][f"{name}_seconds"] = statistics.median(seconds)
        found["both"][f"times_of_{name}"] = found["both"]["seconds"] / statistics.median(seconds)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure on both engines, print, write. Fails where ours takes more than its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.landing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--complaints", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ON_A_DISK, help="where the databases are made")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    crypto.use(crypto.make_keyring())
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as a user of its own
        tempfile.tempdir = folder
        source = pulled(asked.complaints, Path(folder))
        for engine in asked.engine or (("sqlite", "postgresql") if binaries() else ("sqlite",)):
            with stores(engine, Path(folder)) as make:
                one = found[engine] = measure(make, source, asked.rounds)
                one["stages_s_per_1000"] = stages(make, source)
            for name in ("landing", "filing", "both"):
                way = one[name]
                sys.stdout.write(
                    f"{engine}, {name}: {way['complaints_per_second']:.0f} complaints a second, bare "
                    f"{way['bare_per_second']:.0f}: {way['times']:.2f} times as long\n"
                )
            sys.stdout.write(f"  beside a bare insert in our pieces: {one['both']['times_of_bare_as_ours']:.2f}\n")
            sys.stdout.write(f"  beside one table after the other: {one['both']['times_of_bare_by_table']:.2f}\n")
            for stage, seconds in one["stages_s_per_1000"].items():
                sys.stdout.write(f"  {stage:<36}{seconds:7.3f} s per 1,000\n")
    tempfile.tempdir = None
    worst = max(one["both"]["times"] for one in found.values())
    sys.stdout.write(f"Worst: {worst:.2f}, budget {BUDGET:.0f}.\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.landing", {"budget": BUDGET, "engines": found})
    return 0 if worst <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
