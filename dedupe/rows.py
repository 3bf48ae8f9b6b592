"""Sorted columns: what stands in them, where a new value begins, each value once."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.compiled import compiled
from dedupe.table import I32, Mask

_Number = TypeVar("_Number", bound=np.integer)


@compiled
def first_from(ranked: NDArray[Any], wanted: Any, begin: Any, end: Any) -> int:
    """The first place from `begin` on of a sorted column whose value is not less, for loops; `end` where all are."""
    low, high = np.int64(begin), np.int64(end)
    while low < high:
        middle = (low + high) >> 1
        if ranked[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return int(low)


def among(values: NDArray[_Number], ranked: NDArray[_Number]) -> Mask:
    """Which values stand in a sorted column."""
    if not len(ranked):
        return np.zeros(len(values), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ranked, values), len(ranked) - 1)
    found: Mask = ranked[places] == values
    return found


def starts_of(*ranked: NDArray[np.generic]) -> Mask:
    """Where a sorted column, or one of several, begins a new value."""
    found: Mask = np.ones(len(ranked[0]), dtype=np.bool_)
    np.not_equal(ranked[0][1:], ranked[0][:-1], out=found[1:])
    for column in ranked[1:]:
        found[1:] |= column[1:] != column[:-1]
    return found


def once(ranked: NDArray[_Number]) -> NDArray[_Number]:
    """A sorted column, each value once."""
    return ranked[starts_of(ranked)]


def each(rows: NDArray[np.integer]) -> I32:
    """Rows sorted, each once."""
    return once(np.sort(rows).astype(np.int32, copy=False))
