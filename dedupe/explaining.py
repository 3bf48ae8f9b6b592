"""Why: per pair the weight of every field, with the values quoted, and its judgement in the words that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from casework.calendar import local_day
from casework.linkage import Evidence, Finding, Judgement, LinkRecord, Refusal
from dedupe.edges import Kind
from dedupe.judging import Judged, conflict_names
from dedupe.levels import FEATURES
from dedupe.scoring import rarities_of
from dedupe.table import I8, I32, Table
from dedupe.vetoes import REASONS
from dedupe.weights import Model

_FIELDS = {
    "code": "employer_uscc",
    "employer": "employer_name",
    "boss": "boss_name",
    "boss_phone": "boss_phone",
    "site": "site_name",
    "address": "site_address",
    "district": "district_code",
    "name": "complainant_name",
    "phone": "complainant_phone",
    "id_no": "complainant_id_no",
    "heads": "workers_count",
    "amount": "amount_owed",
}
_LONG = 80
_NOTHING = 0.25
"""Bits below which a finding says nothing either way."""


def judgement(
    table: Table,
    record: Callable[[int], LinkRecord],
    judged: Judged,
    model: Model,
    pair: int,
    *,
    explain: bool = True,
) -> Judgement:
    """The stored word on one pair, its smaller id on the left. `record` gives the complaint of a row as it was told."""
    compared = judged.compared
    told = record(int(compared.left[pair])), record(int(compared.right[pair]))
    one, other = sorted(told, key=lambda complaint: complaint.complaint_id)
    return Judgement(
        left=one.complaint_id,
        right=other.complaint_id,
        band=judged.band(pair),
        case_score=round(float(judged.scores.case[pair]), 3),
        claim_score=round(float(judged.scores.claim[pair]), 3),
        same_claim=bool(judged.kind[pair] & Kind.CLAIM),
        conflicts=conflict_names(compared.levels[pair]),
        evidence=evidence(table, judged, model, pair, one, other) if explain else (),
        model=model.name,
    )


def evidence(
    table: Table, judged: Judged, model: Model, pair: int, one: LinkRecord, other: LinkRecord
) -> tuple[Evidence, ...]:
    """What every field says that both sides filled in, weightiest first. Weights are bits for one dispute.

    Fields that tell persons apart weigh for one claim: at the level of the dispute a workmate's other name is no
    evidence against.
    """
    levels = judged.compared.levels[pair]
    rare = rarities_of(table, int(judged.compared.left[pair]), levels, model)
    found = []
    for feature, level, bits in zip(FEATURES, levels.tolist(), model.bits, strict=True):
        if level < 0:
            continue
        said = feature.levels[level]
        claim, workmate, stranger = bits[level].tolist()
        against = stranger + rare.get(feature.name, 0.0)
        weight = (claim if feature.personal else max(claim, workmate)) - against
        found.append(
            Evidence(
                feature=feature.name,
                level=said.name,
                finding=said.finding if abs(weight) >= _NOTHING else Finding.SILENT,
                left=quoted(one, feature.name),
                right=quoted(other, feature.name),
                weight=round(weight, 2),
                sentence=said.sentence,
                against_stranger=round(claim - against, 2),
                against_workmate=round(claim - workmate - (against - stranger) * feature.personal, 2),
            )
        )
    return tuple(sorted(found, key=lambda item: (-abs(item.weight), item.feature)))


def quoted(record: LinkRecord, feature: str) -> str | None:
    """The value as it was written."""
    if feature in _FIELDS:
        value = getattr(record, _FIELDS[feature])
        return format(value, "f") if isinstance(value, Decimal) else None if value is None else str(value)
    if feature == "period":
        return f"{record.arrears_from or '…'} – {record.arrears_to or '…'}"
    if feature == "told":
        return local_day(record.submitted_at).isoformat()
    if feature == "text":
        text = record.narrative or ""
        return text[:_LONG] + ("…" if len(text) > _LONG else "")
    return f"{len(record.crew)}"


def refusals(ids: Sequence[str], left: I32, right: I32, why: I8) -> tuple[Refusal, ...]:
    """What the grouping refused: between two cases the strongest pair that would have joined them. `ids` go by row."""
    found = []
    for one, other, reason in zip(left.tolist(), right.tolist(), why.tolist(), strict=True):
        low, high = sorted((ids[one], ids[other]))
        found.append(Refusal(low, high, REASONS[reason]))
    return tuple(sorted(found, key=lambda one: (one.left, one.right)))


def sentence(judged: Sequence[Evidence], conflicts: Sequence[str]) -> str:
    """One sentence for a pair: the weightiest findings for, then what speaks against."""
    pro = [item.sentence.rstrip(".") for item in judged if item.weight > _NOTHING][:3]
    con = [item.sentence.rstrip(".") for item in judged if item.weight < -_NOTHING or item.level in conflicts][:2]
    words = "; ".join(pro) or "Nothing speaks for it"
    return f"{words}. But: {'; '.join(con)}." if con else f"{words}."
