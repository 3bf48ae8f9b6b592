"""Parameters of the three explanations learned from unlabelled complaints. Offline: never inside a run.

`learning` does the counting; here stand what it is given, the lines that follow from what it found, and the reasons for
which a result is refused: an explanation that died out, a field that should settle who somebody is and does not,
explanations that changed places, a trial grouping that chains strangers together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from casework.linkage import Linkage, LinkRecord
from dedupe import learning
from dedupe.commonness import count_values, usual_values
from dedupe.comparing import compare_packed
from dedupe.keys import candidates
from dedupe.learning import Chances, Collapsed, Learned
from dedupe.levels import POSITION, SIZES
from dedupe.linker import link
from dedupe.model_file import written
from dedupe.patterns import Patterns, tally
from dedupe.sharing import shared_phones
from dedupe.table import I64
from dedupe.tabulate import tabulate
from dedupe.weights import CLASSES, FIELDS, Model, read_model

__all__ = ["Collapsed", "Trained", "Trial", "train", "try_out"]

STRONG = ("name", "phone", "id_no")
"""Fields that tell who somebody is: whoever speaks twice says the same in most of them, or the learning went astray."""
SHARED = ("employer", "site", "address", "period")
"""Fields that workmates have in common and strangers have not."""
LEAST_STRONG = 0.5
MOST_WRONG = 0.01
"""The share of wrong pairs, by the model's own reckoning, above which its lines are not to be trusted."""
MOST_GROWN = 1.5
FEW = 50
LINES: Mapping[str, float] = {"claim_same": 4.0, "case_same": 4.0, "case_ask": 0.0}
"""Joined by itself from odds of sixteen to one, asked of a person from even odds. Scores hold the learned shares of the
explanations, so a line in bits is a chance and needs no labels."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model as text, and what it rests on: complaints, pairs, distinct patterns, rounds.

    `wrong` is the share of wrong pairs among those it would join, by its own reckoning.
    """

    text: str
    complaints: int
    pairs: int
    patterns: int
    rounds: int
    wrong: float

    @property
    def model(self) -> Model:
        """The same, read."""
        return read_model(self.text)


@dataclass(frozen=True, slots=True)
class Trial:
    """The largest case that a new model makes, and that the one before it makes of the same complaints."""

    largest: int
    largest_before: int


def train(
    sources: Sequence[Sequence[LinkRecord]],
    start: Model,
    *,
    version: str,
    dated: str,
    source: str = "complaints of an office",
    rounds: int = learning.ROUNDS,
) -> Trained:
    """Learn a model, beginning at another, from several sets of complaints: pairs are made within each alone.

    `source` is what the file says of where the complaints are from. Raises `Collapsed` with the reason when the result
    is not to be trusted.
    """
    patterns = patterns_of(sources)
    found = learning.learn(patterns, chances_of(start), rounds=rounds)
    refuse_swapped(found.chances)
    refuse_weak(found.chances)
    wrong = refuse_unsure(patterns, found.chances)
    facts: dict[str, int] = {
        "complaints": sum(len(records) for records in sources),
        "pairs": int(patterns.counts.sum()),
        "patterns": len(patterns.counts),
        "rounds": found.rounds,
    }
    told: dict[str, float | str] = {"source": source, **facts, "wrong": round(wrong, 6)}
    text = _as_json(start, found, told, version=version, dated=dated, sources=sources)
    return Trained(text, **facts, wrong=wrong)


def try_out(sources: Sequence[Sequence[LinkRecord]], model: Model, before: Model) -> Trial:
    """Group the complaints with a new model and with the one before it. Raises `Collapsed` as `refuse_chained` does."""
    largest = largest_before = 0
    for records in sources:
        now, then = link(records, model=model, explained=False), link(records, model=before, explained=False)
        refuse_chained(now, then)
        largest, largest_before = max(largest, largest_of(now)), max(largest_before, largest_of(then))
    return Trial(largest, largest_before)


def chances_of(model: Model) -> Chances:
    """The probabilities of a model."""
    return Chances(np.exp2(model.prior), tuple(np.exp2(bits) for bits in model.bits))


