"""Reopening: a case that ended is taken up again with a reason, by those who had it (重办)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import OUTLIVES, TimeLimit, Unit
from casework.enforcement import ORDERING
from casework.errors import BadInput, NotAllowed
from casework.leniency import Exit
from casework.lifecycle import ENDED, ComplaintStatus, LegalStatus, WorkStatus
from casework.people import Actor
from casework.record import Json
from casework.reply import ReplyKind
from casework.suspension import NAMED
from services.cases.held import acted, head_case
from services.dispatch.dispatched import check_inspectors
from services.office.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, ClockRow
from warehouse.store.clocks import cancel_clock, running, start_clock
from warehouse.store.dispatch import NO_SUGGESTION, assign, live_assignment
from warehouse.store.lives import living, standings, step_at_work, step_complaints, step_in_law
from warehouse.store.notices import write_notices
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.replies import withdraw_unsent
from warehouse.store.settings import setting, whole

_TOLD = frozenset(
    {ComplaintStatus.DECLINED, ComplaintStatus.REPLIED, ComplaintStatus.CONFIRMED, ComplaintStatus.CLOSED}
)
_UNDER_WAY = (LegalStatus.DECIDED, LegalStatus.SERVED, LegalStatus.DEMANDED, LegalStatus.IN_COURT)


def reopen_case(store: Warehouse, *, case_id: str, version: int, reason: str, actor: Actor, at: datetime) -> None:
    """A head takes a case that ended up again, with the reason."""
    if not reason.strip():
        raise BadInput("A case is reopened with a reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        reopen(session, case, reason=reason.strip(), actor=actor, at=at)


def money_reopens(session: Session, case: CaseRow) -> bool:
    """Whether unpaid wages are news of a case: it ended as if they were paid.

    A transfer to the police and an order that is still being enforced never said so. Where nothing could be proven, who
    was not paid is heard again (724 §10).
    """
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is None or bars_reopening(session, case):
        return False
    return outcome.exit not in ORDERING or case.legal_status not in _UNDER_WAY


def bars_reopening(session: Session, case: CaseRow) -> str:
    """Why a case cannot be reopened as it stands; empty when it can."""
    if case.status not in ENDED:
        return "Only a case that was concluded or closed is reopened."
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is None:
        return "This case ended without an outcome; what is new comes as a complaint."
    if outcome.exit == Exit.TRANSFERRED_TO_POLICE:
        return "The police have this case; it is taken back when they have refused it for good."
    return ""


def reopen(session: Session, case: CaseRow, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take a case up again within an act that found out why. Raises `NotAllowed` for one that did not end.

    It goes to the two who had it; where they may not take it any more, to the desk. Its complaints are open again and
    get a further answer; the clock of looking again runs, and the channels' own clocks anew. The 60 working days do
    not: they run from the filing, once (423 §17), and a case that was filed is not filed again.
    """
    if why := bars_reopening(session, case):
        raise NotAllowed(why)
    pair = take_up(session, case, living(session, case.id), reason=reason, actor=actor, at=at)
    start_recheck(session, case, actor=actor, at=at)
    details: dict[str, Json] = {"officers": len(pair)}
    acted(session, case, "reopen_case", actor=actor, at=at, details=details)


def take_up(
    session: Session, case: CaseRow, told: Collection[str], *, reason: str, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """A case that ended is in hands again, with these complaints open; what nobody began to send is not sent.

    Returns its inspectors; none when it waits to be dispatched.
    """
    by, filed = actor.id, case.case_no is not None
    into = LegalStatus.FILED if filed else LegalStatus.RECEIVED
    if case.legal_status != into:
        case.legal_status = step_in_law(session, case, into, by=by, at=at, reason=reason)
    for clock in running(session, case_id=case.id):
        if clock.kind not in OUTLIVES:
            cancel_clock(session, clock, reason="reopened", by=by, at=at)
    for kind in (ReplyKind.RESULT, ReplyKind.DECLINED):
        withdraw_unsent(session, complaint_ids=told, kind=kind, at=at)
    pair = _give_back(session, case, reason=reason, by=by, at=at)
    again = ComplaintStatus.ACCEPTED if filed else ComplaintStatus.JUDGED
    open_again = [one for one, now in standings(session, told).items() if now in _TOLD]
    step_complaints(session, open_again, again, by=by, at=at, reason=reason)
    for one in open_again:
        answer_owed_again(session, one, by=by, at=at)
    write_notices(session, pair, kind="reopened", case_id=case.id, due_at=at)
    return pair


def start_recheck(session: Session, case: CaseRow, *, actor: Actor, at: datetime) -> None:
    """The days in which a reopened case is looked into."""
    limit = TimeLimit("recheck", whole(session, "callback.recheck.days"), "working", "setting: callback.recheck.days")
    calendar = calendar_in_force(session)
    start_clock(session, limit, started_on=local_day(at), calendar=calendar, by=actor.id, at=at, case_id=case.id)


def answer_owed_again(session: Session, complaint_id: str, *, by: str, at: datetime) -> None:
    """The channel's own clock runs anew, as long as it was (JN §27), where the setting says so.

    A channel that names its days itself names a new one, or none: nothing is counted for it.
    """
    if not setting(session, "reopen.restarts_reply") or running(session, kind="reply", complaint_ids=[complaint_id]):
        return
    row = ClockRow
    before = select(row).where(row.complaint_id == complaint_id, row.kind == "reply", row.calendar_version != NAMED)
    last = session.scalars(before.order_by(row.started_on.desc(), row.id).limit(1)).first()
    if last is not None:
        limit = TimeLimit("reply", last.length, cast(Unit, last.unit), last.source)
        calendar = calendar_in_force(session)
        start_clock(
            session, limit, started_on=local_day(at), calendar=calendar, by=by, at=at, complaint_id=complaint_id
        )


def _give_back(session: Session, case: CaseRow, *, reason: str, by: str, at: datetime) -> tuple[str, ...]:
    """The case is in hands again: those that hold it still, or had it last. None: it waits to be dispatched."""
    held = live_assignment(session, case.id)
    if held is not None:
        case.status = step_at_work(session, case, WorkStatus.IN_PROGRESS, by=by, at=at, reason=reason)
        return (held.lead_id, held.assisting_id)
    last = select(AssignmentRow).where(AssignmentRow.case_id == case.id, AssignmentRow.state == "ended")
    had = session.scalars(last.order_by(AssignmentRow.ended_at.desc()).limit(1)).first()
    pair = (had.lead_id, had.assisting_id) if had is not None else None
    if pair is None or not _may_take(session, case, pair, at=at):
        case.status = step_at_work(session, case, WorkStatus.TO_DISPATCH, by=by, at=at, reason=reason)
        for name, value in NO_SUGGESTION.items():
            setattr(case, name, value)
        return ()
    case.status = step_at_work(session, case, WorkStatus.IN_PROGRESS, by=by, at=at, reason=reason)
    row = assign(session, case, pair, why=["chosen"], batch_id=None, by=by, at=at)
    row.state, row.signed_at = "signed", at
    return pair


def _may_take(session: Session, case: CaseRow, pair: tuple[str, str], *, at: datetime) -> bool:
    try:
        check_inspectors(session, case, pair, at=at)
    except NotAllowed:
        return False
    return True
