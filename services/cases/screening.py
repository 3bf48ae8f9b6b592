"""The first look at a single complaint (初核): what it lacks is asked for, what is not a case is answered or handed on.

A complaint that ends here stays in its case as a fact; what the case comes to is no answer to it any more. When it was
the only one, its case ends with it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import ACCEPT, TimeLimit, due_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.handling import BODIES, DECLINE_GROUNDS
from casework.lifecycle import OPEN, ComplaintStatus, LegalStatus, WorkStatus, words
from casework.people import Actor
from casework.record import Json
from casework.reply import ReplyKind
from casework.titles import BODY_TITLES
from services.cases.declining import check_ground, declined_words
from services.cases.held import acted, desk_or_head
from services.cases.left_open import nothing_left_open
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, add_paper
from services.replying.settling import close_if_settled
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, ReferralRow, new_id
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.clocks import cancel_clock, meet_clocks, running, start_clock
from warehouse.store.dispatch import end_assignment, live_assignment
from warehouse.store.linkage import members
from warehouse.store.lives import living, standings, step_at_work, step_complaint, step_in_law
from warehouse.store.replies import write_reply
from warehouse.store.settings import setting, text, whole

CHANNEL = "channel"
"""退回渠道: the complaint goes back to the channel that sent it, which knows better whose it is."""
NOTICE = "other_way_notice"


def ask_supplement(
    store: Warehouse, *, case_id: str, version: int, complaint_id: str, wanted: str, actor: Actor, at: datetime
) -> Issued:
    """Ask a complainant for missing particulars (补正): a numbered notice, and the question on their own channel.

    Both name what is missing and the day to give it by; a day of a year that is not published yet is left open.

    The clock of acceptance stops where the setting says that it starts anew (`supplement.restarts_acceptance`).
    """
    if not wanted.strip():
        raise BadInput("Say what is missing.")
    with store.write() as session:
        case = _screened(session, case_id, version, complaint_id, actor=actor)
        by, today = actor.id, local_day(at)
        step_complaint(session, complaint_id, ComplaintStatus.SUPPLEMENTING, by=by, at=at, reason=wanted)
        calendar = calendar_in_force(session)
        days = whole(session, "clock.supplement.days")
        limit = TimeLimit("supplement", days, "working", "setting: clock.supplement.days")
        clock = start_clock(
            session, limit, started_on=today, calendar=calendar, by=by, at=at, complaint_id=complaint_id
        )
        if setting(session, "supplement.restarts_acceptance"):
            for accept in _in_time(session, complaint_id, today):
                cancel_clock(session, accept, reason="supplement", by=by, at=at)
        blanks = {"wanted": wanted.strip()}
        if not clock.provisional:
            blanks["wanted_until"] = clock.due_on.isoformat()
        paper = add_paper(
            session, case, "supplement_notice", today, blanks, actor=actor, at=at, complaint_id=complaint_id
        )
        until = "" if clock.provisional else f"请于{clock.due_on.isoformat()}前补充。"
        body = text(session, "reply.supplement.body").format(
            matter_no=case.matter_no, wanted=wanted.strip(), until=until, document_no=paper.document_no
        )
        write_reply(
            session, complaint_id=complaint_id, kind=ReplyKind.SUPPLEMENT, body=body, by=by, at=at, not_before=at
        )
        details: dict[str, Json] = {"complaint": complaint_id, "document": paper.id}
        acted(session, case, "ask_supplement", actor=actor, at=at, details=details)
        return Issued(paper.id, paper.document_no)


def _in_time(session: Session, complaint_id: str, today: date) -> list[ClockRow]:
    """The clock of acceptance, unless it ran out already: a question asked too late makes up for nothing."""
    return [one for one in running(session, kind="accept", complaint_ids=[complaint_id]) if one.due_on >= today]


def record_supplement(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    complaint_id: str,
    came_on: date,
    actor: Actor,
    at: datetime,
    given: str = "",
) -> None:
    """The particulars are complete. From that day the clock of acceptance runs anew, where the setting says so."""
    with store.write() as session:
        case = _screened(session, case_id, version, complaint_id, actor=actor)
        if came_on > local_day(at):
            raise BadInput("A supplement is recorded after it came in.")
        asked = running(session, kind="supplement", complaint_ids=[complaint_id])
        if asked and came_on < asked[0].started_on:
            raise BadInput("A supplement comes in after it was asked for.")
        by = actor.id
        step_complaint(session, complaint_id, ComplaintStatus.SUPPLEMENTED, by=by, at=at, reason=given)
        meet_clocks(session, "supplement", met_on=came_on, by=by, at=at, complaint_ids=[complaint_id])
        if setting(session, "supplement.restarts_acceptance"):
            calendar = calendar_in_force(session)
            if not running(session, kind="accept", complaint_ids=[complaint_id]):
                start_clock(
                    session, ACCEPT, started_on=came_on, calendar=calendar, by=by, at=at, complaint_id=complaint_id
                )
        acted(session, case, "record_supplement", actor=actor, at=at, details={"complaint": complaint_id})


def redirect_complaint(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    complaint_id: str,
    way: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Return a complaint to its channel, or refer it to the body whose matter it is; the complainant is told where.

    `way` is `channel` or one of the bodies (724 §10: forward what is not ours). Where it is a body, a numbered notice
    tells the complainant of that way (告知另行途径, GD25 §18; QD §27).
    """
    if way != CHANNEL and way not in BODIES:
        raise BadInput(f"A complaint goes back to its channel, or to one of: {', '.join(BODIES)}.")
    if not reason.strip():
        raise BadInput("A complaint is redirected with a reason.")
    with store.write() as session:
        case = _screened(session, case_id, version, complaint_id, actor=actor)
        told = text(session, "reply.redirected.body").format(matter_no=case.matter_no, reason=reason.strip())
        details: dict[str, Json] = {"complaint": complaint_id, "way": way}
        if way != CHANNEL:
            blanks = {"way": BODY_TITLES[way][0], "reason": reason.strip()}
            paper = add_paper(
                session, case, NOTICE, local_day(at), blanks, actor=actor, at=at, complaint_id=complaint_id
            )
            told += text(session, "reply.redirected.notice").format(document_no=paper.document_no)
            details["document"] = paper.id
        _end(session, complaint_id, ComplaintStatus.REDIRECTED, told, reason=reason, actor=actor, at=at)
        if way != CHANNEL:
            details["referral"] = _refer(session, case, way, reason.strip(), actor=actor, at=at)
        _end_case_with_its_last(session, case, reason=reason, actor=actor, at=at)
        acted(session, case, "redirect_complaint", actor=actor, at=at, details=details)


