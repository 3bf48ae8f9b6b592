"""Makes invented worlds of any size once and keeps them on disk, ready to be linked.

    python -m benchmarks.prepared --complaints 1000000 --family reporting --processes 2

A world is a folder under build/worlds/ named by family, seed, size and the digest of the code that makes and reads it:
`rows.npz` is the linker's table, `truth.npz` the case, the claim and the county of every row as numbers. However many
processes make it, the files are the same to the byte, because every part of a world is drawn by itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.evidence import ROOT
from benchmarks.linking import UNTIL, to_complaint
from casework.linkage import LinkRecord
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.table import I32, Table
from dedupe.table_file import read_table, write_table
from dedupe.tabulate import tabulate
from sandbox.world import FAMILIES, Family, frame_of, tell_part
from sandbox.world.disputes import Frame, Part

FOLDER = ROOT / "build" / "worlds"
SEED = 20261120
_READING = (
    "employers", "extraction", "numbers", "persons", "reading", "record", "regions", "sites", "spotting", "table",
    "table_file", "tabulate", "text", "trades", "values", "wording",
)  # fmt: skip
"""The modules of the linker that say what a complaint is read as."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The number of every row's case and claim, and its county's code."""

    case: I32
    claim: I32
    district: I32


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One part as it comes back from a process."""

    records: list[LinkRecord]
    truth: list[tuple[str, str, int]]


@cache
def digest() -> str:
    """Eight digits that change with the code that makes a world or reads it, as it was when first asked."""
    held = hashlib.sha256()
    paths = [*(ROOT / "sandbox/world").rglob("*"), ROOT / "sandbox/told.py", Path(__file__)]
    paths += [ROOT / f"dedupe/{name}.py" for name in _READING]
    paths += [path for path in (ROOT / "dedupe/data").iterdir() if path.suffix != ".json"]
    for path in sorted(paths):
        if path.suffix in (".py", ".tsv", ".txt"):
            held.update(path.read_bytes())
    return held.hexdigest()[:8]


def folder_of(complaints: int, family: Family, seed: int = SEED) -> Path:
    """Where a world is kept."""
    return FOLDER / f"{family}-{seed}-{complaints}-{digest()}"


def prepare(complaints: int, family: Family, seed: int = SEED, *, processes: int = 2) -> Path:
    """The folder of a world; made when it is not there."""
    folder = folder_of(complaints, family, seed)
    if (folder / "about.json").exists():
        return folder
    FOLDER.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    frame = frame_of(complaints, UNTIL)
    truth: list[tuple[str, str, int]] = []
    table = tabulate(_noting(truth, _draw_all(seed, frame, family, processes)))
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        draft = Path(name) / folder.name
        draft.mkdir()
        write_table(table, draft / "rows.npz")
        _write_truth(draft / "truth.npz", truth)
        about = {"complaints": len(table), "family": family, "seed": seed, "seconds": time.perf_counter() - started}
        (draft / "about.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
        for stale in FOLDER.glob(f"{family}-{seed}-{complaints}-*"):
            shutil.rmtree(stale, ignore_errors=True)
        draft.rename(folder)
    return folder


def read_rows(folder: Path) -> Table:
    """The linker's table of a world."""
    return read_table(folder / "rows.npz")


def read_truth(folder: Path) -> Truth:
    """The truth of a world, row by row of its table."""
    with np.load(folder / "truth.npz") as held:
        return Truth(held["case"], held["claim"], held["district"])


def _draw_all(seed: int, frame: Frame, family: Family, processes: int) -> Iterator[_Drawn]:
    """All parts in their order."""
    parts = frame.parts
    if processes < 2 or len(parts) == 1:
        yield from (_draw(seed, part, frame, family) for part in parts)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        size = len(parts)
        yield from pool.map(_draw, [seed] * size, parts, [frame] * size, [family] * size)


def _draw(seed: int, part: Part, frame: Frame, family: Family) -> _Drawn:
    told, disputes = tell_part(seed, part, frame, family)
    county = {dispute.case: int(dispute.employer.district) for dispute in disputes}
    return _Drawn(
        [to_record(fill(to_complaint(one))) for one in told],
        [(one.case, one.claim, county.get(one.case) or int(one.district_code or 0)) for one in told],
    )


def _noting(truth: list[tuple[str, str, int]], drawn: Iterable[_Drawn]) -> Iterator[LinkRecord]:
    """The records one by one, their truth noted on the way."""
    for part in drawn:
        truth += part.truth
        yield from part.records


def _write_truth(path: Path, truth: Sequence[tuple[str, str, int]]) -> None:
    cases: dict[str, int] = {}
    claims: dict[str, int] = {}
    np.savez(
        path,
        case=np.asarray([cases.setdefault(case, len(cases)) for case, _, _ in truth], dtype=np.int32),
        claim=np.asarray([claims.setdefault(claim, len(claims)) for _, claim, _ in truth], dtype=np.int32),
        district=np.asarray([county for _, _, county in truth], dtype=np.int32),
    )


def main(arguments: list[str] | None = None) -> int:
    """Make the worlds asked for and say where they are."""
    digest()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prepared", description=__doc__.splitlines()[0])
    parser.add_argument("--complaints", type=int, nargs="+", default=[20_000])
    parser.add_argument("--family", choices=FAMILIES, nargs="+", default=["reporting"])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    for complaints in given.complaints:
        for family in given.family:
            folder = prepare(complaints, cast(Family, family), given.seed, processes=given.processes)
            seconds = json.loads((folder / "about.json").read_text(encoding="utf-8"))["seconds"]
            sys.stdout.write(f"{folder.relative_to(ROOT)}: made in {seconds:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
