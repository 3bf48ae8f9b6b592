"""Row numbers in sorted columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedupe.table import I32, Mask


def among(values: I32, ranked: I32) -> Mask:
    """Which values stand in a sorted column."""
    if not len(ranked):
        return np.zeros(len(values), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ranked, values), len(ranked) - 1)
    found: Mask = ranked[places] == values
    return found


def each(rows: NDArray[np.integer]) -> I32:
    """Rows sorted, each once."""
    ranked = np.sort(rows).astype(np.int32, copy=False)
    fresh: Mask = np.ones(len(ranked), dtype=np.bool_)
    fresh[1:] = ranked[1:] != ranked[:-1]
    return ranked[fresh]
