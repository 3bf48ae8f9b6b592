"""Measures the linker on the invented world, beside the plain rule in the same run.

    python -m benchmarks.linking --complaints 20000 --family reporting --json docs/evidence/linking.json

No label is used for linking; the truth only counts the score. Times are of one run and one process; the ratios to
the plain rule on the same rows are what can be compared between machines. Linking is everything from records to named
groups and questions, taking names apart included; what `benchmarks.versus_splink` times is the part without that.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from benchmarks import evidence
from benchmarks.plain import plain_rule
from benchmarks.strata import by_stratum, case_sizes, false_joins
from casework.complaint import Complaint, RosterLine, Sector, complaint_id
from casework.linkage import Band, Linkage
from dedupe.extraction import fill
from dedupe.linker import link
from dedupe.quality import Quality, measure
from dedupe.record import to_record
from sandbox.told import Told
from sandbox.world import Family, World, make_world

UNTIL = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """One linking of one world: what it found, how long each part took in seconds, memory in MiB."""

    found: Linkage
    read_seconds: float
    link_seconds: float
    cpu_seconds: float
    peak_mib: float


def to_complaint(told: Told) -> Complaint:
    """The complaint as a channel's connector would file it."""
    return Complaint(
        channel=told.channel,
        source_key=told.key,
        version=1,
        received_at=told.told_at,
        narrative=told.narrative,
        title=told.title,
        sector=Sector.CONSTRUCTION if told.construction else Sector.UNKNOWN,
        employer_name=told.employer_name,
        employer_uscc=told.employer_uscc,
        boss_name=told.boss_name,
        site_name=told.site_name,
        site_address=told.site_address,
        district_code=told.district_code,
        complainant_name=told.complainant_name,
        complainant_phone=told.complainant_phone,
        complainant_id_no=told.complainant_id_no,
        worker_count=told.workers_count,
        amount_claimed=told.amount_owed,
        arrears_from=told.arrears_from,
        arrears_to=told.arrears_to,
        confidential=told.confidential,
        urgent=told.urgent,
        roster=tuple(RosterLine(*line) for line in told.roster),
    )


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(world: World) -> Run:
    """Read the texts, then link."""
    complaints = [to_complaint(told) for told in world.told]
    started = time.perf_counter()
    records = [to_record(fill(complaint)) for complaint in complaints]
    read = time.perf_counter()
    cpu = time.process_time()
    found = link(records, explained=False)
    return Run(found, read - started, time.perf_counter() - read, time.process_time() - cpu, _peak_mib())


def _keyed(world: World, of: Mapping[str, str]) -> dict[str, str]:
    """The linker's answer by the ids of the world."""
    return {told.complaint_id: of[complaint_id(told.channel, told.key)] for told in world.told}


def _questions(found: Linkage) -> dict[str, float]:
    """The questions put to a person for a hundred complaints, and the share of complaints that stand in one.

    A pair that would be merged and whose cases stayed apart is a question too.
    """
    case = found.case_of
    asked = [
        pair for pair in found.judgements if pair.band is not Band.DIFFERENT and case[pair.left] != case[pair.right]
    ]
    named = {item for pair in asked for item in (pair.left, pair.right)}
    size = max(len(case), 1)
    return {"questions_per_hundred": 100 * len(asked) / size, "asked_share": len(named) / size}


def _scores(quality: Quality) -> dict[str, float]:
    pairs, cubed = quality.pairs, quality.b_cubed
    return {
        "pair_precision": pairs.precision,
        "pair_recall": pairs.recall,
        "pair_f1": pairs.f1,
        "b3_precision": cubed.precision,
        "b3_recall": cubed.recall,
        "b3_f1": cubed.f1,
        "exact_groups": quality.exact.recall,
        "largest": quality.largest,
        "largest_true": quality.largest_true,
    }


