"""What the last run and the office left behind about some complaints: pairs, words, refusals, the breaker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.linkage import Band, Decision, Evidence, Finding, Judgement, Refusal, Verdict
from warehouse.models import (
    SCAN,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    JudgementRow,
    LinkageRefusalRow,
    LinkRunRow,
)

_BANDS = {"same": Band.SAME, "unsure": Band.ASK, "different": Band.DIFFERENT, "linked": Band.DIFFERENT}


def complaint_named(session: Session, name: str) -> str:
    """The complaint of an id or number; of a case's id or number its main complaint. A merged case leads on."""
    found = session.scalar(
        select(ComplaintRow.id).where(or_(ComplaintRow.id == name, ComplaintRow.complaint_no == name))
    )
    if found is not None:
        return found
    case = session.scalars(
        select(CaseRow).where(or_(CaseRow.id == name, CaseRow.matter_no == name, CaseRow.case_no == name))
    ).one_or_none()
    while case is not None and case.merged_into is not None:
        case = session.get(CaseRow, case.merged_into)
    if case is None:
        raise NotFound("There is no complaint and no case of one of these numbers.")
    return case.main_complaint_id


def cases_around(session: Session, complaint_ids: Collection[str]) -> dict[str, str]:
    """The cases of these complaints, as complaint -> case for all their members."""
    member = CaseMembershipRow
    homes = select(member.case_id).where(member.complaint_id.in_(complaint_ids), member.valid_to.is_(None))
    rows = session.execute(
        select(member.complaint_id, member.case_id).where(member.case_id.in_(homes), member.valid_to.is_(None))
    )
    return {complaint_id: case_id for complaint_id, case_id in rows}  # noqa: C416 - rows are no pairs to mypy


def judgements_among(session: Session, complaint_ids: Collection[str]) -> list[Judgement]:
    """The linker's words in force on pairs of these complaints, values included."""
    row = JudgementRow
    question = select(row).where(
        row.newest,
        ~row.by_person,
        row.by != SCAN,
        row.left_id.in_(complaint_ids),
        row.right_id.in_(complaint_ids),
        row.case_score.is_not(None),
    )
    return [_judgement(one) for one in session.scalars(question.order_by(row.left_id, row.right_id))]


def _judgement(row: JudgementRow) -> Judgement:
    return Judgement(
        left=row.left_id,
        right=row.right_id,
        band=_BANDS[row.verdict],
        case_score=row.case_score or 0.0,
        claim_score=row.claim_score or 0.0,
        same_claim=bool(row.same_claim),
        conflicts=tuple(row.conflicts),
        evidence=tuple(evidence_of(line) for line in row.evidence),
        model=row.model or "",
    )


def evidence_of(line: dict[str, Any]) -> Evidence:
    """One line as it was stored; what was stored before the second weight existed has none."""
    return Evidence(
        feature=line["feature"],
        level=line["level"],
        finding=Finding(line["finding"]),
        left=line["left"],
        right=line["right"],
        weight=line["weight"],
        sentence=line["sentence"],
        against_stranger=line.get("against_stranger", line["weight"]),
        against_workmate=line.get("against_workmate", 0.0),
    )


def words_among(session: Session, complaint_ids: Collection[str]) -> list[Decision]:
    """People's words in force on pairs of these complaints."""
    row = JudgementRow
    question = select(row.left_id, row.right_id, row.verdict).where(
        row.newest, row.by_person, row.left_id.in_(complaint_ids), row.right_id.in_(complaint_ids)
    )
    return [
        Decision(left, right, Verdict(verdict))
        for left, right, verdict in session.execute(question.order_by(row.left_id, row.right_id))
    ]


def last_run(session: Session, complaint_ids: Collection[str]) -> tuple[tuple[Refusal, ...], str | None]:
    """What the last run of the linker refused among these complaints, and what its breaker said."""
    run = session.scalars(
        select(LinkRunRow).order_by(LinkRunRow.started_at.desc(), LinkRunRow.id.desc()).limit(1)
    ).first()
    if run is None:
        return (), None
    row = LinkageRefusalRow
    question = select(row.left_id, row.right_id, row.reason).where(
        row.run_id == run.id, row.left_id.in_(complaint_ids), row.right_id.in_(complaint_ids)
    )
    rows = session.execute(question.order_by(row.left_id, row.right_id, row.reason))
    return tuple(Refusal(left, right, reason) for left, right, reason in rows), run.breaker


def one_phone(session: Session, complaint_ids: Sequence[str], *, limit: int = 200) -> list[str]:
    """Complaints whose phone is that of one of these: how many share a number decides what it is worth."""
    said = ComplaintVersionRow
    phones = select(said.phone_blind).where(said.complaint_id.in_(complaint_ids), said.newest)
    question = select(said.complaint_id).where(said.phone_blind.in_(phones), said.newest)
    return list(session.scalars(question.order_by(said.complaint_id).limit(limit)))
