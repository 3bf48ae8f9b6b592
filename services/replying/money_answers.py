"""What workers say of the money (到账确认): on the page, by telephone, at the window. "No" takes the case up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.money_came import BY_HAND, LONGEST, MOST_FEN, AnsweredBy, why_reopened
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


@dataclass(frozen=True, slots=True)
class _Answer:
    came: bool
    words: str
    part_fen: int | None
    by: AnsweredBy
    at: datetime

    def says_nothing_new(self, row: MoneyQuestionRow) -> bool:
        """The same answer again, with no other words and no other sum."""
        words = self.words.strip() or row.words
        return (row.came, row.part_fen, row.words) == (self.came, self.part_fen, words)


def worker_says(
    store: Warehouse,
    *,
    complaint_id: str,
    came: bool,
    words: str = "",
    part_fen: int | None = None,
    question_id: str | None = None,
    said_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> Noted:
    """The answer of a worker who proved to be the teller of a complaint, as the page for workers brought it.

    The same answer again changes nothing; another one takes its place, for the last word counts. `question_id` names
    the question that was answered, else it is the newest: an answer to an older one is kept with that one and takes no
    case up again. `said_at` is when it was given; `part_fen` how much came where a part did. Raises `NotFound`,
    `NotAllowed` where nothing was asked, `BadInput` for too many words. `actor` is the system's own.
    """
    answer = _Answer(came, words, part_fen, AnsweredBy.PAGE, min(said_at, at) if said_at else at)
    with store.write() as session:
        one_at_a_time(session, f"money:{complaint_id}")
        row = open_question(session, complaint_id)
        if question_id is not None and (row is None or row.id != question_id):
            row = session.get(MoneyQuestionRow, question_id)
            if row is None or row.complaint_id != complaint_id:
                raise NotFound(_NONE)
        if row is not None and said_at is not None:
            row.page_said_at = said_at
            later = row.answered_at is not None and row.answered_at > answer.at
            if later and row.answered_by != AnsweredBy.PAGE:
                return Noted(changed=False, reopened=False)  # they said otherwise since, to an officer
        if row is not None and question_id is not None and not _counts(session, row):
            return _only_kept(session, row, answer, actor=actor, at=at)
        return _note(session, complaint_id, answer, actor=actor, at=at)


def record_money_answer(
    store: Warehouse,
    *,
    complaint_id: str,
    came: bool,
    answered_by: AnsweredBy,
    actor: Actor,
    at: datetime,
    words: str = "",
    part_fen: int | None = None,
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
        return _note(session, complaint_id, _Answer(came, words, part_fen, answered_by, at), actor=actor, at=at)


def heard_in_call_back(session: Session, complaint_id: str, came: bool, *, actor: Actor, at: datetime) -> None:
    """A call-back heard it too: for the question, where there is one, the last word counts. The call does the rest."""
    row = open_question(session, complaint_id)
    if row is not None and row.came is not came:
        _keep(row, _Answer(came, "", None, AnsweredBy.CALL_BACK, at), by=actor.id)
        session.flush()


def _case(session: Session, complaint_id: str) -> CaseRow | None:
    case_id = case_of(session, complaint_id)
    return case_for_change(session, case_id) if case_id else None


def _note(session: Session, complaint_id: str, answer: _Answer, *, actor: Actor, at: datetime) -> Noted:
    _check(answer)
    one_at_a_time(session, f"money:{complaint_id}")
    complaint = session.get(ComplaintRow, complaint_id)
    case = _case(session, complaint_id)
    if complaint is None or case is None:
        raise NotFound(_NONE)
    row = open_question(session, complaint_id)
    if row is None or row.case_id != case.id or complaint_id not in living(session, case.id):
        raise NotAllowed(_UNASKED)
    if answer.says_nothing_new(row):
        return Noted(changed=False, reopened=False)
    _keep(row, answer, by=actor.id)
    session.flush()
    again = not answer.came and money_reopens(session, case)
    if again:
        reason = why_reopened(complaint.complaint_no, answer.part_fen, answer.words)
        reopen(session, case, reason=reason, actor=actor, at=at)
    _tell_audit(session, complaint_id, answer, reopened=again, actor=actor, at=at)
    return Noted(changed=True, reopened=again)


def _counts(session: Session, row: MoneyQuestionRow) -> bool:
    """Whether an answer to this question can still do something to the case that it was asked about."""
    newest, case_id = open_question(session, row.complaint_id), case_of(session, row.complaint_id)
    inside = case_id == row.case_id and row.complaint_id in living(session, row.case_id)
    return inside and newest is not None and newest.id == row.id


def _only_kept(session: Session, row: MoneyQuestionRow, answer: _Answer, *, actor: Actor, at: datetime) -> Noted:
    """An answer that came too late to do anything is kept with its question all the same."""
    _check(answer)
    if answer.says_nothing_new(row):
        return Noted(changed=False, reopened=False)
    _keep(row, answer, by=actor.id)
    _tell_audit(session, row.complaint_id, answer, reopened=False, actor=actor, at=at)
    return Noted(changed=True, reopened=False)


def _check(answer: _Answer) -> None:
    if len(answer.words) > LONGEST:
        raise BadInput(f"Please say it in at most {LONGEST} characters.")
    if answer.part_fen is not None and (answer.came or not 0 < answer.part_fen < MOST_FEN):
        raise BadInput("A part is a sum above zero, of money that did not all come.")


def _keep(row: MoneyQuestionRow, answer: _Answer, *, by: str) -> None:
    row.came, row.part_fen, row.words = answer.came, answer.part_fen, answer.words.strip() or None
    row.answered_at, row.answered_by, row.noted_by = max(answer.at, row.asked_at), answer.by.value, by


def _tell_audit(
    session: Session, complaint_id: str, answer: _Answer, *, reopened: bool, actor: Actor, at: datetime
) -> None:
    details: dict[str, Json] = {"came": answer.came, "by": answer.by.value, "reopened": reopened}
    if answer.part_fen is not None:
        details["part"] = True
    audit.record(session, by=actor.id, act="note_money_answer", subject=complaint_id, at=at, details=details)
