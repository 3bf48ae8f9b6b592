"""The linker's front: complaints and people's decisions in, claims and cases with their reasons out.

Pure and deterministic: the answer depends on the set of complaints, the set of decisions and the model, and on nothing
else; not on their order, not on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from casework.linkage import Decision, Judgement, Linkage, LinkRecord, Refusal
from dedupe import breaker, explain
from dedupe.blocking import Candidates, candidates
from dedupe.comparison import Rows, compare
from dedupe.fingerprint import Fingerprints, fingerprint, in_order
from dedupe.grouping import Edges, Groups, Words, cases, claims
from dedupe.judgement import Judged, judge
from dedupe.weights import Model, load_model, score

DECIDED = 0.999
"""How sure a place is that a person decided."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run worked out, for those who report on it."""

    prints: Fingerprints
    found: Candidates
    judged: Judged
    model: Model


def link(
    records: Sequence[LinkRecord],
    decisions: Iterable[Decision] = (),
    *,
    model: Model | None = None,
    explained: bool = True,
) -> Linkage:
    """Say which complaints are one claim and which claims are one case.

    A decision `same` joins two complaints' cases, any other verdict keeps them apart, both for ever. Without
    `explained` the judgements come without evidence, which for very many complaints saves time and memory;
    `explain_pair` gives it for any pair later. Raises `ValueError` when an id stands twice.
    """
    ordered = in_order(records)
    rows = {record.complaint_id: row for row, record in enumerate(ordered)}
    if len(rows) != len(ordered):
        raise ValueError("a complaint id stands twice")
    run = _judge_all(ordered, model or load_model())
    words = Words.of(decisions, rows)
    why = breaker.before(run.prints)
    claimed, cased = _group(run, words, merge=why is None)
    if why is None:
        why = breaker.after(cased)
        if why is not None:
            claimed, cased = _group(run, words, merge=False)
    return _linkage(run, words, claimed, cased, why, explained=explained)


def explain_pair(
    left: LinkRecord, right: LinkRecord, *, among: Sequence[LinkRecord] = (), model: Model | None = None
) -> Judgement:
    """The judgement on one pair with all its evidence, as it would be among these complaints."""
    others = [one for one in among if one.complaint_id not in (left.complaint_id, right.complaint_id)]
    ordered = in_order([left, right, *others])
    chosen = model or load_model()
    prints = fingerprint(ordered)
    one, other = sorted(
        row for row, record in enumerate(ordered) if record.complaint_id in (left.complaint_id, right.complaint_id)
    )
    compared = compare(prints, np.asarray([one], dtype=np.int64), np.asarray([other], dtype=np.int64))
    judged = judge(compared, score(prints, compared, chosen), chosen)
    return explain.judgement(prints, judged, chosen, 0)


def _judge_all(ordered: Sequence[LinkRecord], model: Model) -> _Run:
    prints = fingerprint(ordered)
    found = candidates(prints)
    compared = compare(prints, found.left, found.right)
    return _Run(prints, found, judge(compared, score(prints, compared, model), model), model)


def _group(run: _Run, words: Words, *, merge: bool) -> tuple[Groups, Groups]:
    """Claims first, then cases. Without `merge` only what people decided is joined."""
    compared, scores = run.judged.compared, run.judged.scores
    close, same = run.judged.same_claim, run.judged.same_case
    if not merge:
        close, same = np.zeros_like(close), np.zeros_like(same)
    claimed = claims(
        run.prints, run.model, words, Edges(compared.left[close], compared.right[close], scores.claim[close])
    )
    cased = cases(
        run.prints, run.model, words, Edges(compared.left[same], compared.right[same], scores.case[same]), claimed
    )
    return claimed, cased


def _linkage(run: _Run, words: Words, claimed: Groups, cased: Groups, why: str | None, *, explained: bool) -> Linkage:
    ids = [record.complaint_id for record in run.prints.records]
    case = cased.names()
    claim = _inside(claimed.names(), case)
    judged = run.judged
    keep = _worth_keeping(judged, np.asarray(claim), np.asarray(case))
    counts = {
        "complaints": len(ids),
        "pairs": len(judged.compared),
        "same": int(judged.same_case.sum()),
        "ask": int(judged.ask.sum()),
        "barred": int(judged.barred.sum()),
        "claims": len(set(claim)),
        "cases": len(set(case)),
        "largest_case": int(np.bincount(case).max()) if case else 0,
        "pairs_lost": sum(loss.held - loss.kept for loss in run.found.ledger),
    }
    return Linkage(
        case_of={ids[row]: ids[name] for row, name in enumerate(case)},
        claim_of={ids[row]: ids[name] for row, name in enumerate(claim)},
        confidence_of=_confidence(judged, words, case, ids),
        judgements=tuple(
            explain.judgement(run.prints, judged, run.model, pair, explain=explained) for pair in keep.tolist()
        ),
        refusals=tuple(
            Refusal(ids[left], ids[right], reason)
            for (left, right), reason in sorted(_first_refusals(cased, case).items())
        ),
        breaker=why,
        model=run.model.name,
        counts=counts,
    )


