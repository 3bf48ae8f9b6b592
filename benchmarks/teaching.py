"""Makes the model that is shipped: learned without labels from made-up complaints, beginning at the one set by hand.

    python -m benchmarks.teaching --called model-2 --dated 2026-11-21 --out dedupe/data/model-2.json

The worlds are of the family on which the linker is tuned, drawn from seeds that no figure is reported on. The same code
gives the same file to the byte, whatever machine it runs on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.linking import UNTIL, to_complaint
from casework.linkage import LinkRecord
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.training import Trained, train
from dedupe.weights import DATA, load_model
from sandbox.world import tell_all

START = DATA / "model-by-hand.json"
SEEDS = (20261101, 20261102, 20261103)
COMPLAINTS = 20_000


def told(seed: int, complaints: int) -> list[LinkRecord]:
    """The complaints of one world, read as the linker reads them."""
    world = tell_all(seed, complaints=complaints, until=UNTIL, family="tuning")
    return [to_record(fill(to_complaint(one))) for one in world]


def teach(*, called: str, dated: str, seeds: Sequence[int] = SEEDS, complaints: int = COMPLAINTS) -> Trained:
    """Learn a model. Raises `Collapsed` with the reason when it is not to be trusted."""
    worlds = [told(seed, complaints) for seed in seeds]
    source = f"made-up worlds of {complaints} complaints each, family tuning, seeds {', '.join(map(str, seeds))}"
    return train(worlds, load_model(START), version=called, dated=dated, source=source)


def main(arguments: list[str] | None = None) -> int:
    """Write the model and say what it rests on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teaching", description=__doc__.splitlines()[0])
    parser.add_argument("--called", required=True, help="the version's name")
    parser.add_argument("--dated", required=True, help="the day it is made, as YYYY-MM-DD")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--complaints", type=int, default=COMPLAINTS)
    given = parser.parse_args(arguments)
    found = teach(called=given.called, dated=given.dated, complaints=given.complaints)
    given.out.write_text(found.text, encoding="utf-8")
    sys.stdout.write(
        f"{found.complaints} complaints, {found.pairs} pairs, {found.patterns} patterns, {found.rounds} rounds; "
        f"{found.wrong:.2%} of the pairs it would join are wrong by its own reckoning\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
