"""Our side of `benchmarks.versus_splink`: claims and cases of one world, in a process of its own.

    python -m benchmarks.side_ours WORLD GROUPS

The model in use was learned before, from other complaints; no label is read.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.prepared import read_rows
from benchmarks.side import Clock, save_groups, say
from dedupe.agglomeration import Words
from dedupe.engine import link_table
from dedupe.weights import load_model


def main(arguments: list[str] | None = None) -> int:
    """Read, link."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_ours")
    parser.add_argument("world", type=Path)
    parser.add_argument("groups", type=Path)
    asked = parser.parse_args(arguments)
    clock = Clock()
    with clock.part("read"):
        rows, model = read_rows(asked.world), load_model()
    with clock.part("link"):
        linked = link_table(rows, Words.of([], {}), model)
    save_groups(asked.groups, {"case": linked.grouped.case, "claim": linked.grouped.claim})
    say(clock, {"pairs": linked.pairs, "model": model.name})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
