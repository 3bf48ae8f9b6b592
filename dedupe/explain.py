"""Why: per pair the weight of every field with the values quoted, and per complaint how sure its place is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from casework.linkage import Evidence, Finding, Judgement, LinkRecord
from dedupe.comparison import FEATURES
from dedupe.fingerprint import Fingerprints
from dedupe.judgement import Judged, conflict_names
from dedupe.weights import Model, rarities_of

_FIELDS = {
    "code": "employer_uscc",
    "employer": "employer_name",
    "boss": "boss_name",
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


def judgement(prints: Fingerprints, judged: Judged, model: Model, pair: int, *, explain: bool = True) -> Judgement:
    """The stored word on one pair, its smaller id on the left."""
    rows = int(judged.compared.left[pair]), int(judged.compared.right[pair])
    one, other = sorted((prints.records[row] for row in rows), key=lambda record: record.complaint_id)
    return Judgement(
        left=one.complaint_id,
        right=other.complaint_id,
        band=judged.band(pair),
        case_score=round(float(judged.scores.case[pair]), 3),
        claim_score=round(float(judged.scores.claim[pair]), 3),
        same_claim=bool(judged.same_claim[pair]),
        conflicts=conflict_names(judged.compared, pair),
        evidence=evidence(prints, judged, model, pair, one, other) if explain else (),
        model=model.name,
    )


def evidence(
    prints: Fingerprints, judged: Judged, model: Model, pair: int, one: LinkRecord, other: LinkRecord
) -> tuple[Evidence, ...]:
    """What every field says that both sides filled in, weightiest first. Weights are bits for one dispute.

    Fields that tell persons apart weigh for one claim: at the level of the dispute a workmate's other name is no
    evidence against.
    """
    rare = rarities_of(prints, judged.compared, model, pair)
    found = []
    for position, feature in enumerate(FEATURES):
        level = int(judged.compared.levels[pair, position])
        if level < 0:
            continue
        said = feature.levels[level]
        claim, workmate, stranger = model.bits[position][level]
        against = stranger + rare.get(feature.name, 0.0)
        weight = (claim if feature.personal else max(claim, workmate)) - against
        found.append(
            Evidence(
                feature=feature.name,
                level=said.name,
                finding=said.finding if abs(weight) >= 0.25 else Finding.SILENT,
                left=quoted(one, feature.name),
                right=quoted(other, feature.name),
                weight=round(float(weight), 2),
                sentence=said.sentence,
                against_stranger=round(float(claim - against), 2),
                against_workmate=round(float(claim - workmate - (against - stranger) * feature.personal), 2),
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
        return record.submitted_at.date().isoformat()
    if feature == "text":
        text = record.narrative or ""
        return text[:_LONG] + ("…" if len(text) > _LONG else "")
    return f"{len(record.crew)}"


def sentence(judged: Sequence[Evidence], conflicts: Sequence[str]) -> str:
    """One sentence for a pair: the weightiest findings for, then what speaks against."""
    pro = [item.sentence.rstrip(".") for item in judged if item.weight > 0.25][:3]
    con = [item.sentence.rstrip(".") for item in judged if item.weight < -0.25 or item.level in conflicts][:2]
    words = "; ".join(pro) or "Nothing speaks for it"
    return f"{words}. But: {'; '.join(con)}." if con else f"{words}."


def certainty(bits: float) -> float:
    """Bits of evidence as a chance between 0 and 1, never quite either."""
    chance = 1.0 / (1.0 + math.pow(2.0, -max(min(bits, 40.0), -40.0)))
    return round(min(max(chance, 0.001), 0.999), 3)