def report(world: World, family: str) -> dict[str, Any]:
    """All figures of one world as plain data."""
    cases = {told.complaint_id: told.case for told in world.told}
    claims = {told.complaint_id: told.claim for told in world.told}
    started = time.perf_counter()
    plain = plain_rule(world.told)
    plain_seconds = time.perf_counter() - started
    reading = plain_rule(world.told, read_text=True)
    careful = plain_rule(world.told, read_text=True, careful=True)
    ours = run(world)
    found = _keyed(world, ours.found.case_of)
    case_quality = measure(found, cases)
    return {
        "family": family,
        "seed": world.seed,
        "complaints": len(world.told),
        "cases": len(set(cases.values())),
        "claims": len(set(claims.values())),
        "model": ours.found.model,
        "breaker": ours.found.breaker,
        "case": _scores(case_quality),
        "claim": _scores(measure(_keyed(world, ours.found.claim_of), claims)),
        "plain": _scores(measure(plain, cases)),
        "plain_reading_text": _scores(measure(reading, cases)),
        "plain_with_care": _scores(measure(careful, cases)),
        **_questions(ours.found),
        "read_seconds": ours.read_seconds,
        "link_seconds": ours.link_seconds,
        "link_cpu_seconds": ours.cpu_seconds,
        "plain_seconds": plain_seconds,
        "seconds_over_plain": ours.link_seconds / max(plain_seconds, 1e-9),
        "b3_f1_over_plain": case_quality.b_cubed.f1 / measure(plain, cases).b_cubed.f1,
        "peak_mib": ours.peak_mib,
        "counts": dict(ours.found.counts),
        "by_case_size": case_sizes(world.told, found),
        "strata": [asdict(stratum) for stratum in by_stratum(world.told, found)],
        "false_joins": dict(false_joins(world.told, found, world.disputes).most_common()),
    }


def _lines(figures: dict[str, Any]) -> list[str]:
    head = (
        f"{figures['family']} world, seed {figures['seed']}: {figures['complaints']} complaints, "
        f"{figures['cases']} cases, {figures['claims']} claims"
    )
    lines = [head, f"{'':22}{'pair P':>8}{'pair R':>8}{'pair F1':>8}{'B3 P':>8}{'B3 R':>8}{'B3 F1':>8}{'largest':>12}"]
    for name in ("case", "claim", "plain", "plain_reading_text", "plain_with_care"):
        row = figures[name]
        values = [
            row[key] for key in ("pair_precision", "pair_recall", "pair_f1", "b3_precision", "b3_recall", "b3_f1")
        ]
        cells = "".join(f"{value:8.4f}" for value in values)
        lines.append(f"{name:22}{cells}{row['largest']:>6}/{row['largest_true']:<5}")
    lines.append(
        f"{figures['questions_per_hundred']:.1f} questions for 100 complaints on {figures['asked_share']:.1%} of them; "
        f"reading {figures['read_seconds']:.1f} s, linking "
        f"{figures['link_seconds']:.1f} s ({figures['seconds_over_plain']:.1f} times the plain rule), "
        f"peak {figures['peak_mib']:.0f} MiB; breaker: {figures['breaker']}"
    )
    sizes = ", ".join(f"{name}: {value:.3f}" for name, value in figures["by_case_size"].items())
    lines.append(f"B3 F1 of cases is {figures['b3_f1_over_plain']:.2f} times that of the plain rule")
    lines.append(f"B3 F1 by size of the case: {sizes}")
    lines += [
        f"  {row['name']:32}{row['complaints']:>7}  P {row['precision']:.3f}  R {row['recall']:.3f}"
        for row in figures["strata"]
    ]
    lines += [f"  falsely joined, {name}: {count} pairs" for name, count in figures["false_joins"].items()]
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Measure each size on each family and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linking", description=__doc__.splitlines()[0])
    parser.add_argument("--complaints", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--family", choices=["tuning", "reporting"], nargs="+", default=["tuning", "reporting"])
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    results = []
    for complaints in given.complaints:
        for family in given.family:
            world = make_world(given.seed, complaints=complaints, until=UNTIL, family=cast(Family, family))
            results.append(report(world, family))
            sys.stdout.write("\n".join(_lines(results[-1])) + "\n\n")
            sys.stdout.flush()
    if given.json:
        evidence.write(given.json, "python -m benchmarks.linking", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
