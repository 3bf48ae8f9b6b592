"""Ours beside Splink 5.0.0: the same prepared rows, alternately, each side a process of its own.

    python -m benchmarks.versus_splink --complaints 20000 --family reporting --repeats 3

Both read a file of the same columns, names already taken apart, in a form of their own (arrays, Parquet). Three parts
are timed apart: *reading*; *training*, which for ours happened before, by a command, on other rows, and for Splink on
these; and *linking*: blocking, scoring and clustering of columns in memory. Linking is what counts. Ours gives claims
and cases in one go; Splink links twice, with a model for each, and its two runs stand apart and added up.

Seconds, processor seconds (user and system of all threads) and the peak memory of the process, what it read included,
are medians of the repeats; the ratios, ours over Splink's, are what can be compared between machines. Splink scores and
clusters at p >= .95, the threshold of its tutorial; further thresholds are not timed, and the one of highest B-cubed F1
is marked: it is chosen *with* the labels, which no office has. Ours is what its model's lines give; no label was used.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from benchmarks import evidence
from benchmarks.partition import Groups, scores
from benchmarks.prepared import SEED, prepare, read_truth
from benchmarks.side import ABSENT, OURS, SPLINKS, call, load_groups, middle, ratios, start, summed
from sandbox.world import FAMILIES, Family

LEVELS = ("claim", "case")
USUAL = "0.95"
QUALITY = ("pair_precision", "pair_recall", "pair_f1", "b3_precision", "b3_recall", "b3_f1", "exact_groups")


def compare(world: Path, repeats: int) -> dict[str, Any]:
    """Run ours, Splink's claims and Splink's cases in turn, so often; medians, quality, ratios."""
    truth: dict[str, Groups] = {"claim": read_truth(world).claim, "case": read_truth(world).case}
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "claim": [], "case": []}
    with tempfile.TemporaryDirectory() as name:
        groups, rows = Path(name) / "groups.npz", Path(name) / "rows.parquet"
        start(SPLINKS, "benchmarks.splink_columns", str(world), str(rows))
        told: dict[str, Any] = {}
        for turn in range(repeats):
            further = ("--further",) if turn == repeats - 1 else ()
            runs["ours"].append(call(OURS, "benchmarks.side_ours", str(world), str(groups)))
            found = load_groups(groups)
            told["ours"] = {level: scores(found[level], truth[level]) for level in LEVELS}
            for level in LEVELS:
                runs[level].append(call(SPLINKS, "benchmarks.side_splink", str(rows), level, str(groups), *further))
                by_threshold = {key: scores(held, truth[level]) for key, held in load_groups(groups).items()}
                told[f"splink_{level}"] = chosen(by_threshold)
    told["ours"] |= _parts(runs["ours"])
    for level in LEVELS:
        told[f"splink_{level}"] |= _parts(runs[level])
    return told | {"ratios": all_ratios(told)}


def chosen(by_threshold: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The usual threshold, the best one by the labels, and how all of them fare."""
    best = max(by_threshold, key=lambda key: (by_threshold[key]["b3_f1"], key))
    return {
        "usual": {"threshold": USUAL, **by_threshold[USUAL]},
        "best": {"threshold": best, **by_threshold[best]},
        "by_threshold": {key: by_threshold[key] for key in sorted(by_threshold)},
    }


