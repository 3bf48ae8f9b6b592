"""Linkage: verdicts on pairs, append-only, and who is in which case from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.linkage import Decision, Judgement, Verdict
from warehouse.models import CaseLinkRow, CaseMembershipRow, JudgementRow, LinkageRefusalRow, new_id

STAYS = {
    # What hangs on a complaint stays with the complaint, whatever case it is in.
    "complaint_version.complaint_id": "complaint",
    "worker.complaint_id": "complaint",
    "clock.complaint_id": "complaint",
    "reply.complaint_id": "complaint",
    "satisfaction.complaint_id": "complaint",
    "judgement.left_id": "complaint",
    "judgement.right_id": "complaint",
    "linkage_refusal.left_id": "complaint",
    "linkage_refusal.right_id": "complaint",
    # What was done on a case stays with the case that it was done on; a merged number leads on to the survivor.
    "clock.case_id": "case",
    "assignment.case_id": "case",
    "notice.case_id": "case",
    "visit.case_id": "case",
    "document.case_id": "case",
    "rectification_order.case_id": "case",
    "pledge.case_id": "case",
    "payment.case_id": "case",
    "outcome.case_id": "case",
    "referral.case_id": "case",
    "recusal.case_id": "case",
    "case_link.left_id": "case",
    "case_link.right_id": "case",
    "linkage_event.from_case_id": "case",
    "linkage_event.into_case_id": "case",
    # What a merge writes and its undo takes back.
    "cases.main_complaint_id": "restored",
    "cases.merged_into": "restored",
    "case_membership.complaint_id": "restored",
    "case_membership.case_id": "restored",
}
"""What a merge does to each reference to a complaint or a case. A test compares this list with the tables."""


def members(session: Session, case_id: str) -> list[str]:
    """The complaints in a case now, by id."""
    question = select(CaseMembershipRow.complaint_id).where(
        CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None)
    )
    return sorted(session.scalars(question))


def live_memberships(session: Session, complaint_ids: Iterable[str] | None = None) -> dict[str, CaseMembershipRow]:
    """The live membership of each complaint."""
    question = select(CaseMembershipRow).where(CaseMembershipRow.valid_to.is_(None))
    if complaint_ids is not None:
        question = question.where(CaseMembershipRow.complaint_id.in_(list(complaint_ids)))
    return {row.complaint_id: row for row in session.scalars(question.order_by(CaseMembershipRow.complaint_id))}


def case_of(session: Session, complaint_id: str) -> str | None:
    """The case a complaint is in now; None before the linker has seen it."""
    row = live_memberships(session, [complaint_id]).get(complaint_id)
    return None if row is None else row.case_id


def join_case(
    session: Session,
    complaint_id: str,
    case_id: str,
    *,
    claim_id: str,
    why: str,
    by: str,
    at: datetime,
    event_id: str | None = None,
) -> CaseMembershipRow:
    """A complaint is in a case from now on. It must have left every other one."""
    row = CaseMembershipRow(
        id=new_id("mem"),
        complaint_id=complaint_id,
        case_id=case_id,
        claim_id=claim_id,
        valid_from=at,
        why=why,
        event_id=event_id,
        by=by,
    )
    session.add(row)
    session.flush()
    return row


def leave_case(session: Session, row: CaseMembershipRow, *, at: datetime) -> None:
    """A complaint is in this case no more."""
    row.valid_to = at
    session.flush()


def newest_judgements(session: Session, *, by_person: bool) -> dict[tuple[str, str], JudgementRow]:
    """The word in force on each pair, of people or of the machine."""
    question = select(JudgementRow).where(JudgementRow.newest, JudgementRow.by_person == by_person)
    return {(row.left_id, row.right_id): row for row in session.scalars(question)}


def decisions(session: Session) -> list[Decision]:
    """What people said of pairs, as the linker takes it."""
    question = (
        select(JudgementRow.left_id, JudgementRow.right_id, JudgementRow.verdict)
        .where(JudgementRow.newest, JudgementRow.by_person)
        .order_by(JudgementRow.left_id, JudgementRow.right_id)
    )
    return [Decision(left, right, Verdict(verdict)) for left, right, verdict in session.execute(question)]


def say(
    session: Session, left_id: str, right_id: str, verdict: Verdict, *, by: str, at: datetime, reason: str | None
) -> JudgementRow:
    """A person's word on a pair; it takes the place of what people said of the pair before."""
    left, right = sorted((left_id, right_id))
    _supersede(session, left, right, by_person=True)
    row = JudgementRow(
        id=new_id("jdg"),
        left_id=left,
        right_id=right,
        verdict=verdict.value,
        by=by,
        by_person=True,
        at=at,
        conflicts=[],
        evidence=[],
        newest=True,
        reason=reason,
    )
    session.add(row)
    session.flush()
    return row