def refuse_unsure(patterns: Patterns, chances: Chances) -> float:
    """The share of strangers among the pairs it would join, as the model itself sees it; no label is used.

    Raises `Collapsed` where that is too large: then the fields do not tell disputes apart.
    """
    stranger = learning.posterior(patterns, chances)[:, CLASSES.index("stranger")]
    joined = patterns.counts * (stranger <= 1 / (1 + 2 ** LINES["case_same"]))
    wrong = float((stranger * joined).sum() / max(joined.sum(), 1))
    if wrong > MOST_WRONG:
        raise Collapsed(f"The model expects {wrong:.1%} of the pairs it would join to be wrong.")
    return wrong


def refuse_weak(chances: Chances) -> None:
    """Raise `Collapsed` where one worker's two complaints mostly disagree in who speaks."""
    for name in STRONG:
        share = float(chances.tables[POSITION[name]][0, CLASSES.index("claim")])
        if share < LEAST_STRONG:
            raise Collapsed(f"Only {share:.0%} of one worker's complaints would agree in {name}.")


def refuse_swapped(chances: Chances) -> None:
    """Raise `Collapsed` where the explanations changed places: each has fields in which it agrees more than another."""
    claim, workmate, stranger = range(len(CLASSES))
    for names, more, less in ((STRONG, claim, workmate), (STRONG, claim, stranger), (SHARED, workmate, stranger)):
        for name in names:
            agree = chances.tables[POSITION[name]][0]
            if agree[more] <= agree[less]:
                raise Collapsed(f"In {name} a {CLASSES[less]} would agree more than a {CLASSES[more]}: they swapped.")


def refuse_chained(now: Linkage, before: Linkage) -> None:
    """Raise `Collapsed` where the trial grouping is implausible: it blew the fuse, or its largest case outgrew by far
    the largest that the model before it makes of the same complaints."""
    if now.breaker is not None:
        raise Collapsed(f"The trial grouping was stopped: {now.breaker}")
    if largest_of(now) > max(FEW, MOST_GROWN * largest_of(before)):
        raise Collapsed(f"The largest case grew from {largest_of(before)} to {largest_of(now)} complaints.")


def largest_of(linkage: Linkage) -> int:
    """Complaints of the largest case."""
    return linkage.counts.get("largest_case", 0)


def patterns_of(sources: Sequence[Sequence[LinkRecord]]) -> Patterns:
    """What the fields say about all pairs that share a key, and how often."""
    return tally(np.concatenate([np.zeros(0, dtype=np.int64), *(_packed(records) for records in sources)]), SIZES)


def _packed(records: Sequence[LinkRecord]) -> I64:
    table = tabulate(records)
    found = candidates(table)
    return compare_packed(table, found.left, found.right, shared_phones(table))


def _common(sources: Sequence[Sequence[LinkRecord]]) -> dict[str, Any]:
    """How common values are among all these complaints."""
    table = tabulate(record for records in sources for record in records)
    counts = count_values(table)
    return {"usual": usual_values(table, counts), "counts": counts}


def _as_json(
    start: Model,
    found: Learned,
    facts: Mapping[str, float | str],
    *,
    version: str,
    dated: str,
    sources: Sequence[Sequence[LinkRecord]],
) -> str:
    told = {
        "version": version,
        "dated": dated,
        "method": f"Learned without labels by expectation maximisation, from {start.name}. "
        "The lines are odds: joined from sixteen to one, asked from even.",
        "learned_from": dict(facts),
        "prior": {name: _rounded(share) for name, share in zip(CLASSES, found.chances.prior, strict=True)},
        "lines": {**start.lines, **LINES},
        "features": {
            name: {level: [_rounded(chance) for chance in row] for level, row in zip(levels, table, strict=True)}
            for (name, levels), table in zip(FIELDS, found.chances.tables, strict=True)
        },
        "commonness": _common(sources),
    }
    return written(told)


def _rounded(chance: float) -> float:
    return round(float(chance), 8)
