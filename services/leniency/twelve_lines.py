"""The twelve lines of a sparing as they stand now, with what they rest on: for the page of the case, and for a head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.leniency import EXEMPTIONS, Condition, Exit, check
from casework.sparing import Answer, Procedure, answers
from warehouse.models import (
    CaseRow,
    ClockRow,
    EducationRow,
    FollowUpRow,
    HistorySearchRow,
    LegalReviewRow,
    OutcomeRow,
    PledgeDutyRow,
    RedFlagRow,
    RevocationRow,
)
from warehouse.store.offences import last_search, number_of
from warehouse.store.outcomes import Waived, evidence_of, facts_of
from warehouse.store.sparing import duties_of, follow_up_of, level_of, red_flags, review_of

_SPARED = tuple(one.value for one in EXEMPTIONS)


@dataclass(frozen=True, slots=True)
class Sparing:
    """Everything on a case that a sparing rests on, and what follows it. `exit` is the one the lines are asked for."""

    exit: str
    state: str | None
    lines: tuple[Answer, ...]
    waivers: tuple[Mapping[str, Any], ...]
    search: HistorySearchRow | None
    educations: tuple[EducationRow, ...]
    reviews: tuple[LegalReviewRow, ...]
    flags: tuple[RedFlagRow, ...]
    duties: tuple[PledgeDutyRow, ...]
    follow_up: FollowUpRow | None
    follow_up_due_on: date | None
    revocations: tuple[RevocationRow, ...]
    level: str | None

    @property
    def people(self) -> set[str]:
        """The accounts that are named, so that a page can show their names."""
        by = {one.by for part in (self.educations, self.reviews, self.flags) for one in part}
        return by | {checker for line in self.lines for checker in line.checkers}


def sparing_of(session: Session, case: CaseRow, *, today: date) -> Sparing | None:
    """The twelve lines of the newest sparing of a filed case, or of the first-offence exit as it would stand today.

    None before the filing, and for a case that ended by another exit and has nothing of this.
    """
    if case.case_no is None:
        return None
    outcome = _newest(session, case.id)
    if outcome is None and case.status != "in_progress":
        return None
    exit_ = Exit(outcome.exit) if outcome else Exit.EXEMPT_FIRST_OFFENCE
    follow_up = follow_up_of(session, outcome.id) if outcome else None
    clock = session.get_one(ClockRow, follow_up.clock_id) if follow_up else None
    due_on = clock.due_on if clock else None
    procedure = _procedure(session, outcome, follow_up, due_on)
    return Sparing(
        exit=exit_.value,
        state=outcome.state if outcome else None,
        lines=answers(_conditions(session, case, exit_, outcome, today=today), procedure),
        waivers=tuple(outcome.waivers or ()) if outcome else (),
        search=last_search(session, case.id),
        educations=tuple(_rows(session, EducationRow, case.id)),
        reviews=tuple(_rows(session, LegalReviewRow, case.id)),
        flags=tuple(red_flags(session, case.id)),
        duties=tuple(duties_of(session, case.id)),
        follow_up=follow_up,
        follow_up_due_on=due_on,
        revocations=tuple(_rows(session, RevocationRow, case.id)),
        level=level_of(session, case.employer_id) if case.employer_id else None,
    )


def _newest(session: Session, case_id: str) -> OutcomeRow | None:
    question = select(OutcomeRow).where(
        OutcomeRow.case_id == case_id, OutcomeRow.exit.in_(_SPARED), OutcomeRow.state != "rejected"
    )
    return session.scalars(question.order_by(OutcomeRow.at.desc(), OutcomeRow.id).limit(1)).first()


def _rows(session: Session, model: Any, case_id: str) -> list[Any]:
    return list(session.scalars(select(model).where(model.case_id == case_id).order_by(model.at, model.id)))


def _conditions(
    session: Session, case: CaseRow, exit_: Exit, outcome: OutcomeRow | None, *, today: date
) -> dict[str, Condition]:
    """As they were checked when it was submitted or decided; without an outcome as they would be checked today."""
    if outcome is not None:
        names = {one.name for one in fields(Condition)}
        kept = ({key: value for key, value in line.items() if key in names} for line in outcome.conditions)
        return {line["key"]: Condition(**line) for line in kept}
    facts = facts_of(session, case, today=today, waived=Waived())
    lines = check(exit_, facts, {}, evidence=evidence_of(session, case, {}))
    return {line.key: line for line in lines}


def _procedure(
    session: Session, outcome: OutcomeRow | None, follow_up: FollowUpRow | None, due_on: date | None
) -> Procedure:
    if outcome is None:
        return Procedure()
    review = review_of(session, outcome.id)
    approved = outcome.state == "approved" and outcome.decided_at is not None
    relapse = follow_up.relapse_case_id if follow_up else None
    return Procedure(
        reviewed_by=review.by if review else None,
        reviewed_on=local_day(review.at) if review else None,
        review_passed=review.passed if review else None,
        approved_by=outcome.decided_by if approved else None,
        approved_on=local_day(outcome.decided_at) if approved and outcome.decided_at else None,
        follow_up_due_on=due_on,
        followed_on=follow_up.done_on if follow_up else None,
        followed_by=follow_up.by if follow_up else None,
        relapsed_in=number_of(session, relapse) if relapse else None,
    )
