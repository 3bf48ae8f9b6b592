"""Splink's side of `benchmarks.versus_splink`: one level of one world, in a process of its own.

    python -m benchmarks.side_splink ROWS.parquet claim GROUPS

Reads the columns that the level's model asks for, trains, links, writes the groups of each threshold and prints its
figures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pyarrow.parquet as parquet

from benchmarks.side import Clock, save_groups, say
from benchmarks.splink_run import run
from benchmarks.splink_settings import PLANS


def main(arguments: list[str] | None = None) -> int:
    """Read, train, link."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_splink")
    parser.add_argument("rows", type=Path)
    parser.add_argument("level", choices=sorted(PLANS))
    parser.add_argument("groups", type=Path)
    parser.add_argument("--further", action="store_true", help="also the groups at thresholds that are not timed")
    asked = parser.parse_args(arguments)
    clock = Clock()
    plan = PLANS[asked.level]()
    with clock.part("read"):
        rows = parquet.read_table(asked.rows, columns=["unique_id", *plan.columns])
    linked = run(rows, plan, clock, size=len(rows), further=asked.further)
    save_groups(asked.groups, linked.groups)
    say(clock, {"pairs": linked.pairs, "prior": linked.prior})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