def answer_complaint(
    store: Warehouse, *, case_id: str, version: int, complaint_id: str, answer: str, actor: Actor, at: datetime
) -> None:
    """Answer a complaint directly (直接答复): it asks, or is settled by saying so; nothing is investigated for it."""
    if not answer.strip():
        raise BadInput("An answer says something.")
    with store.write() as session:
        case = _screened(session, case_id, version, complaint_id, actor=actor)
        _end(session, complaint_id, ComplaintStatus.ANSWERED, answer.strip(), reason=answer, actor=actor, at=at)
        _end_case_with_its_last(session, case, reason=answer, actor=actor, at=at)
        acted(session, case, "answer_complaint", actor=actor, at=at, details={"complaint": complaint_id})


def decline_complaint(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    complaint_id: str,
    ground: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Issued:
    """Decline one of several complaints on a statutory ground, by a numbered notice of its own; the others go on.

    The notice gives ground, article, reason and remedy, and the answer on the channel names it. The last one of a case
    is declined with the case.
    """
    if ground not in DECLINE_GROUNDS:
        raise BadInput(f"A case is declined on one of: {', '.join(DECLINE_GROUNDS)}.")
    if not reason.strip():
        raise BadInput("A case is declined in writing, with the reason.")
    with store.write() as session:
        case = _screened(session, case_id, version, complaint_id, actor=actor)
        if len(living(session, case.id)) < 2:
            raise NotAllowed("This is the only complaint of its case; decline the case.")
        check_ground(session, case, [complaint_id], ground)
        paper = add_paper(
            session,
            case,
            "declining_notice",
            local_day(at),
            {"ground": ground, "law": DECLINE_GROUNDS[ground], "reason": reason.strip()},
            actor=actor,
            at=at,
            complaint_id=complaint_id,
        )
        told = declined_words(session, case, ground, paper)
        why: Any = {"reason": reason, "ground": ground}
        _end(session, complaint_id, ComplaintStatus.DECLINED, told, **why, actor=actor, at=at)
        details: dict[str, Json] = {"complaint": complaint_id, "ground": ground, "document": paper.id}
        acted(session, case, "decline_complaint", actor=actor, at=at, details=details)
        return Issued(paper.id, paper.document_no)


def _screened(session: Session, case_id: str, version: int, complaint_id: str, *, actor: Actor) -> CaseRow:
    """The open case of a complaint, locked, for the desk or a head of the place, or an inspector who holds it."""
    case = case_for_change(session, case_id)
    held = live_assignment(session, case_id)
    own = held is not None and held.state == "signed" and actor.id in (held.lead_id, held.assisting_id)
    desk = desk_or_head(actor, case.district_code)
    if not (own or desk) or complaint_id not in members(session, case_id):
        raise NotFound("There is no such complaint, or it is not yours to see.")
    live_case(session, case_id, version=version)
    if case.status not in OPEN:
        raise NotAllowed(f"Only a complaint of an open case is judged; this case is {words(case.status)}.")
    return case


def _end(
    session: Session,
    complaint_id: str,
    to: ComplaintStatus,
    told: str,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    ground: str | None = None,
) -> None:
    """A complaint ends by itself: it is judged, its clocks are met, and it is told why."""
    by, today = actor.id, local_day(at)
    if standings(session, [complaint_id])[complaint_id] is not ComplaintStatus.JUDGED:
        step_complaint(session, complaint_id, ComplaintStatus.JUDGED, by=by, at=at)
    step_complaint(session, complaint_id, to, by=by, at=at, reason=reason, ground=ground)
    meet_clocks(session, "accept", met_on=today, by=by, at=at, complaint_ids=[complaint_id])
    for clock in running(session, kind="supplement", complaint_ids=[complaint_id]):
        cancel_clock(session, clock, reason=to.value, by=by, at=at)
    kind = _LETTERS[to]
    write_reply(session, complaint_id=complaint_id, kind=kind, body=told, by=by, at=at, not_before=at)
    close_if_settled(session, complaint_id, by=by, at=at)


_LETTERS = {
    ComplaintStatus.REDIRECTED: ReplyKind.REDIRECTED,
    ComplaintStatus.ANSWERED: ReplyKind.ANSWER,
    ComplaintStatus.DECLINED: ReplyKind.DECLINED,
}


def _refer(session: Session, case: CaseRow, body: str, reason: str, *, actor: Actor, at: datetime) -> str:
    """The referral that goes with a complaint, on the case's own list, with the usual day to answer by.

    Without one where the holidays of that year are not published: no other body is given a guess.
    """
    today = local_day(at)
    due = due_day(today, whole(session, "clock.referral.days"), "working", calendar_in_force(session))
    row = ReferralRow(
        id=new_id("ref"),
        case_id=case.id,
        body=body,
        reason=reason,
        referred_on=today,
        due_on=None if due.provisional else due.due_on,
        by=actor.id,
        at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def _end_case_with_its_last(session: Session, case: CaseRow, *, reason: str, actor: Actor, at: datetime) -> None:
    """A case that was never filed and has no complaint left to answer is closed, unless something is left open."""
    if living(session, case.id) or case.case_no is not None:
        return
    nothing_left_open(session, case, at=at)
    case.status = step_at_work(session, case, WorkStatus.CLOSED, by=actor.id, at=at, reason=reason)
    case.legal_status = step_in_law(session, case, LegalStatus.CLOSED, by=actor.id, at=at, reason=reason)
    held = live_assignment(session, case.id)
    if held is not None:
        end_assignment(session, held, "ended", by=actor.id, at=at)
    for clock in running(session, case_id=case.id):
        cancel_clock(session, clock, reason="closed", by=actor.id, at=at)
