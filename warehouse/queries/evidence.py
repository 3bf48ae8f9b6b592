"""What speaks for and against a pair of complaints, as pages show it: masked, strongest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.paths import Link
from warehouse.models import SCAN, ComplaintVersionRow, JudgementRow
from warehouse.queries.masks import mask_evidence


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One field's say. Weights are in bits, positive for the same; values are masked where they are personal.

    `against_workmate` is None where the linker kept only one weight.
    """

    feature: str
    level: str
    finding: str
    left: str | None
    right: str | None
    weight: float
    sentence: str
    against_stranger: float
    against_workmate: float | None


@dataclass(frozen=True, slots=True)
class PairView:
    """The standing judgement on one pair: by a person if there is one, else by the linker."""

    id: str
    left_id: str
    right_id: str
    verdict: str
    by_person: bool
    model: str | None
    score: float | None
    same_claim: bool | None
    conflicts: tuple[str, ...]
    lines: tuple[EvidenceLine, ...]
    claim_score: float | None = None

    @property
    def bits(self) -> float:
        """How strongly the pair holds: as one claim where it is one, else as one dispute."""
        claim = self.claim_score if self.same_claim else None
        return max(self.score or 0.0, claim or 0.0)


OF_PERSONS = frozenset({"name", "phone", "id_no", "crew"})


def evidence_lines(
    rows: Sequence[Mapping[str, Any]], *, swapped: bool = False, secret: tuple[bool, bool] = (False, False)
) -> tuple[EvidenceLine, ...]:
    """Stored evidence as lines. `swapped` shows the right side first.

    `secret` says which side, as stored, was told in confidence: nothing of who told it is quoted, not even masked.
    """
    left, right = ("right", "left") if swapped else ("left", "right")
    hidden = {"left": secret[0], "right": secret[1]}
    lines = [
        EvidenceLine(
            feature=str(row["feature"]),
            level=str(row["level"]),
            finding=str(row["finding"]),
            left=_quoted(row, left, secret=hidden[left]),
            right=_quoted(row, right, secret=hidden[right]),
            weight=float(row["weight"]),
            sentence=str(row["sentence"]),
            against_stranger=float(row.get("against_stranger", row["weight"])),
            against_workmate=row.get("against_workmate"),
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.finding == "silent", -line.weight)))


def _quoted(row: Mapping[str, Any], side: str, *, secret: bool) -> str | None:
    feature = str(row["feature"])
    return None if secret and feature in OF_PERSONS else mask_evidence(feature, row.get(side))


def secrets_among(session: Session, complaint_ids: Sequence[str]) -> frozenset[str]:
    """Those of these complaints that were told in confidence."""
    said = ComplaintVersionRow
    question = select(said.complaint_id).where(
        said.complaint_id.in_(complaint_ids),
        said.newest.is_(True),
        or_(said.confidential.is_(True), said.kind == "informant_report"),
    )
    return frozenset(session.scalars(question))


def pair_view(
    machine: JudgementRow | None,
    person: JudgementRow | None,
    *,
    swapped: bool = False,
    secrets: frozenset[str] = frozenset(),
) -> PairView | None:
    """One pair from its newest rows. The person's verdict counts; the linker's evidence explains."""
    row, evidence = person or machine, machine or person
    if row is None or evidence is None:
        return None
    left, right = (row.right_id, row.left_id) if swapped else (row.left_id, row.right_id)
    return PairView(
        id=row.id,
        left_id=left,
        right_id=right,
        verdict=row.verdict,
        by_person=row.by_person,
        model=evidence.model,
        score=evidence.case_score,
        same_claim=evidence.same_claim,
        conflicts=tuple(evidence.conflicts or ()),
        lines=evidence_lines(
            evidence.evidence or (),
            swapped=swapped,
            secret=(row.left_id in secrets, row.right_id in secrets),
        ),
        claim_score=evidence.claim_score,
    )


def pairs_among(session: Session, complaint_ids: Sequence[str]) -> dict[frozenset[str], PairView]:
    """The standing judgement on every judged pair among these complaints."""
    if len(set(complaint_ids)) < 2:
        return {}
    rows = session.scalars(
        select(JudgementRow).where(
            JudgementRow.newest.is_(True),
            JudgementRow.by != SCAN,
            JudgementRow.left_id.in_(complaint_ids),
            JudgementRow.right_id.in_(complaint_ids),
        )
    )
    sides: dict[frozenset[str], dict[bool, JudgementRow]] = {}
    for row in rows:
        if row.retracts is None:
            sides.setdefault(frozenset((row.left_id, row.right_id)), {})[row.by_person] = row
    secrets = secrets_among(session, complaint_ids)
    views = {pair: pair_view(found.get(False), found.get(True), secrets=secrets) for pair, found in sides.items()}
    return {pair: view for pair, view in views.items() if view is not None}


def links_of(pairs: Mapping[frozenset[str], PairView]) -> list[Link]:
    """The pairs that hold a case together, as links."""
    return [
        Link(view.left_id, view.right_id, view.bits, view.by_person)
        for view in pairs.values()
        if view.verdict == "same"
    ]


def strongest(session: Session, complaint_ids: Sequence[str], *, limit: int = 6) -> tuple[EvidenceLine, ...]:
    """The strongest line of each field over all pairs of a case: why it is one case."""
    best: dict[str, EvidenceLine] = {}
    for view in pairs_among(session, complaint_ids).values():
        if view.verdict != "same":
            continue
        for line in view.lines:
            known = best.get(line.feature)
            if line.finding != "silent" and (known is None or abs(line.weight) > abs(known.weight)):
                best[line.feature] = line
    return tuple(sorted(best.values(), key=lambda line: -line.weight)[:limit])
