"""The linker's front: complaints and people's decisions in, claims and cases with their reasons out.

Pure and deterministic: the answer depends on the set of complaints, the set of decisions and the model, and on nothing
else; not on their order, not on the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from casework.linkage import Decision, Judgement, Linkage, LinkRecord
from dedupe import engine, explaining, fuse
from dedupe.agglomeration import Words
from dedupe.aliases import with_aliases
from dedupe.asking import may_be_one
from dedupe.carrying import Laid, carrying, confidence
from dedupe.edges import Edges, Kind, unpacked
from dedupe.engine import Grouped, Linked
from dedupe.sharing import shared_phones
from dedupe.table import I32, Mask, Table
from dedupe.tabulate import tabulate
from dedupe.weighing import judged
from dedupe.weights import Model, load_model


@dataclass(frozen=True, slots=True)
class _Told:
    """A table with the complaints that its rows came from. `record` gives that of a row, `ids` their ids."""

    table: Table
    ids: Sequence[str]
    record: Callable[[int], LinkRecord]


def link(
    records: Sequence[LinkRecord],
    decisions: Iterable[Decision] = (),
    *,
    aliases: Mapping[str, str] | None = None,
    model: Model | None = None,
    explained: bool = True,
) -> Linkage:
    """Say which complaints are one claim and which claims are one case.

    A decision `same` joins two complaints' cases, `different` and `linked` keep them apart, all for ever. `aliases` are
    names that are one employer by what people said, as `dedupe.aliases` learns them. Without
    `explained` the judgements come without evidence, which for very many complaints saves time and memory;
    `explain_pair` gives it for any pair later. Raises `ValueError` when an id stands twice.
    """
    rows = {record.complaint_id: row for row, record in enumerate(records)}
    if len(rows) != len(records):
        raise ValueError("a complaint id stands twice")
    chosen = model or load_model()
    told = _Told(with_aliases(tabulate(records), aliases or {}), list(rows), records.__getitem__)
    words = Words.of(decisions, rows)
    linked = engine.link_table(told.table, words, chosen)
    grouped, why = linked.grouped, fuse.before(told.table) or fuse.after(told.table, linked.grouped.case, words)
    if why is not None:
        grouped = engine.alone(told.table, words, linked.edges, chosen)
    laid = Laid.over(told.table.uid, linked.edges, grouped)
    members = np.arange(len(told.ids), dtype=np.int32), grouped.case
    keep = linked.edges.at(
        carrying(laid, grouped.tree, partial(may_be_one, told.table, members, words.apart, chosen.lines))
    )
    return Linkage(
        case_of=_named(told.ids, grouped.case),
        claim_of=_named(told.ids, grouped.claim),
        confidence_of=dict(zip(told.ids, confidence(laid, words).tolist(), strict=True)),
        judgements=_judgements(told, keep, linked.shared, chosen, explained=explained),
        refusals=explaining.refusals(told.ids, *grouped.refused),
        breaker=why,
        model=chosen.name,
        counts=_counts(linked, grouped),
    )


def explain_pair(
    left: LinkRecord,
    right: LinkRecord,
    *,
    among: Sequence[LinkRecord] = (),
    aliases: Mapping[str, str] | None = None,
    model: Model | None = None,
) -> Judgement:
    """The judgement on one pair with all its evidence, as it would be among these complaints."""
    others = [one for one in among if one.complaint_id not in (left.complaint_id, right.complaint_id)]
    rows = [left, right, *others]
    table, chosen = with_aliases(tabulate(rows), aliases or {}), model or load_model()
    one, other = np.zeros(1, dtype=np.int32), np.ones(1, dtype=np.int32)
    found = judged(table, one, other, shared_phones(table), chosen)
    return explaining.judgement(table, rows.__getitem__, found, chosen, 0)


def _judgements(
    told: _Told, edges: Edges, shared: Mask, model: Model, *, explained: bool = True
) -> tuple[Judgement, ...]:
    """The stored word on each of these pairs, by the ids of their complaints."""
    left, right = unpacked(edges.pairs)
    found = judged(told.table, left, right, shared, model)
    every = (
        explaining.judgement(told.table, told.record, found, model, pair, explain=explained)
        for pair in range(len(edges))
    )
    return tuple(sorted(every, key=lambda one: (one.left, one.right)))


def _named(ids: Sequence[str], groups: I32) -> Mapping[str, str]:
    return {name: ids[group] for name, group in zip(ids, groups.tolist(), strict=True)}


def _counts(linked: Linked, grouped: Grouped) -> Mapping[str, int]:
    sizes = np.bincount(grouped.case)
    kind = linked.edges.kind
    return {
        "complaints": len(grouped.case),
        "pairs": linked.pairs,
        "same": int(((kind & Kind.CASE) != 0).sum()),
        "ask": int(((kind & Kind.ASK) != 0).sum()),
        "barred": int(((kind & Kind.BARRED) != 0).sum()),
        "claims": len(np.unique(grouped.claim)),
        "cases": int((sizes > 0).sum()),
        "largest_case": int(sizes.max()) if len(sizes) else 0,
        "pairs_lost": sum(line.held - line.kept for line in linked.ledger),
    }