def _inside(claim: Sequence[int], case: Sequence[int]) -> list[int]:
    """Claims named by their oldest member, cut where people's word put two members into different cases."""
    first: dict[tuple[int, int], int] = {}
    return [first.setdefault((one, other), row) for row, (one, other) in enumerate(zip(claim, case, strict=True))]


def _first_refusals(groups: Groups, case: Sequence[int]) -> dict[tuple[int, int], str]:
    """One refusal per pair of cases that stayed apart: the strongest pair that would have joined them."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for left, right in groups.refused:
        sides = sorted((case[left], case[right]))
        if sides[0] != sides[1]:
            found.setdefault((sides[0], sides[1]), (left, right))
    return {pair: groups.refused[pair] for pair in found.values()}


def _worth_keeping(judged: Judged, claim: Rows, case: Rows) -> Rows:
    """The pairs that carry the result: within a case those on its strongest tree and those of one claim, between two
    cases the strongest that asks and the strongest that a conflict barred. All others repeat what these say."""
    left, right = judged.compared.left, judged.compared.right
    inside = case[left] == case[right]
    keep = judged.same_claim & (claim[left] == claim[right])
    keep[_tree(left, right, judged.scores.case, inside & judged.same_case, len(case))] = True
    for wanted in ((judged.ask | judged.same_case) & ~inside, judged.barred & ~inside):
        pairs = np.flatnonzero(wanted)
        low, high = np.minimum(case[left[pairs]], case[right[pairs]]), np.maximum(case[left[pairs]], case[right[pairs]])
        order = np.lexsort((right[pairs], left[pairs], -np.round(judged.scores.case[pairs], 6), high, low))
        low, high = low[order], high[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        keep[pairs[order][fresh]] = True
    return np.flatnonzero(keep)


def _tree(
    left: Rows, right: Rows, bits: np.typing.NDArray[np.float64], wanted: np.typing.NDArray[np.bool_], size: int
) -> list[int]:
    """The strongest spanning tree of every case (Kruskal): the path by which any two of its complaints are one."""
    leader = list(range(size))

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    pairs = np.flatnonzero(wanted)
    order = pairs[np.lexsort((right[pairs], left[pairs], -np.round(bits[pairs], 6)))]
    chosen = []
    for pair in order.tolist():
        one, other = find(int(left[pair])), find(int(right[pair]))
        if one != other:
            leader[other] = one
            chosen.append(pair)
    return chosen


def _confidence(judged: Judged, words: Words, case: Sequence[int], ids: Sequence[str]) -> dict[str, float]:
    """How sure each complaint's place is: by its best pair inside its case, or, alone, by the best it was kept from."""
    left, right = judged.compared.left, judged.compared.right
    cases_of = np.asarray(case, dtype=np.int64)
    inside = cases_of[left] == cases_of[right] if len(case) else np.zeros(0, dtype=bool)
    best = np.full(len(case), -np.inf)
    rival = np.full(len(case), -np.inf)
    strength = np.maximum(judged.scores.case, np.where(judged.same_claim, judged.scores.claim, -np.inf))
    outside = ~inside & (judged.ask | judged.same_case)
    for rows in (left, right):
        np.maximum.at(best, rows[inside], strength[inside])
        np.maximum.at(rival, rows[outside], judged.scores.case[outside])
    size = np.bincount(cases_of, minlength=len(case)) if len(case) else np.zeros(0)
    decided = {row for pair in words.together for row in pair}
    found = {}
    for row, name in enumerate(case):
        if row in decided:
            found[ids[row]] = DECIDED
        elif size[name] > 1:
            found[ids[row]] = explain.certainty(float(best[row]))
        else:
            found[ids[row]] = explain.certainty(min(-float(rival[row]), 6.0))
    return found