def say_across(
    session: Session,
    some: Sequence[str],
    others: Sequence[str],
    verdict: Verdict,
    *,
    by: str,
    at: datetime,
    reason: str | None,
) -> list[str]:
    """One word on every pair between two sides. Returns the ids of the rows."""
    pairs = [(one, other) for one in some for other in others]
    return [say(session, one, other, verdict, by=by, at=at, reason=reason).id for one, other in pairs]


def _supersede(session: Session, left: str, right: str, *, by_person: bool) -> None:
    question = select(JudgementRow).where(
        JudgementRow.left_id == left,
        JudgementRow.right_id == right,
        JudgementRow.by_person == by_person,
        JudgementRow.newest,
    )
    for row in session.scalars(question):
        row.newest = False
    session.flush()


def retract(session: Session, judgement_ids: Sequence[str], *, by: str, at: datetime) -> None:
    """Take back what a person said. The words they said before on the pair are in force again."""
    for judgement_id in judgement_ids:
        row = session.get_one(JudgementRow, judgement_id)
        if not row.newest:
            continue
        row.newest = False
        session.add(
            JudgementRow(
                id=new_id("jdg"),
                left_id=row.left_id,
                right_id=row.right_id,
                verdict=row.verdict,
                by=by,
                by_person=True,
                at=at,
                conflicts=[],
                evidence=[],
                newest=False,
                retracts=row.id,
            )
        )
        session.flush()
        _revive(session, row)


def _revive(session: Session, row: JudgementRow) -> None:
    """The newest earlier word on the pair that was not itself taken back."""
    taken_back = select(JudgementRow.retracts).where(JudgementRow.retracts.is_not(None))
    before = session.scalars(
        select(JudgementRow)
        .where(
            JudgementRow.left_id == row.left_id,
            JudgementRow.right_id == row.right_id,
            JudgementRow.by_person,
            JudgementRow.retracts.is_(None),
            JudgementRow.id != row.id,
            JudgementRow.id.not_in(taken_back),
            JudgementRow.at <= row.at,
        )
        .order_by(JudgementRow.at.desc(), JudgementRow.id)
        .limit(1)
    ).one_or_none()
    if before is not None:
        before.newest = True
    session.flush()


def keep_judgement(
    session: Session, found: Judgement, verdict: Verdict, old: JudgementRow | None, *, at: datetime
) -> bool:
    """Keep the machine's word on a pair, unless it says what it said before. Returns whether a row was added."""
    same = old is not None and (old.verdict, old.model, old.case_score, old.claim_score, old.same_claim) == (
        verdict.value,
        found.model,
        found.case_score,
        found.claim_score,
        found.same_claim,
    )
    if same:
        return False
    if old is not None:
        old.newest = False
    session.add(
        JudgementRow(
            id=new_id("jdg"),
            left_id=found.left,
            right_id=found.right,
            verdict=verdict.value,
            by=f"machine:{found.model}"[:64],
            by_person=False,
            at=at,
            model=found.model,
            case_score=found.case_score,
            claim_score=found.claim_score,
            same_claim=found.same_claim,
            conflicts=list(found.conflicts),
            evidence=[evidence_as_json(found, place) for place in range(len(found.evidence))],
            newest=True,
        )
    )
    return True


def evidence_as_json(found: Judgement, place: int) -> dict[str, Any]:
    """One line of evidence as it is stored, quoted values included; the column is encrypted."""
    line = found.evidence[place]
    return {
        "feature": line.feature,
        "level": line.level,
        "finding": line.finding.value,
        "left": line.left,
        "right": line.right,
        "weight": line.weight,
        "sentence": line.sentence,
    }


def link_cases(session: Session, one_id: str, other_id: str, *, why: str, by: str, at: datetime) -> bool:
    """Two cases know of each other and stay apart. Returns whether that is new."""
    left, right = sorted((one_id, other_id))
    known = select(CaseLinkRow.id).where(CaseLinkRow.left_id == left, CaseLinkRow.right_id == right)
    if left == right or session.scalar(known) is not None:
        return False
    session.add(CaseLinkRow(id=new_id("lnk"), left_id=left, right_id=right, why=why, by=by, at=at))
    session.flush()
    return True


def keep_refusals(session: Session, run_id: str, refusals: Iterable[tuple[str, str, str]]) -> None:
    """The merges the grouping refused in a run, and why."""
    for left, right, reason in refusals:
        low, high = sorted((left, right))
        session.add(LinkageRefusalRow(id=new_id("rfs"), run_id=run_id, left_id=low, right_id=high, reason=reason))
    session.flush()


def claims(rows: Mapping[str, CaseMembershipRow], claim_of: Mapping[str, str]) -> set[str]:
    """Name the claims anew where the linker names them otherwise. Returns the cases it touched."""
    touched = set()
    for complaint_id, row in rows.items():
        claim = claim_of.get(complaint_id)
        if claim is not None and claim != row.claim_id:
            row.claim_id = claim
            touched.add(row.case_id)
    return touched
