"""Times runs of the linker over a filled store: one that reads everything, and ones that read what is new.

    python -m benchmarks.linking_runs --complaints 20000 --new 50 --json docs/evidence/linking-runs.json

A run is everything from reading and opening what is stored to the last row written and the kept file sealed. Linking is
stated beside it; what is left of a run is the store's. The database is the embedded one, in a folder of its own that
is gone afterwards.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks import evidence
from benchmarks.linking import UNTIL, to_complaint
from casework.complaint import Complaint
from casework.people import Actor
from dedupe.extraction import fill
from sandbox.world import make_world
from services.arriving.filing import filing_of, keep_complaint
from services.linkage.link_kept import KEPT
from services.linkage.linking import link_complaints
from warehouse.crypto import make_keyring, use
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import ChannelRow
from warehouse.schema import upgrade

RUNS = 3
_BY = Actor.system("benchmark")


@dataclass(frozen=True, slots=True)
class Timed:
    """One run: complaints in the store and read, seconds in all and of linking, and the rest."""

    complaints: int
    read: int
    seconds: float
    linking: float
    store: float


def file_all(store: Warehouse, complaints: Sequence[Complaint], at: datetime) -> None:
    """File complaints, a few hundred in a transaction."""
    for start in range(0, len(complaints), 500):
        with store.write() as session:
            for complaint in complaints[start : start + 500]:
                if session.get(ChannelRow, complaint.channel) is None:
                    session.add(ChannelRow(name=complaint.channel, answers=False))
                    session.flush()
                keep_complaint(session, complaint, filing_of(session, None, by=_BY.id, at=at))


def timed(store: Warehouse, at: datetime, kept: Path | None) -> Timed:
    """One run."""
    start = time.perf_counter()
    count = link_complaints(store, actor=_BY, at=at, kept=kept)
    seconds, linking = time.perf_counter() - start, count.linker_ms / 1000
    return Timed(count.complaints, count.read, round(seconds, 2), linking, round(seconds - linking, 2))


def measure(complaints: int, new: int, seed: int) -> dict[str, list[Timed]]:
    """`first`: the run that opens all cases. `anew` and `new`: each time some more complaints, read in the two ways."""
    world = make_world(seed, complaints=complaints + 2 * RUNS * new, until=UNTIL)
    told = [fill(to_complaint(one)) for one in world.told]
    found: dict[str, list[Timed]] = {"first": [], "anew": [], "new": []}
    use(make_keyring())
    with tempfile.TemporaryDirectory() as folder:
        store, kept, at = open_warehouse(f"sqlite:///{folder}/arrears.db"), Path(folder) / KEPT, UNTIL
        upgrade(store.engine)
        file_all(store, told[:complaints], at)
        found["first"].append(timed(store, at, None))
        for turn in range(RUNS):
            for name, path in (("anew", None), ("new", kept)):
                at += timedelta(minutes=15)
                if path is not None:
                    timed(store, at, path)  # the run before it kept nothing
                    at += timedelta(minutes=15)
                start = complaints + new * (2 * turn + (path is not None))
                file_all(store, told[start : start + new], at)
                found[name].append(timed(store, at, path))
        store.close()
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=20_000)
    parser.add_argument("--new", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(argv)
    found = measure(given.complaints, given.new, given.seed)
    for name, runs in found.items():
        for run in runs:
            sys.stdout.write(
                f"{name:6} {run.complaints:9,} stored {run.read:9,} read {run.seconds:8.2f} s: "
                f"{run.linking:.2f} linking, {run.store:.2f} the store\n"
            )
    if given.json:
        runs_as = {name: [asdict(run) for run in runs] for name, runs in found.items()}
        command = f"python -m benchmarks.linking_runs --complaints {given.complaints} --new {given.new}"
        evidence.write(given.json, command, {"new": given.new, "seed": given.seed, "runs": runs_as})
    return 0


if __name__ == "__main__":
    sys.exit(main())
