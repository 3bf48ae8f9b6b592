"""What an update of everything that stands came to, in the words in which a run over everything answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from casework.linkage import Judgement, Linkage, LinkRecord
from dedupe import explaining
from dedupe.edges import unpacked
from dedupe.rows import among, each
from dedupe.standing import Standing, Touched
from dedupe.table import I32, I64


def pairs_with(told: Touched, rows: I32) -> I64:
    """The places of the told pairs that have one of these rows, which are sorted."""
    left, right = unpacked(told.edges.pairs)
    return np.flatnonzero(among(left, rows) | among(right, rows))


def named(standing: Standing, told: Touched, pairs: I64) -> set[str]:
    """The complaints of these pairs: whoever judges them must quote what they say."""
    ends = np.concatenate(unpacked(told.edges.pairs[pairs]))
    return {standing.ids[row] for row in each(ends).tolist()}


def linkage(standing: Standing, told: Touched, pairs: I64, record: Callable[[str], LinkRecord]) -> Linkage:
    """The claims, cases and refusals of the touched complaints, and judgements on some of their pairs.

    `pairs` are places of the told pairs, `record` gives a complaint by its id. A case or a claim of touched complaints
    has no others; a pair may have one whose place is not told.
    """
    ids, rows = standing.ids, told.rows.tolist()
    names = [ids[row] for row in rows]
    return Linkage(
        case_of={name: ids[row] for name, row in zip(names, told.case.tolist(), strict=True)},
        claim_of={name: ids[row] for name, row in zip(names, told.claim.tolist(), strict=True)},
        confidence_of=dict(zip(names, told.confidence.tolist(), strict=True)),
        judgements=_judgements(standing, told, pairs, record),
        refusals=explaining.refusals(ids, *told.refused),
        breaker=told.breaker,
        model=standing.model.name,
        counts={"complaints": len(standing), "touched": len(rows)},
    )


def _judgements(
    standing: Standing, told: Touched, pairs: I64, record: Callable[[str], LinkRecord]
) -> tuple[Judgement, ...]:
    ids, model, table = standing.ids, standing.model, standing.table
    found = [
        explaining.judgement(table, lambda row: record(ids[row]), told.found, model, pair) for pair in pairs.tolist()
    ]
    return tuple(sorted(found, key=lambda one: (one.left, one.right)))
