"""What an approved outcome sets in motion, and the closing of the file after it (办结 is not 结案)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import OUTLIVES
from casework.crime import WITH_THE_POLICE
from casework.documents import KINDS
from casework.enforcement import ORDERING
from casework.errors import NotAllowed
from casework.leniency import PAPER, Exit
from casework.lifecycle import ComplaintStatus, LegalStatus, WorkStatus
from casework.money import yuan_of
from casework.people import Actor
from casework.reply import ReplyKind
from casework.sanctions import LISTING_PAPERS, PUBLICATION_PAPERS
from casework.titles import EXIT_TITLES
from services.cases.held import acted, head_case
from services.cases.left_open import nothing_left_open
from services.paperwork.addressing import transferred
from services.paperwork.papers import add_paper
from services.paperwork.served import note_served_before, papers_of_outcome
from services.replying.asking_money import ask_about_money, everybody_heard
from services.replying.settling import close_settled
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, OutcomeRow
from warehouse.store.clocks import cancel_clock, meet_clocks, running
from warehouse.store.dispatch import end_assignment, live_assignment
from warehouse.store.handling import documents_of, proven
from warehouse.store.linkage import members
from warehouse.store.lives import judge_members, living, step_at_work, step_in_law
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.replies import write_replies
from warehouse.store.settings import text
from warehouse.store.sparing import last_transfer

_IN_LAW = {Exit.FILING_WITHDRAWN: LegalStatus.WITHDRAWN, Exit.TRANSFERRED_TO_POLICE: LegalStatus.TRANSFERRED}
_WITHOUT_MONEY = frozenset({Exit.NOT_ESTABLISHED, Exit.TRANSFERRED_TO_POLICE})
"""Exits that leave no order to pay in our hands: none was owed, or the police have the case."""
_NO_PAPER_OF_ITS_OWN = frozenset({Exit.CORRECTION_ONLY})


def conclude(session: Session, case: CaseRow, outcome: OutcomeRow, *, actor: Actor, at: datetime) -> str | None:
    """The outcome is decided: status, paper, clocks, answers. Returns the id of the paper that was numbered for it."""
    exit_, today = Exit(outcome.exit), local_day(at)
    if case.status != WorkStatus.CONCLUDED:
        case.status = step_at_work(session, case, WorkStatus.CONCLUDED, by=actor.id, at=at)
    paper = None
    if exit_ not in _NO_PAPER_OF_ITS_OWN and not papers_of_outcome(session, case, exit_):
        body = {"basis": outcome.basis, "outcome": EXIT_TITLES[exit_][0]}
        party = transferred(session, case) if exit_ is Exit.TRANSFERRED_TO_POLICE else outcome.addressee_id
        paper = add_paper(session, case, PAPER[exit_], today, body, actor=actor, at=at, addressee_id=party).id
    if case.case_no is not None:
        into = _IN_LAW.get(exit_, LegalStatus.DECIDED)
        case.legal_status = step_in_law(session, case, into, by=actor.id, at=at)
        note_served_before(session, case, exit_, by=actor.id, at=at)
    judged = ComplaintStatus.MERGED if case.case_no is not None else ComplaintStatus.JUDGED
    judge_members(session, case.id, judged, by=actor.id, at=at)
    for kind in ("investigate", "decide", "penalty_90", "recheck", "hearing_request"):
        meet_clocks(session, kind, met_on=today, by=actor.id, at=at, case_id=case.id)
    meet_clocks(session, "accept", met_on=today, by=actor.id, at=at, complaint_ids=members(session, case.id))
    _answer(session, case, exit_, actor=actor, at=at)
    ask_about_money(session, case, by=actor.id, at=at)
    return paper


def _answer(session: Session, case: CaseRow, exit_: Exit, *, actor: Actor, at: datetime) -> None:
    """办理结果 to every complaint on its own channel; an older answer still unsent goes first."""
    paid = proven(session, case.id)
    words = f"已追回工资{yuan_of(paid.amount)}元。" if paid.amount else ""
    body = text(session, "reply.result.body").format(
        matter_no=case.matter_no, outcome=EXIT_TITLES[exit_][0], paid=words
    )
    told = living(session, case.id)
    write_replies(session, dict.fromkeys(told, body), kind=ReplyKind.RESULT, by=actor.id, at=at, not_before=at)
    close_settled(session, told, by=actor.id, at=at)


def close_case(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> None:
    """A head closes the file (结案): the outcome stands and its paper is served. Numbers the closing report."""
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        case.status = step_at_work(session, case, WorkStatus.CLOSED, by=actor.id, at=at)
        outcome = waiting_outcome(session, case_id, "approved")
        declined = case.legal_status == LegalStatus.DECLINED
        if outcome is None and not declined:
            raise NotAllowed("A case is closed after its outcome was approved.")
        _may_close(session, case, Exit(outcome.exit) if outcome else None, at=at)
        if case.case_no is not None and outcome is not None:
            body = {"case_no": case.case_no, "outcome": EXIT_TITLES[outcome.exit][0]}
            add_paper(session, case, "closing_report", local_day(at), body, actor=actor, at=at)
        case.legal_status = step_in_law(session, case, LegalStatus.CLOSED, by=actor.id, at=at)
        held = live_assignment(session, case_id)
        if held is not None:
            end_assignment(session, held, "ended", by=actor.id, at=at)
        told = (kind for kind in LISTING_PAPERS | PUBLICATION_PAPERS if KINDS[kind].served)
        goes_on = documents_of(session, case.id, tuple(told))
        unserved = {row.issued_on for row in goes_on if not row.served_on}
        for clock in running(session, case_id=case_id):
            if clock.kind in OUTLIVES or (clock.kind == "serve" and clock.started_on in unserved):
                continue
            cancel_clock(session, clock, reason="closed", by=actor.id, at=at)
        acted(session, case, "close_case", actor=actor, at=at, details={"outcome": outcome.id if outcome else None})


def _may_close(session: Session, case: CaseRow, exit_: Exit | None, *, at: datetime) -> None:
    """The paper is served; what was ordered is done, or the court has it (AEL §53); the workers have their money.

    And nobody who was asked says that it did not come, or may still say so (`casework.money_came`).

    A fine, and a sparing too, leaves the order to pay as it was (423 §26). Where the court has the decision to pay, the
    money is its to bring in; where it has a fine, it is not.
    """
    kind = PAPER[exit_] if exit_ else "declining_notice"
    papers = papers_of_outcome(session, case, exit_) if exit_ else documents_of(session, case.id, (kind,))
    if KINDS[kind].served and not any(row.served_on for row in papers):
        raise NotAllowed("The paper of the outcome is not served yet.")
    if exit_ is Exit.TRANSFERRED_TO_POLICE:
        transfer = last_transfer(session, case.id)
        if transfer is None or transfer.state not in WITH_THE_POLICE:
            raise NotAllowed("The police do not have this case; hand it over, or take it back.")
    if exit_ in ORDERING and case.legal_status not in (LegalStatus.PERFORMED, LegalStatus.IN_COURT):
        raise NotAllowed("What the decision orders is not done yet, and the court was not asked to enforce it.")
    in_court = exit_ is Exit.HANDLING and case.legal_status == LegalStatus.IN_COURT
    if exit_ is not None and exit_ not in _WITHOUT_MONEY and not in_court:
        nothing_left_open(session, case, at=at)
    everybody_heard(session, case, exit_, at=at)
