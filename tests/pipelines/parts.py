"""Link a small world's pairs in one piece and in parts, and say whether every row is the same: run beside a server."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.linking import to_complaint
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.sharing import shared_phones
from dedupe.standing import weighed
from dedupe.tabulate import tabulate
from dedupe.weights import CURRENT, DATA, load_model
from pipelines.linking_in_parts import pairs_in_parts
from sandbox.world import make_world

WORLD = make_world(3, complaints=600, until=datetime(2026, 9, 1, tzinfo=UTC))


def main() -> None:
    """`parts.py RUNNER FOLDER`: one line of JSON."""
    runner, under = sys.argv[1], Path(sys.argv[2])
    table = tabulate(to_record(fill(to_complaint(told))) for told in WORLD.told)
    whole = weighed(table, shared_phones(table), load_model())
    text = (DATA / CURRENT).read_text("utf-8")
    parts = pairs_in_parts(table, text, runner=runner, under=under, lot=700)  # type: ignore[arg-type]  # as typed in
    same = np.array_equal(whole.times, parts.times) and all(
        np.array_equal(getattr(whole.edges, name), getattr(parts.edges, name))
        for name in ("pairs", "kind", "claim", "case")
    )
    left = sorted(path.name for path in under.iterdir() if path.name.startswith("parts-"))
    sys.stdout.write("\n" + json.dumps({"edges": len(whole), "same": same, "left": left}) + "\n")


if __name__ == "__main__":
    main()