def _parts(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Medians of what every part took, and what else a side said of its last run."""
    said = {name: value for name, value in runs[-1].items() if name != "parts"}
    return {part: middle([summed(run, [part]) for run in runs]) for part in runs[0]["parts"]} | said


def all_ratios(told: Mapping[str, Any]) -> dict[str, Any]:
    """Ours over Splink's: linking against each of its runs and both together, quality at both thresholds."""
    link = {level: told[f"splink_{level}"]["link"] for level in LEVELS}
    both = {
        "seconds": sum(link[level]["seconds"] for level in LEVELS),
        "cpu_seconds": sum(link[level]["cpu_seconds"] for level in LEVELS),
        "peak_mib": max(link[level]["peak_mib"] for level in LEVELS),
    }
    found: dict[str, Any] = {"both": ratios(told["ours"]["link"], both)}
    for level in LEVELS:
        quality = {name: told["ours"][level][name] for name in QUALITY}
        theirs = told[f"splink_{level}"]
        found[level] = {
            **ratios(told["ours"]["link"], link[level]),
            "to_usual": ratios(quality, theirs["usual"]),
            "to_best": ratios(quality, theirs["best"]),
        }
    return found


def lines(told: Mapping[str, Any]) -> list[str]:
    """A table for people."""
    head = f"{told['family']} world, {told['complaints']} complaints, median of {told['repeats']}"
    columns = f"{'link s':>9}{'CPU s':>9}{'MiB':>7}{'train s':>9}{'read s':>8}"
    found = [head, f"{'':30}{columns}"]
    for name in ("ours", "splink_claim", "splink_case"):
        row = told[name]
        link, train = row["link"], row.get("train", {}).get("seconds", 0.0)
        times = f"{link['seconds']:9.2f}{link['cpu_seconds']:9.2f}{link['peak_mib']:7.0f}"
        found.append(f"{name:30}{times}{train:9.2f}{row['read']['seconds']:8.2f}")
    found.append(
        f"{'':30}{'pair P':>8}{'pair R':>8}{'pair F1':>8}{'B3 P':>8}{'B3 R':>8}{'B3 F1':>8}{'exact':>8}{'largest':>12}"
    )
    for level in LEVELS:
        theirs = told[f"splink_{level}"]
        rows = {f"{level}: ours": told["ours"][level]}
        rows |= {f"{level}: splink p >= {key}": row for key, row in theirs["by_threshold"].items()}
        for name, row in rows.items():
            mark = " *" if name.endswith(f" {theirs['best']['threshold']}") else ""
            cells = "".join(f"{row[key]:8.4f}" for key in QUALITY)
            found.append(f"{name + mark:30}{cells}{row['largest']:>6}/{row['largest_true']:<5}")
    found.append("* best threshold, chosen with the labels")
    for name, row in told["ratios"].items():
        found.append(
            f"ours / splink, {name}: {row['seconds']:.3f} of the seconds, {row['cpu_seconds']:.3f} of the processor "
            f"seconds, {row['peak_mib']:.2f} of the memory"
        )
    return found


def lost(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each side loses in B-cubed F1 from the smallest world of a family to its largest, at one setting."""
    found = []
    for family in dict.fromkeys(told["family"] for told in results):
        worlds = sorted(
            (told for told in results if told["family"] == family), key=lambda told: int(told["complaints"])
        )
        small, large = worlds[0], worlds[-1]
        if small["complaints"] == large["complaints"]:
            continue
        for level in LEVELS:
            ours = small["ours"][level]["b3_f1"] - large["ours"][level]["b3_f1"]
            name = f"splink_{level}"
            theirs = small[name]["usual"]["b3_f1"] - large[name]["usual"]["b3_f1"]
            found.append(
                f"{family}, {level}: B3 F1 lost from {small['complaints']} to {large['complaints']}: "
                f"ours {ours:.4f}, splink p >= {USUAL} {theirs:.4f}"
            )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Prepare each world, compare, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versus_splink", description=__doc__.splitlines()[0])
    parser.add_argument("--complaints", type=int, nargs="+", default=[20_000])
    parser.add_argument("--family", choices=FAMILIES, nargs="+", default=["reporting"])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not SPLINKS.exists():
        sys.stdout.write(f"{ABSENT}\n")
        return 0
    results: list[dict[str, Any]] = []
    for family in asked.family:
        for complaints in asked.complaints:
            world = prepare(complaints, cast(Family, family), asked.seed)
            about = {"family": family, "seed": asked.seed, "complaints": complaints, "repeats": asked.repeats}
            results.append(about | compare(world, asked.repeats))
            sys.stdout.write("\n".join(lines(results[-1])) + "\n\n")
            sys.stdout.flush()
            if asked.json:
                evidence.write(asked.json, "make benchmark-linking", results)
    sys.stdout.write("\n".join(lost(results)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
