"""Measures which true pairs the key rules bring together, and at what price.

    python -m benchmarks.blocking --complaints 20000 --family tuning reporting --without

Two recalls: of the pairs of one claim, the share that are looked at; of the pairs of one case, the share that a path of
looked-at pairs inside the case joins, for grouping can reach no more than these, and needs no more.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks import evidence
from benchmarks.prepared import SEED, prepare, read_rows, read_truth
from dedupe import keys, pairs
from dedupe.edges import unpacked
from dedupe.pairs import Order
from dedupe.table import I32, I64, U64, Table
from sandbox.world import FAMILIES, Family


@dataclass(frozen=True, slots=True)
class Truth:
    """The number of every row's claim and case."""

    claim: I64
    case: I64

    @classmethod
    def of(cls, claims: Sequence[Hashable], cases: Sequence[Hashable]) -> Truth:
        """Number the names of claims and cases."""
        return cls(_numbered(claims), _numbered(cases))


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of true claim pairs that are looked at, of true case pairs that can be reached, and pairs a record."""

    claim: float
    reach: float
    pairs: float


def _numbered(names: Sequence[Hashable]) -> I64:
    known: dict[Hashable, int] = {}
    return np.asarray([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def measure_recall(left: I32, right: I32, truth: Truth) -> Recall:
    """What these pairs, each given once, bring together of the truth."""
    wanted = _pairs_in(truth.claim)
    met = int((truth.claim[left] == truth.claim[right]).sum())
    inside = truth.case[left] == truth.case[right]
    reached = _pairs_in(components(left[inside], right[inside], len(truth.case)))
    all_of_case = _pairs_in(truth.case)
    return Recall(
        met / wanted if wanted else 1.0,
        reached / all_of_case if all_of_case else 1.0,
        len(left) / max(len(truth.case), 1),
    )


def _pairs_in(groups: I64) -> int:
    sizes = np.bincount(groups) if len(groups) else np.zeros(0, dtype=np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def components(left: I32, right: I32, size: int) -> I64:
    """The smallest row that each row is joined to: every round takes the smaller leader over and shortens the ways."""
    leader: I64 = np.arange(size, dtype=np.int64)
    while True:
        one, other = leader[left], leader[right]
        apart = one != other
        if not apart.any():
            return leader
        left, right, one, other = left[apart], right[apart], one[apart], other[apart]
        np.minimum.at(leader, np.maximum(one, other), np.minimum(one, other))
        while (shorter := leader[leader]).tobytes() != leader.tobytes():
            leader = shorter


@dataclass(frozen=True, slots=True)
class Share:
    """What one rule does: its pairs a record and recalls alone, and those of all other rules without it."""

    rule: str
    alone: Recall
    without: Recall | None
    blocks: int
    held: int
    kept: int


def by_rule(table: Table, truth: Truth, *, without: bool = False) -> list[Share]:
    """Each rule alone and, when asked, all the others without it."""
    orders: list[Order] = keys.orders_of(table)
    found: dict[str, list[U64]] = {}
    lines: dict[str, pairs.Line] = {}
    for make in keys.key_columns(table):
        packed, line = pairs.pairs_of_column(make(), orders)
        found.setdefault(line.rule, []).append(pairs.distinct([packed]))
        lines[line.rule] = pairs.added(lines.get(line.rule), line)
    shares = []
    for rule, own in found.items():
        others = [packed for name, lot in found.items() if name != rule for packed in lot] if without else []
        line = lines[rule]
        shares.append(
            Share(
                rule,
                measure_recall(*unpacked(pairs.distinct(list(own))), truth),
                measure_recall(*unpacked(pairs.distinct(others)), truth) if without else None,
                line.blocks,
                line.held,
                line.kept,
            )
        )
    return shares


def report(seed: int, complaints: int, family: Family, *, without: bool) -> dict[str, Any]:
    """All figures of one world as plain data."""
    world = prepare(complaints, family, seed)
    table, known = read_rows(world), read_truth(world)
    truth = Truth(known.claim.astype(np.int64), known.case.astype(np.int64))
    started, cpu = time.perf_counter(), time.process_time()
    found = keys.candidates(table)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    recall = measure_recall(found.left, found.right, truth)
    rules = [
        {
            "rule": share.rule,
            "pairs_per_record": share.alone.pairs,
            "claim_recall": share.alone.claim,
            "case_reach": share.alone.reach,
            "refined_blocks": share.blocks,
            "pairs_held": share.held,
            "pairs_kept": share.kept,
        }
        | (
            {
                "without_claim_recall": share.without.claim,
                "without_case_reach": share.without.reach,
                "without_pairs_per_record": share.without.pairs,
            }
            if share.without
            else {}
        )
        for share in by_rule(table, truth, without=without)
    ]
    return {
        "family": family,
        "seed": seed,
        "complaints": len(table),
        "claim_recall": recall.claim,
        "case_reach": recall.reach,
        "pairs_per_record": recall.pairs,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "rules": rules,
    }


def _lines(figures: dict[str, Any]) -> list[str]:
    head = (
        f"{figures['family']} world, seed {figures['seed']}, {figures['complaints']} complaints: "
        f"claim recall {figures['claim_recall']:.4f}, case reach {figures['case_reach']:.4f}, "
        f"{figures['pairs_per_record']:.2f} pairs a record in {figures['seconds']:.2f} s "
        f"({figures['cpu_seconds']:.2f} s of CPU)"
    )
    lines = [head, f"  {'rule':42}{'pairs':>7}{'claim':>8}{'reach':>8}{'blocks':>8}{'held':>12}{'kept':>10}"]
    for row in figures["rules"]:
        lost = ""
        if "without_claim_recall" in row:
            lost = (
                f"   without it {row['without_claim_recall'] - figures['claim_recall']:+.4f} claim "
                f"{row['without_case_reach'] - figures['case_reach']:+.4f} reach "
                f"{row['without_pairs_per_record'] - figures['pairs_per_record']:+.3f} pairs"
            )
        lines.append(
            f"  {row['rule']:42}{row['pairs_per_record']:7.3f}{row['claim_recall']:8.4f}{row['case_reach']:8.4f}"
            f"{row['refined_blocks']:8}{row['pairs_held']:12}{row['pairs_kept']:10}{lost}"
        )
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Measure each size on each family and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.blocking", description=__doc__.splitlines()[0])
    parser.add_argument("--complaints", type=int, nargs="+", default=[20_000])
    parser.add_argument("--family", choices=FAMILIES, nargs="+", default=["tuning", "reporting"])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--without", action="store_true", help="measure what is lost without each rule")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    results = []
    for complaints in given.complaints:
        for family in given.family:
            results.append(report(given.seed, complaints, cast(Family, family), without=given.without))
            sys.stdout.write("\n".join(_lines(results[-1])) + "\n\n")
            sys.stdout.flush()
    if given.json:
        evidence.write(given.json, "python -m benchmarks.blocking", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
