"""The strongest tree of every group: the fewest pairs that still lead from each of its members to each other one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedupe.rounds import components
from dedupe.table import I32, Mask

_NONE = np.iinfo(np.int32).max


def strongest_trees(size: int, left: I32, right: I32, rank: NDArray[np.integer]) -> Mask:
    """Which pairs make the strongest spanning trees; of rows below `size`, `rank` 0 is the strongest pair, none twice.

    Every group takes the strongest pair that leads out of it, all at once, until none does (Borůvka 1926): with ranks
    that differ there is one strongest tree, however it is found.
    """
    chosen: Mask = np.zeros(len(left), dtype=np.bool_)
    order = rank.astype(np.int32)
    place = np.empty(len(left), dtype=np.int64)
    place[order] = np.arange(len(left))
    one, other, rest = left, right, order
    while len(rest):
        best = np.full(size, _NONE, dtype=np.int32)
        np.minimum.at(best, one, rest)
        np.minimum.at(best, other, rest)
        taken = (best[one] == rest) | (best[other] == rest)
        chosen[place[rest[taken]]] = True
        into = components(size, one[taken], other[taken])
        size = int(into.max()) + 1
        one, other = into[one], into[other]
        outer = one != other
        one, other, rest = one[outer], other[outer], rest[outer]
    return chosen
