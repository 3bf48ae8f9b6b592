"""Outcomes that wait for the legal review (法制审核): what the desk looks at before a head decides."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from casework.ending import EXEMPTIONS, FINED, Exit
from casework.party import Party
from casework.people import Actor, Role
from warehouse.models import CaseRow, LegalReviewRow, OutcomeRow, PartyActRow
from warehouse.queries.sight import in_territory, seen_by
from warehouse.store.settings import whole

REVIEWERS = frozenset({Role.DESK_OFFICER, Role.HEAD})


def least_fine(session: Session) -> int:
    """From which fine on the office has a review made, in fen; 0: none is for its weight."""
    return whole(session, "penalty.review_from_fen")


def unreviewed(least: int) -> ColumnElement[bool]:
    """Of a submitted outcome: a sparing, a fine of `least` fen, or an order after a hearing, that nobody reviewed."""
    heard = select(PartyActRow.id).where(PartyActRow.case_id == OutcomeRow.case_id, PartyActRow.kind == Party.HEARD)
    fines = [one.value for one in FINED]
    ordered = OutcomeRow.exit.in_([*fines, Exit.HANDLING.value])
    asked = [OutcomeRow.exit.in_([one.value for one in EXEMPTIONS]), and_(ordered, heard.exists())]
    if least > 0:
        asked.append(and_(OutcomeRow.exit.in_(fines), OutcomeRow.amount_fined_fen >= least))
    made = select(LegalReviewRow.id).where(LegalReviewRow.outcome_id == OutcomeRow.id)
    return and_(OutcomeRow.state == "submitted", or_(*asked), ~made.exists())


def to_review(session: Session, actor: Actor) -> list[CaseRow]:
    """The cases whose outcome waits for a review that this person may make, the longest waiting first."""
    if not actor.roles & REVIEWERS:
        return []
    question = select(CaseRow).join(OutcomeRow, OutcomeRow.case_id == CaseRow.id)
    question = question.where(*_own_to_review(actor, least_fine(session))).order_by(OutcomeRow.at, CaseRow.id)
    return list(session.scalars(question))


def counting_reviews(actor: Actor, *, least: int) -> Select[tuple[int]]:
    """The question how many outcomes wait for a review that this person may make."""
    question = select(func.count()).select_from(OutcomeRow).join(CaseRow, CaseRow.id == OutcomeRow.case_id)
    return question.where(*_own_to_review(actor, least), true() if actor.roles & REVIEWERS else false())


def _own_to_review(actor: Actor, least: int) -> tuple[ColumnElement[bool], ...]:
    place = in_territory(actor, CaseRow.district_code, REVIEWERS)
    return unreviewed(least), OutcomeRow.by != actor.id, seen_by(actor), place


def unreviewed_cases(session: Session, case_ids: list[str]) -> frozenset[str]:
    """Which of these cases have an outcome that still waits for its legal review."""
    if not case_ids:
        return frozenset()
    question = select(OutcomeRow.case_id).where(OutcomeRow.case_id.in_(case_ids), unreviewed(least_fine(session)))
    return frozenset(session.scalars(question))
