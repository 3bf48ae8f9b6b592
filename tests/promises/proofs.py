"""How a promise is proven: how often things are done to the system, that enough was done, and what is written down.

The test command runs every promise at `SCALE` 0.2; `make evidence` runs it whole, at 1, and writes one file a
promise. Targets are the same at every scale.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import evidence

SCALE = float(os.environ.get("SCALE", "0.2"))
_TRIED = 0.02
FOLDER = os.environ.get("PROOFS")


def times(full: int, *, least: int = 1, tier: str = "F") -> int:
    """How often, of `full` repetitions at scale 1, never fewer than `least`.

    A fast promise (tier F) is proven in the test command at its scale. A gate (G) is proven whole before a release;
    below scale 1 it is only tried, by a fiftieth of that scale.
    """
    share = SCALE if tier == "F" or SCALE >= 1 else SCALE * _TRIED
    return max(least, round(full * share))


@dataclass(slots=True)
class Proof:
    """What was done to the system and what came of it. `enough` names the floor that each counter must reach."""

    promise: str
    seed: int
    enough: dict[str, int]
    counted: dict[str, int | float] = field(default_factory=dict)
    sabotage: dict[str, bool] = field(default_factory=dict)

    def count(self, name: str, more: int | float = 1) -> None:
        """Add to one counter."""
        self.counted[name] = self.counted.get(name, 0) + more

    def planted(self, bug: str, *, caught: bool) -> None:
        """Say whether the test caught a bug planted for it."""
        self.sabotage[bug] = caught

    def verdict(self) -> None:
        """Fail when too little happened, or when a planted bug went unseen: such a test proves nothing."""
        short = {
            name: self.counted.get(name, 0) for name, least in self.enough.items() if self.counted.get(name, 0) < least
        }
        assert not short, f"{self.promise}: too little happened: {short} of {self.enough}"
        unseen = [bug for bug, caught in self.sabotage.items() if not caught]
        assert not unseen, f"{self.promise}: planted bugs that went unseen: {unseen}"


@contextmanager
def proof(promise: str, *, seed: int, enough: dict[str, int]) -> Iterator[Proof]:
    """Prove one promise: judged at the end, and written to `PROOFS/<promise>.json` where that folder is named."""
    begun = datetime.now(UTC)
    made = Proof(promise, seed, enough)
    verdict = "not kept"
    try:
        yield made
        made.verdict()
        verdict = "kept"
    finally:
        if FOLDER:
            _write(made, begun, verdict)


def _write(made: Proof, begun: datetime, verdict: str) -> None:
    """One file a promise: what, when, on which host, how often, and what became of the planted bugs."""
    told = {
        "promise": made.promise,
        "seed": made.seed,
        "scale": SCALE,
        "begun": begun.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "counted": made.counted,
        "enough": made.enough,
        "planted_bugs_caught": made.sabotage,
        "verdict": verdict,
    }
    evidence.write(Path(FOLDER or ".") / f"{made.promise}.json", f"SCALE={SCALE} pytest tests/promises", told)
