"""Declining (不予受理): in writing, with its ground, within the clock of acceptance; every complaint is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.articles import in_full
from casework.calendar import local_day
from casework.clocks import ACCEPT
from casework.errors import BadInput, NotAllowed
from casework.handling import DECLINE_GROUNDS
from casework.lifecycle import ENDED, OPEN, ComplaintStatus, LegalStatus, WorkStatus
from casework.lookback import may_be_found_later
from casework.people import Actor
from casework.record import Json
from casework.reply import ReplyKind
from casework.titles import GROUND_TITLES
from services.cases.held import acted, head_case, held_case
from services.cases.reopening import answer_owed_again, take_up
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, add_paper
from services.replying.settling import close_settled
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintRow, DocumentRow
from warehouse.store.clocks import meet_clocks, start_clock
from warehouse.store.lives import (
    declined_of,
    judge_members,
    living,
    step_at_work,
    step_complaint,
    step_in_law,
    were_asked,
)
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.replies import withdraw_unsent, write_replies
from warehouse.store.settings import text


def decline_case(
    store: Warehouse, *, case_id: str, version: int, ground: str, reason: str, actor: Actor, at: datetime
) -> Issued:
    """Decline a case that was not accepted, on a legal ground. Numbers the notice and answers every complaint.

    `reason` stands on the notice beside the ground, with where else to turn.
    """
    if ground not in DECLINE_GROUNDS:
        raise BadInput(f"A case is declined on one of: {', '.join(DECLINE_GROUNDS)}.")
    if not reason.strip():
        raise BadInput("A case is declined in writing, with the reason.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        today, told = local_day(at), living(session, case_id)
        case.legal_status = step_in_law(session, case, LegalStatus.DECLINED, by=actor.id, at=at, reason=reason)
        check_ground(session, case, told, ground)
        case.status = step_at_work(session, case, WorkStatus.CONCLUDED, by=actor.id, at=at)
        judge_members(session, case.id, ComplaintStatus.DECLINED, by=actor.id, at=at, ground=ground)
        body = {"ground": ground, "law": DECLINE_GROUNDS[ground], "reason": reason.strip(), "complaint_ids": told}
        paper = add_paper(session, case, "declining_notice", today, body, actor=actor, at=at)
        meet_clocks(session, "accept", met_on=today, by=actor.id, at=at, complaint_ids=told)
        words = declined_words(session, case, ground, paper)
        write_replies(session, dict.fromkeys(told, words), kind=ReplyKind.DECLINED, by=actor.id, at=at, not_before=at)
        close_settled(session, told, by=actor.id, at=at)
        acted(session, case, "decline_case", actor=actor, at=at, details={"document": paper.id, "ground": ground})
        return Issued(paper.id, paper.document_no)


def declined_words(session: Session, case: CaseRow, ground: str, notice: DocumentRow) -> str:
    """What a declined complaint is answered on its channel; the notice itself is served."""
    return text(session, "reply.declined.body").format(
        matter_no=case.matter_no,
        ground=GROUND_TITLES[ground][0],
        law=in_full(DECLINE_GROUNDS[ground]),
        document_no=notice.document_no,
    )


def take_back_decline(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    reason: str,
    actor: Actor,
    at: datetime,
    complaint_id: str | None = None,
) -> None:
    """A head takes a decline back, by themselves or because a review or a court annulled it (ADR §20).

    Of a case that was declined, or of one complaint of an open case. What was declined is undecided again: the days of
    acceptance start anew.
    """
    if not reason.strip():
        raise BadInput("A decline is taken back with the reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        declined = declined_of(session, case.id)
        if complaint_id is None:
            if case.status not in ENDED or waiting_outcome(session, case.id, "approved") is not None or not declined:
                raise NotAllowed("Only a case that was declined has a decline to take back.")
            take_up(session, case, declined, reason=reason.strip(), actor=actor, at=at)
        else:
            if case.status not in OPEN:
                raise NotAllowed("This case has ended; what is new comes as a complaint.")
            if complaint_id not in declined:
                raise NotAllowed("This complaint was not declined.")
            declined = [complaint_id]
            step_complaint(session, complaint_id, ComplaintStatus.JUDGED, by=actor.id, at=at, reason=reason.strip())
            withdraw_unsent(session, complaint_ids=declined, kind=ReplyKind.DECLINED, at=at)
            answer_owed_again(session, complaint_id, by=actor.id, at=at)
        calendar = calendar_in_force(session)
        for one in declined:
            start_clock(
                session, ACCEPT, started_on=local_day(at), calendar=calendar, by=actor.id, at=at, complaint_id=one
            )
        details: dict[str, Json] = {"complaints": len(declined)}
        acted(session, case, "take_back_decline", actor=actor, at=at, details=details)


def check_ground(session: Session, case: CaseRow, told: Collection[str], ground: str) -> None:
    """What the records contradict is no ground: a decline takes a remedy away.

    The two years reach back from the day of the complaint, not of the decline (423 §20: not found, nor complained of).
    """
    if ground == "already_filed" and not _filed_elsewhere(session, case):
        raise NotAllowed("No filed case of this employer is open; this ground does not hold.")
    if ground == "employer_unclear":
        if case.employer_id is not None:
            raise NotAllowed("The employer of this case is known; this ground does not hold.")
        if not were_asked(session, told):
            raise NotAllowed("Ask for the missing particulars first; only then is an unclear employer a ground.")
    if ground != "older_than_two_years" or case.arrears_to is None:
        return
    year, month = int(case.arrears_to[:4]), int(case.arrears_to[5:])
    ended_on = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    came = select(func.min(ComplaintRow.received_at)).where(ComplaintRow.id.in_(told))
    if may_be_found_later(ended_on, local_day(session.scalars(came).one())):
        raise NotAllowed("The arrears reach into the last two years; this ground does not hold.")


def _filed_elsewhere(session: Session, case: CaseRow) -> bool:
    """Whether another case of the employer is filed and not over."""
    question = select(CaseRow.id).where(
        CaseRow.id != case.id,
        CaseRow.employer_id == case.employer_id,
        CaseRow.case_no.is_not(None),
        CaseRow.status.in_((*OPEN, WorkStatus.CONCLUDED)),
    )
    return session.scalar(question.limit(1)) is not None
