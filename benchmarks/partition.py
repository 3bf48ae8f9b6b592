"""The measures of `dedupe.quality` on groups given as arrays: the same numbers for a million complaints in a second."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Groups: TypeAlias = NDArray[Any]
"""The group of every row, as any sortable name."""


def numbered(names: Groups) -> NDArray[np.int64]:
    """The same groups, named 0, 1, 2 ..."""
    found: NDArray[np.int64] = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return found


def scores(found: Groups, truth: Groups) -> dict[str, float]:
    """Pair and B-cubed precision, recall and F1, the share of true groups found exactly, the largest of each."""
    ours, theirs = numbered(found), numbered(truth)
    if len(ours) != len(theirs):
        raise ValueError("found and truth are not of the same complaints")
    made, wanted = np.bincount(ours), np.bincount(theirs)
    packed = np.sort(ours * (len(wanted) or 1) + theirs)
    starts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1]))) if len(packed) else packed
    both = np.diff(np.append(starts, len(packed)))
    one, other = np.divmod(packed[starts], len(wanted) or 1)
    joint = _pairs(both)
    precise, recalled = float((both * both / made[one]).sum()), float((both * both / wanted[other]).sum())
    size = len(ours)
    exact = int(((both == made[one]) & (both == wanted[other])).sum())
    return {
        **_measured("pair", _share(joint, _pairs(made)), _share(joint, _pairs(wanted))),
        **_measured("b3", _share(precise, size), _share(recalled, size)),
        "exact_groups": _share(exact, len(wanted)),
        "largest": int(made.max(initial=0)),
        "largest_true": int(wanted.max(initial=0)),
    }


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _measured(name: str, precision: float, recall: float) -> dict[str, float]:
    total = precision + recall
    f1 = 2 * precision * recall / total if total else 0.0
    return {f"{name}_precision": precision, f"{name}_recall": recall, f"{name}_f1": f1}
