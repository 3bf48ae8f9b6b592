"""After the decision: carried out, demanded, or put before the court (履行, 催告, 申请强制执行; AEL §53-54)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import PAY_FINE
from casework.enforcement import DEMAND_PAPER, ORDERING, remedies_end
from casework.errors import BadInput, NotAllowed
from casework.exits import nothing_open, paid_in_full
from casework.leniency import Exit
from casework.lifecycle import DECIDED, LegalStatus
from casework.money import yuan_of, yuan_words
from casework.party import FALLEN, Party
from casework.people import Actor
from services.cases.held import acted, held_case
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, add_paper
from services.paperwork.served import after_service, papers_of_outcome
from services.paperwork.serving import note_service
from services.replying.asking_money import ask_about_money
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, EnforcementRow, new_id
from warehouse.store.clocks import cancel_clock, meet_clocks, running
from warehouse.store.handling import documents_of, proven
from warehouse.store.lives import step_in_law
from warehouse.store.orders import orders_to_pay
from warehouse.store.outcomes import Waived, facts_of, waiting_outcome
from warehouse.store.party import remedies_of
from warehouse.store.settings import whole
from warehouse.store.to_pay import changed_sum, changed_wages

_TERMS = ("pay_fine", "demand", "apply_court")


def record_performance(
    store: Warehouse, *, case_id: str, version: int, performed_on: date, actor: Actor, at: datetime, note: str = ""
) -> None:
    """The party did what the decision orders (履行); an order to pay, when every worker's money is proven."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=DECIDED)
        exit_ = _ordering(session, case)
        _after_service(session, case, exit_, performed_on, at)
        if exit_ is Exit.HANDLING:
            _paid(session, case, at)
        elif not note.strip():
            raise BadInput("Say how it is proven that the fine was paid.")
        case.legal_status = step_in_law(session, case, LegalStatus.PERFORMED, by=actor.id, at=at, reason=note)
        for kind in _TERMS[:2]:
            meet_clocks(session, kind, met_on=performed_on, by=actor.id, at=at, case_id=case.id)
        for clock in running(session, kind="apply_court", case_id=case.id):
            cancel_clock(session, clock, reason="performed", by=actor.id, at=at)
        row = _keep(session, case, "performed", performed_on, note=note, actor=actor, at=at)
        ask_about_money(session, case, by=actor.id, at=at)
        acted(session, case, "record_performance", actor=actor, at=at, details={"enforcement": row.id})


def _paid(session: Session, case: CaseRow, at: datetime) -> None:
    """An order to pay is done when every worker's money is proven; a changed one, when the sum as changed is."""
    changed = changed_wages(session, case)
    facts = replace(facts_of(session, case, today=local_day(at), waived=Waived()), ordered_as_changed=changed)
    for met, fact in ((True, "") if changed is not None else paid_in_full(facts), nothing_open(facts)):
        if not met:
            raise NotAllowed(fact)
    if changed is None and (missing := _unpaid(session, case)):
        raise NotAllowed(f"{yuan_words(missing)} of the additional compensation are still missing.")


