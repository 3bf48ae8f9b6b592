"""A few new complaints against very many that stand: how long the linker needs, and that it comes to the same.

    python -m benchmarks.incremental --complaints 1000000 --json docs/evidence/incremental.json

Four in five complaints of a world stand already, the others come in updates of one, a thousand and ten thousand: once
in the order in which they were told, as a morning's complaints come to those of the months before, and once shuffled,
where every update stirs the disputes of all years. The targets are for the first. An update is timed from new rows as
columns to claims, cases, reasons and questions: `Standing.update`.
After each update of ten thousand what is kept is laid out for the file, as a scheduled run does before it seals it
(`Standing.state`), timed apart as `keeping`.
The loops are compiled, or read where they were kept, before the first is timed: `dedupe.warming`.
Reading new texts into columns is timed apart, as `reading`, on as many complaints of a small world of the same family.
At the end everything is linked at once, and every claim and case must be the same, as the updates told them and as
they stand, in both orders: the run fails if one is not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks import evidence
from benchmarks.linking import UNTIL, to_complaint
from benchmarks.prepared import SEED, prepare, read_rows
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.standing import Standing, Touched
from dedupe.table import I32, I64, Table
from dedupe.tabulate import tabulate
from dedupe.taking import take
from dedupe.warming import warm
from dedupe.weights import load_model
from sandbox.world import FAMILIES, Family, make_world

UPDATES = {1: 300, 1_000: 20, 10_000: 22}
"""How many updates of each size are timed."""
KEPT_AFTER = 10_000
"""New complaints of an update after which what stands is kept."""
BESIDE = 4
"""One complaint in the world beside so many that stand."""
GROUPS = ("claim", "case")
ORDERS: Mapping[str, Callable[[Table], I64]] = {
    "told": lambda table: np.argsort(table.at, kind="stable"),
    "shuffled": lambda table: np.random.default_rng(SEED).permutation(len(table)),
}
"""In which order complaints come."""
TARGETS = {1: 10.0, 1_000: 100.0, 10_000: 500.0}
"""Milliseconds that nineteen of twenty updates should stay below, in the order told."""


def measure(table: Table, stand: int, order: I64) -> dict[str, Any]:
    """Time updates of every size against so many that stand, and compare the end with one run over everything."""
    news = sum(size * times for size, times in UPDATES.items())
    if news > len(table) - stand:
        raise ValueError(f"{len(table)} complaints are too few for {stand} that stand and {news} new ones")
    base, rest = order[:stand], order[stand : stand + news]
    stands = take(table, base)
    started = time.perf_counter()
    standing = Standing(stands, _ids(stands), load_model())
    built = time.perf_counter() - started
    heard = np.full((len(GROUPS), stand + news), -1, dtype=np.int32)
    _hear(heard, standing.whole())
    sizes: list[dict[str, Any]] = []
    for size, times in UPDATES.items():
        lots, rest = rest[: size * times].reshape(times, size), rest[size * times :]
        sizes.append({"new": size, "updates": times, **_timed(standing, table, list(lots), heard)})
    after, at_once = standing.whole(), Standing(standing.table, standing.ids, load_model()).whole()
    for place, name in enumerate(GROUPS):
        wanted = getattr(at_once, name)
        if not np.array_equal(heard[place], wanted) or not np.array_equal(getattr(after, name), wanted):
            raise AssertionError("what stands after the updates is not what one run over everything comes to")
    return {"stand": len(base), "build_seconds": built, "same_as_at_once": True, "sizes": sizes}


def _hear(heard: I32, told: Touched) -> None:
    """Take in what was told of each row."""
    for place, name in enumerate(GROUPS):
        heard[place, told.rows] = getattr(told, name)


def _timed(standing: Standing, table: Table, lots: Sequence[I64], heard: I32) -> dict[str, Any]:
    seconds, touched, pairs, keeping = [], [], [], []
    for lot in lots:
        small = take(table, lot)
        names = _ids(small)
        started = time.perf_counter()
        told = standing.update(small, names)
        seconds.append(time.perf_counter() - started)
        _hear(heard, told)
        touched.append(len(told.rows))
        pairs.append(len(told.edges))
        if len(lot) >= KEPT_AFTER:
            started = time.perf_counter()
            standing.state()
            keeping.append(time.perf_counter() - started)
    taken = np.asarray(seconds) * 1000
    return {
        "p50_ms": float(np.percentile(taken, 50)),
        "p95_ms": float(np.percentile(taken, 95)),
        "most_ms": float(taken.max()),
        "keeping_ms": float(np.mean(keeping)) * 1000 if keeping else None,
        "complaints_grouped_anew": float(np.mean(touched)),
        "pairs_explained": float(np.mean(pairs)),
    }


def _ids(table: Table) -> list[str]:
    return [f"{uid:016x}" for uid in table.uid.tolist()]


def reading(family: Family, complaints: int) -> float:
    """Milliseconds to read a thousand complaints, texts and all, into columns."""
    told = [to_complaint(one) for one in make_world(SEED, complaints=complaints, until=UNTIL, family=family).told]
    started = time.perf_counter()
    tabulate(to_record(fill(complaint)) for complaint in told)
    return (time.perf_counter() - started) * 1e6 / len(told)


def _line(row: Mapping[str, Any]) -> str:
    target = TARGETS[row["new"]]
    return (
        f"{row['new']:>6} new: p50 {row['p50_ms']:.1f} ms, p95 {row['p95_ms']:.1f} ms (target {target:.0f}), "
        f"{row['complaints_grouped_anew']:.0f} complaints grouped anew, {row['pairs_explained']:.0f} pairs explained\n"
    )


def main(arguments: list[str] | None = None) -> int:
    """Prepare, time, compare, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incremental", description=__doc__.splitlines()[0])
    parser.add_argument("--complaints", type=int, default=1_000_000, help="how many stand")
    parser.add_argument("--family", choices=FAMILIES, default="reporting")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    family = cast(Family, asked.family)
    warm()
    world = read_rows(prepare(asked.complaints + asked.complaints // BESIDE, family))
    about = {"family": family, "complaints": asked.complaints, "reading_ms_per_thousand": reading(family, 4_000)}
    figures = []
    for name, order in ORDERS.items():
        found = about | {"order": name} | measure(world, asked.complaints, order(world))
        figures.append(found)
        sys.stdout.write(f"{name}:\n{''.join(map(_line, found['sizes']))}")
    sys.stdout.write("Every claim and case is the same as in one run over everything.\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.incremental", figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
