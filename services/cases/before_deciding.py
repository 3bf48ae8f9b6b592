"""What stands before a head's decision on an outcome: whether it is this head's to make, and what the records lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.discretion import misfit
from casework.errors import NotAllowed, NotFound
from casework.leniency import FINED, Condition, Exit, check, missing
from casework.people import Actor, Role
from services.cases.held import took_part
from services.paperwork.addressing import addressed, announced_to
from warehouse.models import CaseRow, OutcomeRow
from warehouse.store.offences import History, search_history
from warehouse.store.outcomes import Waived, evidence_of, facts_of, window_start
from warehouse.store.sparing import review_of

ANNOUNCED = FINED | {Exit.HANDLING}
"""Decisions that a prior notice goes before, to the same party."""


@dataclass(frozen=True, slots=True)
class Barred:
    """Why an outcome is not decided now: `person`, why not by this head at all; `lacking`, why not approved."""

    person: str | None
    lacking: tuple[str, ...]


def barred(session: Session, case: CaseRow, *, actor: Actor, today: date) -> Barred | None:
    """What bars the outcome that waits for a decision; None where none waits. Nothing is written."""
    question = select(OutcomeRow).where(OutcomeRow.case_id == case.id, OutcomeRow.state == "submitted")
    outcome = session.scalars(question.limit(1)).first()
    if outcome is None:
        return None
    try:
        may_decide(session, case, outcome, actor=actor)
    except (NotAllowed, NotFound) as refused:
        return Barred(str(refused), ())
    lines, _ = lines_today(session, case, outcome, today=today)
    lacking = [line.says if line.by_person else line.fact for line in missing(lines)]
    try:
        told_as_decided(session, case, outcome)
    except NotAllowed as refused:
        lacking.append(str(refused))
    return Barred(None, tuple(dict.fromkeys(lacking)))


def told_as_decided(session: Session, case: CaseRow, outcome: OutcomeRow) -> None:
    """Raises `NotAllowed` where another party was told of what is decided than it is decided against."""
    if outcome.exit in ANNOUNCED:
        announced_to(session, case, addressed(session, case, outcome.addressee_id))


def may_decide(session: Session, case: CaseRow, outcome: OutcomeRow, *, actor: Actor) -> None:
    """Raises `NotFound` and `NotAllowed` for who does not decide on this outcome."""
    if not actor.covers(case.district_code):
        raise NotFound("There is no such outcome.")
    if not actor.may(Role.HEAD, case.district_code):
        raise NotAllowed("Only a head of the place decides on an outcome.")
    if outcome.state != "submitted":
        raise NotAllowed("This outcome does not wait for a decision.")
    if actor.id == outcome.by or actor.id in took_part(session, case.id):
        raise NotAllowed("Nobody decides on an outcome of their own.")
    review = review_of(session, outcome.id)
    if review is not None and review.by == actor.id:
        raise NotAllowed("Whoever made the legal review does not decide.")


def lines_today(
    session: Session, case: CaseRow, outcome: OutcomeRow, *, today: date
) -> tuple[tuple[Condition, ...], History]:
    """The same conditions over the records of today, and those that are asked at the decision only."""
    waived = Waived(
        outcome.amount_exempted_fen,
        outcome.exempted_article,
        outcome.amount_fined_fen,
        most=outcome.amount_exempted_fen if outcome.waivers else None,
        item=outcome.offence_item,
        additional=outcome.amount_additional_fen,
        addressee=outcome.addressee_id,
        needs=tuple((one["article"], one.get("after", "")) for one in outcome.waivers or outcome.fines or ()),
        misfit=None if outcome.fines or outcome.exit not in FINED else misfit((), None, lighter=False),
    )
    history = search_history(session, case, since=window_start(session, today))
    facts = facts_of(session, case, today=today, waived=waived, history=history, outcome_id=outcome.id)
    before = {line["key"]: line for line in outcome.conditions}
    vouched = {key: line["checked_by"] for key, line in before.items() if line["by_person"] and line["met"]}
    slots = {key: str(line.get("evidence") or "") for key, line in before.items()}
    slots |= evidence_of(session, case, {}, outcome_id=outcome.id)
    return check(Exit(outcome.exit), facts, vouched, evidence=slots, deciding=True), history
