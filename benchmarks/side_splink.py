"""Splink's side of `benchmarks.versus_splink`: one level of one world, in a process of its own.

    python -m benchmarks.side_splink WORLD claim GROUPS

Reads the prepared world's rows, trains, links, writes the groups of each threshold and prints its figures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.side import Clock, save_groups, say
from benchmarks.splink_columns import to_arrow
from benchmarks.splink_run import run
from benchmarks.splink_settings import PLANS
from dedupe.table_file import read_table


def main(arguments: list[str] | None = None) -> int:
    """Read, train, link."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_splink")
    parser.add_argument("world", type=Path)
    parser.add_argument("level", choices=sorted(PLANS))
    parser.add_argument("groups", type=Path)
    asked = parser.parse_args(arguments)
    clock = Clock()
    with clock.part("read"):
        rows = to_arrow(read_table(asked.world / "rows.npz"))
    linked = run(rows, PLANS[asked.level](), clock, size=len(rows))
    save_groups(asked.groups, linked.groups)
    say(clock, {"pairs": linked.pairs, "prior": linked.prior})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
