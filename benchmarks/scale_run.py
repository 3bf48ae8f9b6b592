"""Weigh one invented world in one piece and in parts, and say whether every row is the same: one side of `scale`.

Run beside a Prefect server: `python -m benchmarks.scale_run RUNNER FOLDER COMPLAINTS LOT`, one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.linking import to_complaint
from benchmarks.scale import SEED, UNTIL
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.sharing import shared_phones
from dedupe.standing import weighed
from dedupe.tabulate import tabulate
from dedupe.weights import CURRENT, DATA, load_model
from pipelines.linking_in_parts import pairs_in_parts
from sandbox.world import make_world
from services.office.settings import Settings


def main() -> None:
    """Measure and compare."""
    runner, under, complaints, lot = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    world = make_world(SEED, complaints=complaints, until=UNTIL)
    table = tabulate(to_record(fill(to_complaint(told))) for told in world.told)
    weighed(table, shared_phones(table), load_model())  # the loops are compiled now, and are not measured
    start = time.perf_counter()
    whole = weighed(table, shared_phones(table), load_model())
    at_once = time.perf_counter() - start
    settings = Settings()
    text = (DATA / CURRENT).read_text("utf-8")
    start = time.perf_counter()
    parts = pairs_in_parts(
        table,
        text,
        runner=runner,  # type: ignore[arg-type]  # as typed in
        address=settings.dask_address,
        tls=settings.dask_tls,
        under=under,
        lot=lot,
    )
    in_parts = time.perf_counter() - start
    columns = [(getattr(whole.edges, name), getattr(parts.edges, name)) for name in ("pairs", "kind", "claim", "case")]
    columns += [(whole.levels, parts.levels), (whole.times, parts.times)]
    told = {
        "complaints": len(table),
        "pairs": len(whole.times),
        "edges": len(whole.edges.pairs),
        "rows_that_differ": sum(_differing(one, other) for one, other in columns),
        "seconds_in_one_piece": at_once,
        "seconds_in_parts": in_parts,
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


def _differing(one: np.ndarray, other: np.ndarray) -> int:
    if one.shape != other.shape:
        return max(len(one), len(other))
    return int(np.count_nonzero(one != other))


if __name__ == "__main__":
    main()
