"""What an approved outcome sets in motion, and the closing of the file after it (办结 is not 结案)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import OUTLIVES
from casework.documents import KINDS
from casework.errors import NotAllowed
from casework.leniency import PAPER, Exit
from casework.lifecycle import LegalStatus, WorkStatus, move, move_in_law
from casework.money import yuan_of
from casework.people import Actor
from casework.reply import ReplyKind
from casework.titles import EXIT_TITLES
from services.held import acted, head_case
from services.papers import add_paper
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, OutcomeRow
from warehouse.store.clocks import cancel_clock, meet_clocks, running
from warehouse.store.dispatch import end_assignment, live_assignment
from warehouse.store.handling import documents_of, proven
from warehouse.store.linkage import members
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.replies import write_reply
from warehouse.store.settings import text

_IN_LAW = {Exit.FILING_WITHDRAWN: LegalStatus.WITHDRAWN, Exit.TRANSFERRED_TO_POLICE: LegalStatus.TRANSFERRED}
_NO_PAPER_OF_ITS_OWN = frozenset({Exit.CORRECTION_ONLY, Exit.NOT_ESTABLISHED})


def conclude(session: Session, case: CaseRow, outcome: OutcomeRow, *, actor: Actor, at: datetime) -> str | None:
    """The outcome is decided: status, paper, clocks, answers. Returns the id of the paper that was numbered for it."""
    exit_, today = Exit(outcome.exit), local_day(at)
    case.status = move(case.status, WorkStatus.CONCLUDED).value
    paper = None
    if exit_ not in _NO_PAPER_OF_ITS_OWN and not documents_of(session, case.id, (PAPER[exit_],)):
        body = {"basis": outcome.basis, "outcome": EXIT_TITLES[exit_][0]}
        paper = add_paper(session, case, PAPER[exit_], today, body, actor=actor, at=at).id
    if case.case_no is not None:
        case.legal_status = move_in_law(case.legal_status, _IN_LAW.get(exit_, LegalStatus.DECIDED)).value
    for kind in ("investigate", "decide", "penalty_90"):
        meet_clocks(session, kind, met_on=today, by=actor.id, at=at, case_id=case.id)
    meet_clocks(session, "accept", met_on=today, by=actor.id, at=at, complaint_ids=members(session, case.id))
    _answer(session, case, exit_, actor=actor, at=at)
    return paper


def _answer(session: Session, case: CaseRow, exit_: Exit, *, actor: Actor, at: datetime) -> None:
    """办理结果 to every complaint on its own channel; an older answer still unsent goes first."""
    paid = proven(session, case.id)
    words = f"已追回工资{yuan_of(paid.amount)}元。" if paid.amount else ""
    body = text(session, "reply.result.body").format(
        matter_no=case.matter_no, outcome=EXIT_TITLES[exit_][0], paid=words
    )
    for one in members(session, case.id):
        write_reply(session, complaint_id=one, kind=ReplyKind.RESULT, body=body, by=actor.id, at=at, not_before=at)


def close_case(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> None:
    """A head closes the file (结案): the outcome stands and its paper is served. Numbers the closing report."""
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        case.status = move(case.status, WorkStatus.CLOSED).value
        outcome = waiting_outcome(session, case_id, "approved")
        declined = case.legal_status == LegalStatus.DECLINED
        if outcome is None and not declined:
            raise NotAllowed("A case is closed after its outcome was approved.")
        kind = PAPER[Exit(outcome.exit)] if outcome else "declining_notice"
        if KINDS[kind].served and not any(row.served_on for row in documents_of(session, case_id, (kind,))):
            raise NotAllowed("The paper of the outcome is not served yet.")
        if case.case_no is not None and outcome is not None:
            body = {"case_no": case.case_no, "outcome": EXIT_TITLES[outcome.exit][0]}
            add_paper(session, case, "closing_report", local_day(at), body, actor=actor, at=at)
        case.legal_status = move_in_law(case.legal_status, LegalStatus.CLOSED).value
        held = live_assignment(session, case_id)
        if held is not None:
            end_assignment(session, held, "ended", by=actor.id, at=at)
        for clock in running(session, case_id=case_id):
            if clock.kind in OUTLIVES:
                continue
            cancel_clock(session, clock, reason="closed", by=actor.id, at=at)
        acted(session, case, "close_case", actor=actor, at=at, details={"outcome": outcome.id if outcome else None})
