"""From candidate pairs to the pairs that matter: compared, scored and judged some at a time, on two threads.

What a pair comes to follows from its two complaints, the phones that many share and the model, and from nothing else.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dedupe.comparing import AT_ONCE, compare
from dedupe.edges import Edges, packed
from dedupe.judging import Judged, judge
from dedupe.scoring import score
from dedupe.table import I32, Mask, Table
from dedupe.weights import Model

THREADS = 2


def judged(table: Table, left: I32, right: I32, shared: Mask, model: Model) -> Judged:
    """What the fields of each pair say, its scores and what it is good for."""
    compared = compare(table, left, right, shared)
    return judge(compared, score(table, compared.left, compared.levels, model), model.lines)


def weigh(table: Table, left: I32, right: I32, shared: Mask, model: Model, *, every: bool = False) -> Edges:
    """The pairs that join, ask or are barred, in the order given; of the others nothing is kept, unless `every` is."""

    def part(start: int) -> Edges:
        here = slice(start, start + AT_ONCE)
        found = judged(table, left[here], right[here], shared, model)
        keep = np.arange(len(found.kind)) if every else np.flatnonzero(found.kind)
        pairs = packed(found.compared.left[keep], found.compared.right[keep])
        return Edges(pairs, found.kind[keep], found.scores.claim[keep], found.scores.case[keep])

    starts = range(0, len(left), AT_ONCE)
    if len(starts) < THREADS:
        return Edges.together([part(start) for start in starts])
    with ThreadPoolExecutor(THREADS) as pool:
        return Edges.together(list(pool.map(part, starts)))
