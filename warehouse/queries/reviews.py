"""Outcomes that wait for the legal review (法制审核): what the desk looks at before a head decides."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from casework.ending import EXEMPTIONS, FINED, Exit
from casework.party import Party
from casework.people import Actor, Role
from warehouse.models import CaseRow, LegalReviewRow, OutcomeRow, PartyActRow
from warehouse.queries.sight import in_territory, seen_by
from warehouse.store.settings import whole

REVIEWERS = frozenset({Role.DESK_OFFICER, Role.HEAD})


def unreviewed(session: Session) -> ColumnElement[bool]:
    """Of a submitted outcome: a sparing, a fine of some weight, or an order after a hearing, that nobody reviewed."""
    least = whole(session, "penalty.review_from_fen")
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
    question = (
        select(CaseRow)
        .join(OutcomeRow, OutcomeRow.case_id == CaseRow.id)
        .where(
            unreviewed(session),
            OutcomeRow.by != actor.id,
            seen_by(actor),
            in_territory(actor, CaseRow.district_code, REVIEWERS),
        )
        .order_by(OutcomeRow.at, CaseRow.id)
    )
    return list(session.scalars(question))


def unreviewed_cases(session: Session, case_ids: list[str]) -> frozenset[str]:
    """Which of these cases have an outcome that still waits for its legal review."""
    question = select(OutcomeRow.case_id).where(OutcomeRow.case_id.in_(case_ids), unreviewed(session))
    return frozenset(session.scalars(question))
