"""Ask every worker of a decided case who can be reached whether the money came, before its file is closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.enforcement import ORDERING
from casework.errors import NotAllowed
from casework.leniency import Exit
from casework.lifecycle import LegalStatus, WorkStatus
from casework.money_came import UNASKED, asks, holds_closing, silent_from
from casework.people import Actor
from services.office.working_days import calendar_in_force
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow, MoneyQuestionRow, OutcomeRow
from warehouse.store.callbacks import ended
from warehouse.store.money_questions import ask, reachable, said_of
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.settings import whole


def ask_about_money(session: Session, case: CaseRow, *, by: str, at: datetime) -> int:
    """Ask those of a case who were not asked about its last conclusion, where it is time to. Returns how many."""
    outcome = waiting_outcome(session, case.id, "approved")
    exit_ = Exit(outcome.exit) if outcome is not None else None
    if not asks(exit_, case.status, case.legal_status):
        return 0
    last = silent_from(local_day(at), whole(session, "money.silence.days"), calendar_in_force(session))
    asked = ask(session, case, reachable(session, case.id), silent_after=last, at=at)
    if asked:
        audit.record(session, by=by, act="ask_about_money", subject=case.id, at=at, details={"asked": asked})
    return asked


def everybody_heard(session: Session, case: CaseRow, exit_: Exit | None, *, at: datetime) -> None:
    """Raises `NotAllowed` while a worker was not asked, may still answer, or says that the money did not come."""
    if not asks(exit_, case.status, case.legal_status):
        return
    if why := holds_closing(*said_of(session, case, today=local_day(at))):
        raise NotAllowed(why)


def ask_all(store: Warehouse, *, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Ask whoever a conclusion left out: who joined a case since, or was concluded before there was this question.

    Each case is a transaction of its own. Returns how many were asked.
    """
    said, member, row, outcome = ComplaintVersionRow, CaseMembershipRow, MoneyQuestionRow, OutcomeRow
    asked = select(row.id).where(row.complaint_id == said.complaint_id, row.concluded_at >= ended())
    money = select(outcome.id).where(
        outcome.case_id == CaseRow.id,
        outcome.state == "approved",
        outcome.exit.not_in(UNASKED),
        or_(outcome.exit.not_in(ORDERING), CaseRow.legal_status == LegalStatus.PERFORMED),
    )
    question = (
        select(CaseRow.id)
        .join(member, member.case_id == CaseRow.id)
        .join(said, (said.complaint_id == member.complaint_id) & said.newest)
        .where(
            CaseRow.status == WorkStatus.CONCLUDED,
            member.valid_to.is_(None),
            said.wants_reply,
            said.complainant_phone.is_not(None),
            ~asked.exists(),
            money.exists(),
        )
        .distinct()
        .order_by(CaseRow.id)
        .limit(limit)
    )
    with store.read() as session:
        waiting = list(session.scalars(question))
    total = 0
    for case_id in waiting:
        with store.write() as session:
            total += ask_about_money(session, session.get_one(CaseRow, case_id), by=actor.id, at=at)
    return total
