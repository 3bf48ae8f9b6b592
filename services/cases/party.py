"""What the party itself does: it states its defence, waives it, asks for a hearing, or goes against the decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from casework.calendar import local_day, months_after
from casework.clocks import HEARING_NOTICE, due_day
from casework.enforcement import APPLY, ORDERING, remedies_end
from casework.errors import BadInput, NotAllowed
from casework.leniency import Exit
from casework.lifecycle import LegalStatus
from casework.money import fen_of
from casework.party import DEFENCES, ENDS, FALLEN, REMEDIES, Party
from casework.people import Actor
from services.cases.held import acted, cared_case, held_case
from services.cases.published import decision_fell
from services.office.working_days import calendar_in_force
from services.paperwork.served import papers_of_outcome
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow, OutcomeRow, PartyActRow, new_id
from warehouse.store.clocks import cancel_clock, meet_clocks, running, start_fixed_clock
from warehouse.store.outcomes import decided_before, waiting_outcome
from warehouse.store.party import defences_of, hearing_asked_on, hearing_term, prior_notice_of, remedies_of
from warehouse.store.settings import whole

_SUM_ASKED = "Give the sum as changed: what is to be paid to the workers in all, or the fine."


def record_defence(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    kind: str,
    done_on: date,
    said: str,
    actor: Actor,
    at: datetime,
    examined: str = "",
    notified_on: date | None = None,
) -> str:
    """What the party said to the prior notice (APL §44-45, §63-64; 423 §19). Returns the record's id.

    A statement and a hearing are recorded with what was examined again; a hearing with the day the party was told of
    it, seven working days before. A hearing is asked for within five working days of the notice; who waives after
    that, or stays away, gives it up (APL §64).
    """
    if kind not in DEFENCES:
        raise BadInput(f"To a prior notice the party does one of: {', '.join(DEFENCES)}.")
    if not said.strip():
        raise BadInput("Write down what the party said, or how it waived.")
    if kind in (Party.STATED, Party.HEARD) and not examined.strip():
        raise BadInput("What the party states is examined again; write down with which result.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        notice = prior_notice_of(session, case.id)
        if notice is None or notice.served_on is None:
            raise NotAllowed("No prior notice was served.")
        if not notice.served_on <= done_on <= local_day(at):
            raise BadInput("The day lies between the service of the prior notice and today.")
        done = defences_of(session, notice)
        if kind == Party.HEARING_ASKED:
            _in_time(session, case, notice.served_on, done_on)
        if kind == Party.HEARD:
            asked_on = hearing_asked_on(session, notice) if Party.HEARING_ASKED in done else None
            _told_before(session, notified_on, done_on, asked_on=asked_on)
        if kind in (Party.WAIVED, Party.HEARING_ASKED):
            meet_clocks(session, "hearing_request", met_on=done_on, by=actor.id, at=at, case_id=case.id)
        row = PartyActRow(
            id=new_id("pty"),
            case_id=case.id,
            document_id=notice.id,
            kind=kind,
            done_on=done_on,
            said=said.strip(),
            answer=examined.strip() or None,
            notified_on=notified_on,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "record_defence", actor=actor, at=at, details={"defence": row.id, "kind": kind})
        return row.id


def _in_time(session: Session, case: CaseRow, served_on: date, asked_on: date) -> None:
    term = hearing_term(session, case.id, served_on)
    if term is not None and not term.provisional and asked_on > term.due_on:
        raise NotAllowed(f"A hearing could be asked for until {term.due_on}.")


def _told_before(session: Session, notified_on: date | None, heard_on: date, *, asked_on: date | None) -> None:
    if asked_on is None:
        raise NotAllowed("The party has not asked for a hearing.")
    if notified_on is None:
        raise BadInput("Name the day on which the party was told of the hearing.")
    if notified_on < asked_on:
        raise BadInput("The party is told of a hearing after it asked for one.")
    earliest = due_day(notified_on, HEARING_NOTICE.length, HEARING_NOTICE.unit, calendar_in_force(session))
    if heard_on < earliest.due_on:
        raise NotAllowed(f"Told on {notified_on}, the party is heard on {earliest.due_on} at the earliest.")


def record_remedy(
    store: Warehouse, *, case_id: str, version: int, way: str, where: str, taken_on: date, actor: Actor, at: datetime
) -> str:
    """The party asked for a review (行政复议) or sued (行政诉讼); until that ends the court is not asked to enforce."""
    if way not in REMEDIES:
        raise BadInput(f"A remedy is one of: {', '.join(REMEDIES)}.")
    if not where.strip():
        raise BadInput("Name the authority or the court the party turned to.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        _, paper = _decision(session, case)
        acts = remedies_of(session, [paper.id])
        if acts and acts[-1].kind == Party.REMEDY_TAKEN:
            raise NotAllowed("A remedy of the party is open already.")
        if paper.served_on is None or not paper.served_on <= taken_on <= local_day(at):
            raise BadInput("The day lies between the service of the decision and today.")
        for clock in running(session, kind="apply_court", case_id=case.id):
            cancel_clock(session, clock, reason="remedy", by=actor.id, at=at)
        row = _of_remedy(session, case, paper, (Party.REMEDY_TAKEN, way, where), on=taken_on, by=actor.id, at=at)
        acted(session, case, "record_remedy", actor=actor, at=at, details={"remedy": row.id, "way": way})
        return row.id


def end_remedy(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    how: str,
    said: str,
    ended_on: date,
    actor: Actor,
    at: datetime,
    amount: Decimal | None = None,
) -> str:
    """The review or the suit ended. Where the decision stands, the three months to ask the court run anew (AEL §53).

    A decision that orders to pay and was changed has a changed sum (`amount`, yuan): what the workers are to get in
    all, or the fine. What is owed, demanded and closed goes by it from then on. `said` then names the paper's number.
    """
    if how not in ENDS:
        raise BadInput(f"A remedy ends in one of these ways: {', '.join(ENDS)}.")
    if not said.strip():
        raise BadInput("Name the decision or the judgment.")
    if how == "changed" and not any(sign.isdigit() for sign in said):
        raise BadInput("Name the decision or the judgment with its number.")
    if how != "changed" and amount is not None:
        raise BadInput("A sum is given only where the decision was changed.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        outcome, paper = _decision(session, case)
        acts = remedies_of(session, [paper.id])
        if not acts or acts[-1].kind != Party.REMEDY_TAKEN:
            raise NotAllowed("No remedy of the party is open.")
        if not acts[-1].done_on <= ended_on <= local_day(at):
            raise BadInput("The day lies between the remedy and today.")
        orders = Exit(outcome.exit) in ORDERING
        if how == "changed" and orders != (amount is not None):
            raise BadInput(_SUM_ASKED if orders else "What was changed orders no sum.")
        row = _of_remedy(session, case, paper, (Party.REMEDY_ENDED, how, said), on=ended_on, by=actor.id, at=at)
        row.outcome_id, row.amount_fen = outcome.id, fen_of(amount)
        if how not in FALLEN and case.legal_status in (LegalStatus.SERVED, LegalStatus.DEMANDED):
            _court_anew(session, case, paper, ended_on, review=acts[-1].code == "review", by=actor.id, at=at)
        if how in FALLEN:
            decision_fell(session, case, paper, ended_on, by=actor.id, at=at)
        acted(
            session,
            case,
            "end_remedy",
            actor=actor,
            at=at,
            details={"remedy": row.id, "how": how, "fen": row.amount_fen},
        )
        return row.id


def _of_remedy(
    session: Session,
    case: CaseRow,
    paper: DocumentRow,
    step: tuple[Party, str, str],
    *,
    on: date,
    by: str,
    at: datetime,
) -> PartyActRow:
    """A step of the party against the decision that this paper serves, or the end of one: its kind, code and words."""
    kind, code, said = step
    row = PartyActRow(
        id=new_id("pty"),
        case_id=case.id,
        document_id=paper.id,
        kind=kind,
        code=code,
        done_on=on,
        said=said.strip(),
        by=by,
        at=at,
    )
    session.add(row)
    return row


def _court_anew(
    session: Session, case: CaseRow, paper: DocumentRow, ended_on: date, *, review: bool, by: str, at: datetime
) -> None:
    days = timedelta(days=whole(session, "remedy.sue_after_review.days") if review else 0)
    first = remedies_end(paper.served_on or ended_on, calendar_in_force(session))
    ends = max(ended_on + days, first)
    start_fixed_clock(
        session,
        "apply_court",
        started_on=ends,
        due_on=months_after(ends, APPLY.length),
        source=APPLY.source,
        by=by,
        at=at,
        case_id=case.id,
    )


def _decision(session: Session, case: CaseRow) -> tuple[OutcomeRow, DocumentRow]:
    """The outcome that stands and its served paper; after a transfer to the police, the decision of before it.

    That was made against the party, and falls by a review or a suit whether or not the police have the case.
    """
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is not None and outcome.exit == Exit.TRANSFERRED_TO_POLICE:
        outcome = decided_before(session, case.id) or outcome
    papers = papers_of_outcome(session, case, Exit(outcome.exit)) if outcome is not None else []
    served = [row for row in papers if row.served_on is not None]
    if outcome is None or not served:
        raise NotAllowed("The paper of the outcome is not served yet.")
    return outcome, served[-1]