def demand_performance(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    demand: str,
    issued_on: date,
    actor: Actor,
    at: datetime,
    served_on: date | None = None,
    served_how: str | None = None,
) -> Issued:
    """Demand in writing what the decision orders (催告书). Ten working days run from its service (AEL §54, §69)."""
    if not demand.strip():
        raise BadInput("A demand says what is to be done, and how.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=DECIDED)
        exit_ = _ordering(session, case)
        _after_service(session, case, exit_, issued_on, at)
        if exit_ is Exit.HANDLING and _unpaid(session, case) == 0:
            raise NotAllowed("The verified amount has been paid; record the performance.")
        today = local_day(at)
        if any(clock.due_on >= today for clock in running(session, kind="pay_fine", case_id=case.id)):
            raise NotAllowed("The term to pay the fine still runs.")
        for one in orders_to_pay(session, case):
            if one.order is None and one.due_on >= issued_on:
                raise NotAllowed(f"The decision is to be performed by {one.due_on}; it is demanded after that.")
        case.legal_status = step_in_law(session, case, LegalStatus.DEMANDED, by=actor.id, at=at)
        body = {"text": demand.strip()}
        if exit_ is Exit.HANDLING:
            body["unpaid"] = f"{yuan_of(_unpaid(session, case))}"
        else:
            body |= _fine_due(session, case, exit_)
        party = papers_of_outcome(session, case, exit_)[-1].addressee_id
        paper = add_paper(session, case, DEMAND_PAPER, issued_on, body, actor=actor, at=at, addressee_id=party)
        if served_on is not None:
            note_service(session, case, paper, served_on, served_how, actor=actor, at=at)
            after_service(session, case, paper, by=actor.id, at=at)
        row = _keep(session, case, "demanded", issued_on, document_id=paper.id, actor=actor, at=at)
        acted(session, case, "demand_performance", actor=actor, at=at, details={"enforcement": row.id})
        return Issued(paper.id, paper.document_no)


def apply_enforcement(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    court: str,
    applied_on: date,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> None:
    """Ask the court to enforce the decision (申请强制执行): the demand ran out, and the terms of every remedy."""
    if not court.strip():
        raise BadInput("Name the court.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=DECIDED)
        exit_ = _ordering(session, case)
        _after_service(session, case, exit_, applied_on, at)
        _demand_ran_out(session, case, applied_on)
        _no_remedy_runs(session, case, exit_, applied_on)
        calendar = calendar_in_force(session)
        ends = remedies_end(_served_on(session, case, exit_), calendar)
        if applied_on <= ends:
            raise NotAllowed(f"The party may still sue until {ends}; the court is asked after that day.")
        if not calendar.knows(ends):
            raise NotAllowed(
                "The holidays of that year are not published yet; the end of the term to sue cannot be counted."
            )
        case.legal_status = step_in_law(session, case, LegalStatus.IN_COURT, by=actor.id, at=at, reason=note)
        for kind in _TERMS[1:]:
            meet_clocks(session, kind, met_on=applied_on, by=actor.id, at=at, case_id=case.id)
        row = _keep(session, case, "applied", applied_on, note=note, court=court, actor=actor, at=at)
        acted(session, case, "apply_enforcement", actor=actor, at=at, details={"enforcement": row.id})


def _ordering(session: Session, case: CaseRow) -> Exit:
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is None or Exit(outcome.exit) not in ORDERING:
        raise NotAllowed("Only a decision that orders something is carried out, demanded or enforced.")
    exit_ = Exit(outcome.exit)
    papers = [row.id for row in papers_of_outcome(session, case, exit_)]
    acts = remedies_of(session, papers)
    if any(one.code == "annulled" for one in acts):
        raise NotAllowed("The decision did not stand as it is; reopen the case.")
    if any(one.code == "changed" and one.amount_fen is None for one in acts):
        raise NotAllowed("The decision was changed, and to which sum is not on record; reopen the case.")
    return exit_


def _served_on(session: Session, case: CaseRow, exit_: Exit) -> date:
    days = [row.served_on for row in papers_of_outcome(session, case, exit_) if row.served_on is not None]
    if not days:
        raise NotAllowed("The paper of the outcome is not served yet.")
    return min(days)


def _after_service(session: Session, case: CaseRow, exit_: Exit, day: date, at: datetime) -> None:
    if not _served_on(session, case, exit_) <= day <= local_day(at):
        raise BadInput("The day lies between the service of the decision and today.")


def _unpaid(session: Session, case: CaseRow) -> int:
    """Of the wages, and of the additional compensation that was ordered with them (423 §26; LCL §85).

    Where a review or a court changed the sum, of that.
    """
    outcome, changed = waiting_outcome(session, case.id, "approved"), changed_wages(session, case)
    if changed is not None:
        return max(changed - proven(session, case.id).amount, 0)
    ordered = (case.amount_verified_fen or 0) + ((outcome.amount_additional_fen or 0) if outcome else 0)
    return max(ordered - proven(session, case.id).amount, 0)


def _fine_due(session: Session, case: CaseRow, exit_: Exit) -> dict[str, str]:
    """The fine as it was decided, or as a remedy changed it, and from which day it grows (APL §72-73)."""
    outcome = waiting_outcome(session, case.id, "approved")
    changed = changed_sum(session, outcome) if outcome is not None else None
    if changed == 0:
        raise NotAllowed("As changed, the decision leaves no fine to pay; record the performance.")
    fine = changed or (outcome.amount_fined_fen if outcome is not None else None)
    if not fine:
        return {}
    terms = [clock.due_on for clock in running(session, kind="pay_fine", case_id=case.id)]
    last = max(terms, default=_served_on(session, case, exit_) + timedelta(days=PAY_FINE.length))
    return {
        "fine_due": f"{yuan_of(fine)}",
        "late_from": (last + timedelta(days=1)).isoformat(),
    }


def _no_remedy_runs(session: Session, case: CaseRow, exit_: Exit, applied_on: date) -> None:
    """The court is asked when the party neither applies nor sues (AEL §53), and only for a decision that stands."""
    papers = [row.id for row in papers_of_outcome(session, case, exit_)]
    acts = remedies_of(session, papers)
    taken = [one for one in acts if one.kind == Party.REMEDY_TAKEN]
    ended = [one for one in acts if one.kind == Party.REMEDY_ENDED]
    if len(taken) > len(ended):
        raise NotAllowed("The party has gone against the decision; the court is asked when that has ended.")
    if any(one.code in FALLEN for one in ended):
        raise NotAllowed("The decision did not stand as it is; reopen the case.")
    if taken and taken[-1].code == "review":
        days = timedelta(days=whole(session, "remedy.sue_after_review.days"))
        if applied_on <= ended[-1].done_on + days:
            raise NotAllowed(f"After the review the party may sue until {ended[-1].done_on + days}.")


def _demand_ran_out(session: Session, case: CaseRow, applied_on: date) -> None:
    """Ten working days after the service of the demand. A day that is a guess proves nothing."""
    papers = documents_of(session, case.id, (DEMAND_PAPER,))
    if not papers or papers[-1].served_on is None:
        raise NotAllowed("The demand to perform is not served yet.")
    question = select(ClockRow).where(ClockRow.case_id == case.id, ClockRow.kind == "demand")
    clock = session.scalars(question.order_by(ClockRow.started_on.desc(), ClockRow.id).limit(1)).one()
    if clock.provisional:
        raise NotAllowed("The holidays of that year are not published yet; the days of the demand cannot be counted.")
    if applied_on <= clock.due_on:
        raise NotAllowed(f"The demand runs until {clock.due_on}; the court is asked after that day.")


def _keep(
    session: Session,
    case: CaseRow,
    kind: str,
    done_on: date,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    court: str | None = None,
    document_id: str | None = None,
) -> EnforcementRow:
    row = EnforcementRow(
        id=new_id("enf"),
        case_id=case.id,
        kind=kind,
        done_on=done_on,
        document_id=document_id,
        court=court.strip() if court else None,
        note=note.strip() or None,
        by=actor.id,
        at=at,
    )
    session.add(row)
    return row
