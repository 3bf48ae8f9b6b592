"""What workers say of the money (到账确认): on the page, by telephone, at the window. "No" takes the case up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.money_came import BY_HAND, LONGEST, UNPAID, AnsweredBy
from casework.people import Actor
from casework.record import Json
from services.cases.held import desk_or_head, officers_of
from services.cases.reopening import money_reopens, reopen
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, ComplaintRow, MoneyQuestionRow
from warehouse.store.cases import case_for_change
from warehouse.store.linkage import case_of
from warehouse.store.lives import living
from warehouse.store.money_questions import open_question
from warehouse.store.recusals import recused_from

_NONE = "There is no such complaint, or it is not yours to see."
_UNASKED = "Nobody is asked about this complaint now."


@dataclass(frozen=True, slots=True)
class Noted:
    """What an answer led to: whether it was news, and whether the case was taken up again."""

    changed: bool
    reopened: bool


def worker_says(
    store: Warehouse, *, complaint_id: str, came: bool, words: str = "", actor: Actor, at: datetime
) -> Noted:
    """The answer of a worker who proved to be the teller of a complaint: the page for workers calls this.

    The same answer again changes nothing; another one takes its place, for the last word counts. Raises
    `NotFound`, `NotAllowed` where nothing was asked, `BadInput` for too many words. `actor` is the system's own.
    """
    with store.write() as session:
        return _note(session, complaint_id, came, words, AnsweredBy.PAGE, actor=actor, at=at)


def record_money_answer(
    store: Warehouse,
    *,
    complaint_id: str,
    came: bool,
    answered_by: AnsweredBy,
    actor: Actor,
    at: datetime,
    words: str = "",
) -> Noted:
    """The answer as an officer heard it, by telephone or at the window. Nobody asks about a case of their own."""
    if answered_by not in BY_HAND:
        raise BadInput("Say how the worker answered.")
    with store.write() as session:
        case = _case(session, complaint_id)
        if case is None or not actor.covers(case.district_code):
            raise NotFound(_NONE)
        if not desk_or_head(actor, case.district_code):
            raise NotAllowed("Only the desk or a head asks whether the money came.")
        if actor.id in officers_of(session, case.id):
            raise NotAllowed("Nobody asks about a case of their own.")
        if recused_from(session, case, [actor.id], on=local_day(at)):
            raise NotAllowed("You are recused from this case.")
        return _note(session, complaint_id, came, words, answered_by, actor=actor, at=at)


def heard_in_call_back(session: Session, complaint_id: str, came: bool, *, actor: Actor, at: datetime) -> None:
    """A call-back heard it too: for the question, where there is one, the last word counts. The call does the rest."""
    row = open_question(session, complaint_id)
    if row is not None and row.came is not came:
        _keep(row, came, "", AnsweredBy.CALL_BACK, by=actor.id, at=at)
        session.flush()


def _case(session: Session, complaint_id: str) -> CaseRow | None:
    case_id = case_of(session, complaint_id)
    return case_for_change(session, case_id) if case_id else None


def _note(
    session: Session, complaint_id: str, came: bool, words: str, by: AnsweredBy, *, actor: Actor, at: datetime
) -> Noted:
    if len(words) > LONGEST:
        raise BadInput(f"Please say it in at most {LONGEST} characters.")
    one_at_a_time(session, f"money:{complaint_id}")
    complaint = session.get(ComplaintRow, complaint_id)
    case = _case(session, complaint_id)
    if complaint is None or case is None:
        raise NotFound(_NONE)
    row = open_question(session, complaint_id)
    if row is None or row.case_id != case.id or complaint_id not in living(session, case.id):
        raise NotAllowed(_UNASKED)
    if row.came is came:
        return Noted(changed=False, reopened=False)
    _keep(row, came, words, by, by=actor.id, at=at)
    session.flush()
    again = not came and money_reopens(session, case)
    if again:
        reason = UNPAID.format(complaint_no=complaint.complaint_no, words=words.strip())
        reopen(session, case, reason=reason, actor=actor, at=at)
    details: dict[str, Json] = {"came": came, "by": by.value, "reopened": again}
    audit.record(session, by=actor.id, act="note_money_answer", subject=complaint_id, at=at, details=details)
    return Noted(changed=True, reopened=again)


def _keep(row: MoneyQuestionRow, came: bool, words: str, answered_by: AnsweredBy, *, by: str, at: datetime) -> None:
    row.came, row.answered_at, row.answered_by, row.noted_by = came, at, answered_by.value, by
    row.words = words.strip() or None
