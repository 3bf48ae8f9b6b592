"""From candidate pairs to the pairs that matter: compared, scored and judged some at a time, on two threads.

What a pair comes to follows from its two complaints, the phones that many share and the model, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from dedupe.comparing import AT_ONCE, Compared, compare, pack
from dedupe.edges import Edges, packed
from dedupe.judging import Judged, judge
from dedupe.scoring import Scores, score
from dedupe.table import I32, I64, Mask, Table
from dedupe.threads import THREADS, over
from dedupe.weights import Model

FEW = 1 << 11
"""So many pairs are sooner weighed than another thread is there."""
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs with what they are good for, and what all fields say about each, as `comparing.pack` makes it."""

    edges: Edges
    levels: I64


def judged(table: Table, left: I32, right: I32, shared: Mask, model: Model) -> Judged:
    """What the fields of each pair say, its scores and what it is good for."""

    def part(here: slice) -> Judged:
        return _judged(table, left[here], right[here], shared, model)

    parts = _in_parts(part, len(left))
    if len(parts) == 1:
        return parts[0]
    compared = [one.compared for one in parts]
    return Judged(
        Compared(
            np.concatenate([one.left for one in compared]),
            np.concatenate([one.right for one in compared]),
            np.concatenate([one.levels.T for one in compared], axis=1).T,
        ),
        Scores(np.concatenate([one.scores.claim for one in parts]), np.concatenate([one.scores.case for one in parts])),
        np.concatenate([one.kind for one in parts]),
    )


def weigh(table: Table, left: I32, right: I32, shared: Mask, model: Model) -> Edges:
    """The pairs that join, ask or are barred, in the order given; of the others nothing is kept."""
    if not len(left):
        return Edges.none()

    def part(here: slice) -> Edges:
        edges = _edges(_judged(table, left[here], right[here], shared, model))
        return edges.at(np.flatnonzero(edges.kind))

    parts = _in_parts(part, len(left))
    return parts[0] if len(parts) == 1 else Edges.together(parts)


def weigh_every(table: Table, left: I32, right: I32, shared: Mask, model: Model) -> Weighed:
    """All pairs, in the order given."""
    if not len(left):
        return Weighed(Edges.none(), np.zeros(0, dtype=np.int64))

    def part(here: slice) -> Weighed:
        found = _judged(table, left[here], right[here], shared, model)
        return Weighed(_edges(found), pack(found.compared.levels))

    parts = _in_parts(part, len(left))
    if len(parts) == 1:
        return parts[0]
    return Weighed(Edges.together([one.edges for one in parts]), np.concatenate([one.levels for one in parts]))


def _edges(found: Judged) -> Edges:
    pairs = packed(found.compared.left, found.compared.right)
    return Edges(pairs, found.kind, found.scores.claim, found.scores.case)


def _judged(table: Table, left: I32, right: I32, shared: Mask, model: Model) -> Judged:
    compared = compare(table, left, right, shared)
    return judge(compared, score(table, compared.left, compared.levels, model), model.lines)


def _in_parts(work: Callable[[slice], _Part], pairs: int) -> list[_Part]:
    """What comes of each part of so many pairs: one, or as many as keep the threads busy, none of them too large."""
    parts = max(-(-pairs // AT_ONCE), 1 if pairs <= FEW else THREADS)
    slices = [slice(*ends) for ends in pairwise(pairs * end // parts for end in range(parts + 1))]
    return list(over(work, slices))
