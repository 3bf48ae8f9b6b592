"""How many complaints every case has, counted along as they move, so that nobody looks through all cases."""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled
from dedupe.growing import Column
from dedupe.table import I32


class CaseSizes:
    """The sizes of cases, which are known by a row each; how many cases there are, and the size of the `largest`."""

    def __init__(self, case: I32) -> None:
        sizes = np.bincount(case, minlength=len(case)).astype(np.int32)
        self.largest = int(sizes.max(initial=0))
        self._sizes = Column(sizes)
        self._often = Column(np.bincount(sizes, minlength=len(sizes) + 2).astype(np.int32))

    def extend(self, count: int) -> None:
        """Behind the rows that are known come so many more, each a case by itself."""
        self._often.extend(np.zeros(count, dtype=np.int32))
        self._sizes.extend(np.ones(count, dtype=np.int32))
        self._often.seen()[1] += count
        self.largest = max(self.largest, min(count, 1))

    def move(self, before: I32, after: I32) -> None:
        """Let each of some complaints leave its case for another."""
        self.largest = _move(self._sizes.seen(), self._often.seen(), before, after, self.largest)

    def of(self, cases: I32) -> I32:
        """The sizes of some cases."""
        found: I32 = self._sizes.seen()[cases]
        return found

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return self._sizes.size - int(self._often.seen()[0])


@compiled
def _move(sizes: I32, often: I32, before: I32, after: I32, largest: int) -> int:
    """`often` says how many cases have each size. Gives the size of the largest."""
    for case in before:
        often[sizes[case]] -= 1
        sizes[case] -= 1
        often[sizes[case]] += 1
    for case in after:
        often[sizes[case]] -= 1
        sizes[case] += 1
        often[sizes[case]] += 1
        largest = max(largest, int(sizes[case]))
    while largest > 0 and often[largest] == 0:
        largest -= 1
    return largest
