"""What a model would say of the pairs that people judged: the verdicts it would flip, its precision and recall.

People's word stands whatever a model says; this tells before a model is taken how often it would have been overruled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from casework.linkage import Band, Decision, LinkRecord, Verdict
from dedupe.comparing import Compared, compare
from dedupe.judging import judge
from dedupe.scoring import Scores, score
from dedupe.sharing import shared_phones
from dedupe.tabulate import tabulate
from dedupe.weights import Model

THRESHOLDS = (-2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0)
"""Bits at which joining by itself is tried."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A pair on which a model contradicts a person: it would join what they keep apart, or leave what they joined."""

    left: str
    right: str
    verdict: Verdict
    band: Band
    bits: float
    already: bool
    """The model in use contradicts them as well."""


@dataclass(frozen=True, slots=True)
class AtLine:
    """What one line for joining would mean. Precision: of the pairs joined, those people call one; recall: of the
    pairs people call one, those joined. None where there are none. `asked`: pairs that would wait for a person."""

    line: float
    joined: int
    precision: float | None
    recall: float | None
    asked: int


@dataclass(frozen=True, slots=True)
class Replay:
    """The verdicts that count, the model's figures at its own line and at others, and the verdicts it would flip.

    `mended`: verdicts that the model in use contradicts and this one would not.
    """

    verdicts: int
    at_its_line: AtLine
    thresholds: tuple[AtLine, ...]
    flips: tuple[Flip, ...]
    mended: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The judged pairs: what is said of them and what people call one."""

    decisions: tuple[Decision, ...]
    compared: Compared
    same: np.typing.NDArray[np.bool_]


def replay(records: Sequence[LinkRecord], decisions: Sequence[Decision], model: Model, now: Model) -> Replay:
    """Judge the pairs that people judged with a model, beside the one in use. `records` are all complaints known.

    A pair called unsure counts for nothing, nor does one of a complaint that is not known.
    """
    table = tabulate(records)
    rows = {record.complaint_id: row for row, record in enumerate(records)}
    counted = tuple(
        one for one in decisions if one.verdict is not Verdict.UNSURE and one.left in rows and one.right in rows
    )
    left = np.asarray([rows[one.left] for one in counted], dtype=np.int32)
    right = np.asarray([rows[one.right] for one in counted], dtype=np.int32)
    same = np.asarray([one.verdict is Verdict.SAME for one in counted], dtype=bool)
    pairs = _Pairs(counted, compare(table, left, right, shared_phones(table)), same)
    scores, before = (score(table, left, pairs.compared.levels, one) for one in (model, now))
    flips, old = _flips(pairs, scores, model), _flips(pairs, before, now)
    known = {(one.left, one.right) for one in old}
    flipped = {(one.left, one.right) for one in flips}
    return Replay(
        verdicts=len(counted),
        at_its_line=_at(pairs, scores, model.lines, model.lines["case_same"]),
        thresholds=tuple(_at(pairs, scores, model.lines, line) for line in THRESHOLDS),
        flips=tuple(
            Flip(one.left, one.right, one.verdict, one.band, one.bits, (one.left, one.right) in known) for one in flips
        ),
        mended=len(known - flipped),
    )


def _flips(pairs: _Pairs, scores: Scores, model: Model) -> list[Flip]:
    """Where a model contradicts people outright. A pair it would ask about contradicts nobody."""
    judged = judge(pairs.compared, scores, model.lines)
    found = []
    for place, (decision, same) in enumerate(zip(pairs.decisions, pairs.same.tolist(), strict=True)):
        band = judged.band(place)
        if band is (Band.DIFFERENT if same else Band.SAME):
            bits = round(float(scores.case[place]), 3)
            found.append(Flip(decision.left, decision.right, decision.verdict, band, bits, already=False))
    return found


def _at(pairs: _Pairs, scores: Scores, lines: Mapping[str, float], line: float) -> AtLine:
    ask = min(lines["case_ask"], line)
    judged = judge(pairs.compared, scores, {**lines, "case_same": line, "case_ask": ask})
    bands = [judged.band(place) for place in range(len(pairs.decisions))]
    joined = np.asarray([band is Band.SAME for band in bands], dtype=bool)
    right = int((joined & pairs.same).sum())
    return AtLine(
        line=line,
        joined=int(joined.sum()),
        precision=right / int(joined.sum()) if joined.any() else None,
        recall=right / int(pairs.same.sum()) if pairs.same.any() else None,
        asked=sum(band is Band.ASK for band in bands),
    )
