"""Measures how long everybody waits while a month is locked: counted in a read, and beside it in the write as before.

    python -m benchmarks.locking --cases 100000 --json docs/evidence/locking.json

While a head locks, somebody else writes again and again (a row of the log), and the longest of these waits is told. The
two ways take turns on the same store, so that whatever else the machine does falls on both. With `--acts` somebody also
changes what is counted so often a second, so that the count has to be made again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from benchmarks import evidence
from benchmarks.stored_cases import DISTRICT, make_cases
from casework.people import Actor, Role
from services.months import settled
from services.months.freezing_month import freeze_month
from warehouse import audit, crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import CaseRow, MonthCellRow, MonthItemRow, MonthPullRow, MonthRow
from warehouse.schema import upgrade

MONTH = "2026-10"
NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
HEAD = Actor("acc_head", frozenset({Role.HEAD}), (DISTRICT,))
WAYS = {"in the write": 0, "in a read": settled.TRIES}
"""By way, how often it is counted in a read first."""
_PAUSE = 0.01


@dataclass
class Waits:
    """What others waited for each of their writes, in seconds."""

    of: list[float] = field(default_factory=list)


@contextmanager
def others_write(store: Warehouse, acts: float) -> Iterator[Waits]:
    """Somebody writes to the log all the while, and `acts` times a second to a case."""
    ended, waits = threading.Event(), Waits()

    def log() -> None:
        while not ended.wait(_PAUSE):
            began = time.perf_counter()
            with store.write() as session:
                audit.record(session, by="acc_other", act="log_in", subject="acc_other", at=NOW)
            waits.of.append(time.perf_counter() - began)

    def change() -> None:
        while not ended.wait(1 / acts):
            with store.write() as session:
                row = session.scalars(select(CaseRow).order_by(CaseRow.id).limit(1)).one()
                row.version += 1

    threads = [threading.Thread(target=log), *([threading.Thread(target=change)] if acts else [])]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def lock(store: Warehouse, tries: int, acts: float) -> tuple[float, float, int]:
    """Lock the month once: seconds it took, the longest wait of another, and how many rows were kept. Taken back."""
    kept, settled.TRIES = settled.TRIES, tries
    try:
        with others_write(store, acts) as waits:
            began = time.perf_counter()
            freeze_month(store, month=MONTH, actor=HEAD, at=NOW)
            took = time.perf_counter() - began
    finally:
        settled.TRIES = kept
    with store.write() as session:
        rows = len(session.scalars(select(MonthItemRow.id)).all())
        for row in (MonthCellRow, MonthItemRow, MonthPullRow, MonthRow):
            session.execute(delete(row))
    return took, max(waits.of), rows


def measured(store: Warehouse, rounds: int, acts: float) -> dict[str, Any]:
    """The two ways in turn, and the ratio of the waits."""
    took: dict[str, list[tuple[float, float, int]]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, tries in WAYS.items():
            took[name].append(lock(store, tries, acts))
    found: dict[str, Any] = {}
    for name, runs in took.items():
        whole, waits, rows = zip(*runs, strict=True)
        found[name] = {"seconds": statistics.median(whole), "longest_wait_seconds": statistics.median(waits)}
        found["rows_kept"] = rows[0]
    before, after = (found[name]["longest_wait_seconds"] for name in WAYS)
    return found | {"waits_shorter_by": before / after}


def main(arguments: list[str] | None = None) -> int:
    """Fill a store, lock its month both ways, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.locking", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000, help="how many are stored")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is measured")
    parser.add_argument("--acts", type=float, nargs="*", default=[0, 1], help="changes of what is counted, a second")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    crypto.use(crypto.make_keyring())
    figures: dict[str, Any] = {"cases": asked.cases}
    with tempfile.TemporaryDirectory() as folder:
        store = open_warehouse(f"sqlite:///{folder}/arrears.db")
        upgrade(store.engine)
        make_cases(store, asked.cases, NOW)
        for acts in asked.acts:
            figures[f"{acts:g} acts a second"] = measured(store, asked.rounds, acts)
        store.close()
    sys.stdout.write(json.dumps(evidence.rounded(figures), indent=1, ensure_ascii=False) + "\n")
    if asked.json:
        evidence.write(asked.json, f"python -m benchmarks.locking --cases {asked.cases}", figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
