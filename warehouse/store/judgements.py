"""Judgements: verdicts on pairs, append-only. A machine's word never supersedes a person's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casework.linkage import Decision, Evidence, Judgement, Verdict
from warehouse.many import some_at_a_time
from warehouse.models import SCAN, JudgementRow, new_id


class Said(NamedTuple):
    """The machine's word in force on a pair, without its evidence."""

    id: str
    verdict: str
    model: str | None
    case_score: float | None
    claim_score: float | None
    same_claim: bool | None


def said_by_machine(session: Session, only: Collection[str] | None = None) -> dict[tuple[str, str], Said]:
    """The machine's word in force on each pair, or on each that has one of these complaints."""
    row = JudgementRow
    question = select(
        row.left_id,
        row.right_id,
        row.id,
        row.verdict,
        row.model,
        row.case_score,
        row.claim_score,
        row.same_claim,
    ).where(row.newest, ~row.by_person, row.by != SCAN)
    questions = [question]
    if only is not None:
        sides = (row.left_id, row.right_id)
        questions = [question.where(side.in_(some)) for some in some_at_a_time(only) for side in sides]
    return {(left, right): Said(*rest) for one in questions for left, right, *rest in session.execute(one)}


def decisions(session: Session) -> list[Decision]:
    """What people said of pairs, as the linker takes it."""
    question = (
        select(JudgementRow.left_id, JudgementRow.right_id, JudgementRow.verdict)
        .where(JudgementRow.newest, JudgementRow.by_person)
        .order_by(JudgementRow.left_id, JudgementRow.right_id)
    )
    return [Decision(left, right, Verdict(verdict)) for left, right, verdict in session.execute(question)]


def newest_words(
    session: Session, some: Sequence[str], others: Sequence[str], verdicts: Sequence[Verdict]
) -> list[tuple[str, str]]:
    """The pairs between two sides on which a person's word in force is one of these."""
    left, right = JudgementRow.left_id, JudgementRow.right_id
    across = or_(and_(left.in_(some), right.in_(others)), and_(left.in_(others), right.in_(some)))
    question = select(left, right).where(
        JudgementRow.newest,
        JudgementRow.by_person,
        JudgementRow.verdict.in_([verdict.value for verdict in verdicts]),
        across,
    )
    return [(one, other) for one, other in session.execute(question.order_by(left, right))]


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
    """Take back what a person said. The words they said before on the pair are in force again.

    The last word goes first: of two words of one act on a pair, taking back the first alone would leave it in force.
    """
    for judgement_id in reversed(judgement_ids):
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


def keep_judgement(session: Session, found: Judgement, verdict: Verdict, old: Said | None, *, at: datetime) -> bool:
    """Keep the machine's word on a pair, unless it says what it said before. Returns whether a row was added."""
    now = (verdict.value, found.model, found.case_score, found.claim_score, found.same_claim)
    if old is not None and now == old[1:]:
        return False
    if old is not None:
        session.get_one(JudgementRow, old.id).newest = False
    session.add(
        JudgementRow(
            id=new_id("jdg"),
            left_id=found.left,
            right_id=found.right,
            verdict=verdict.value,
            by=machine(found.model),
            by_person=False,
            at=at,
            model=found.model,
            case_score=found.case_score,
            claim_score=found.claim_score,
            same_claim=found.same_claim,
            conflicts=list(found.conflicts),
            evidence=[evidence_as_json(line) for line in found.evidence],
            newest=True,
        )
    )
    return True


def machine(model: str) -> str:
    """The linker's own name as an author."""
    return f"machine:{model}"[:64]


def forget_judgement(session: Session, pair: tuple[str, str], old: Said, *, model: str, at: datetime) -> None:
    """A pair that the machine once found worth a word is not any more: the complaints say something else now."""
    session.get_one(JudgementRow, old.id).newest = False
    session.add(
        JudgementRow(
            id=new_id("jdg"),
            left_id=pair[0],
            right_id=pair[1],
            verdict=Verdict.DIFFERENT.value,
            by=machine(model),
            by_person=False,
            at=at,
            model=model,
            conflicts=[],
            evidence=[],
            newest=True,
        )
    )


def evidence_as_json(line: Evidence) -> dict[str, Any]:
    """One line of evidence as it is stored, quoted values included; the column is encrypted."""
    return {
        "feature": line.feature,
        "level": line.level,
        "finding": line.finding.value,
        "left": line.left,
        "right": line.right,
        "weight": line.weight,
        "sentence": line.sentence,
        "against_stranger": line.against_stranger,
        "against_workmate": line.against_workmate,
    }
