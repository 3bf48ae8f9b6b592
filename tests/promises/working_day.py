"""What a stretch of work in the console came to, and whether that is as promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.promises.inspecting import NOTHING, Asked
from tests.promises.proofs import SCALE

WHOLE = SCALE >= 1
SLOWEST, OVER_NOTHING, WHILE_THEY_COME, GROWTH = 500.0, 10.0, 2.0, 1.10
"""Milliseconds, and times: of what asks for nothing, of the quiet stretch, of the memory after warming up."""


def p95(times: Sequence[float]) -> float:
    """What 95 of a hundred take at most; they are sorted."""
    return times[min(len(times) - 1, int(len(times) * 0.95))]


@dataclass
class Worked:
    """What one stretch of work came to."""

    asked: list[Asked]
    ran: list[tuple[float, float]] = field(default_factory=list)

    def pages(self) -> list[float]:
        """Milliseconds, sorted, of the pages and presses; of those made while an import ran, where one did."""
        return self._worth(nothing=False)

    def nothing(self) -> list[float]:
        """The same of what asks for nothing."""
        return self._worth(nothing=True)

    def _worth(self, *, nothing: bool) -> list[float]:
        within = [one for one in self.asked if not self.ran or any(start <= one.at <= end for start, end in self.ran)]
        return sorted(one.took * 1000 for one in within if (one.what == NOTHING) is nothing)


@dataclass
class Day:
    """One installation worked at: quietly, and while complaints come in."""

    quiet: Worked
    busy: Worked
    growth: float
    conflicts: int
    wrong: list[str]

    def faults(self) -> list[str]:
        """What is not as promised. Times are judged where they are taken whole, on a machine that does nothing else."""
        found = list(self.wrong[:5])
        if not WHOLE:
            return found
        quiet, nothing, busy = (p95(times) for times in (self.quiet.pages(), self.quiet.nothing(), self.busy.pages()))
        if quiet > SLOWEST:
            found.append(f"95 of a hundred take {quiet:.0f} ms")
        if quiet > OVER_NOTHING * nothing:
            found.append(f"that is {quiet / nothing:.1f} times nothing at all, {nothing:.1f} ms")
        if busy > WHILE_THEY_COME * quiet:
            found.append(f"while complaints come in {busy:.0f} ms, beside {quiet:.0f}")
        if self.growth > GROWTH:
            found.append(f"the memory grew to {self.growth:.2f} of what it was")
        return found
