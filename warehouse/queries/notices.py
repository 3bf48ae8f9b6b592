"""Notices to an officer that were delivered and are not read yet: which case, what happened, when, by whom and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseRow, EmployerRow, NoticeRow, OutcomeRow, PreventionNoticeRow, WarningRow
from warehouse.queries.endings import endings
from warehouse.queries.holidays import MovedOf, moves_told
from warehouse.queries.investigation import nudges
from warehouse.queries.officers import names_of
from warehouse.queries.sight import OFFICERS, seen_by
from warehouse.queries.tellers import Tellers
from warehouse.queries.warning_sight import warnings_of

_ENDED_AS = {"sent_back": "sent_back", "recalled": "recalled", "reassigned": "replaced"}
_DECIDED = ("outcome_approved", "outcome_rejected")
Why = dict[tuple[str, str, datetime], tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Of a case that is no longer this officer's to see, the number alone is left.

    `number` is of the case, or of the prevention notice; `place` its page. `moved`: the deadlines that a holiday notice
    moved, which it tells of.
    """

    id: str
    kind: str
    at: datetime
    number: str
    place: str
    seen: bool
    employer_name: str | None
    by: str | None = None
    reason: str | None = None
    moved: tuple[MovedOf, ...] = ()


def _unread(account_id: str) -> ColumnElement[bool]:
    return (
        (NoticeRow.account_id == account_id)
        & NoticeRow.delivered_at.is_not(None)
        & NoticeRow.cancelled_at.is_(None)
        & NoticeRow.read_at.is_(None)
    )


def _of_something() -> ColumnElement[bool]:
    return NoticeRow.case_id.is_not(None) | NoticeRow.prevention_id.is_not(None)


def counting_unread(account_id: str) -> Select[tuple[int]]:
    """The question how many notices were delivered and not yet read."""
    return select(func.count()).select_from(NoticeRow).where(_unread(account_id), _of_something())


@lru_cache(maxsize=2 * OFFICERS)
def _listing_unread(account_id: str, limit: int, *, of_case: bool) -> Select[tuple[NoticeRow, CaseRow]]:
    question = select(NoticeRow, CaseRow).join(CaseRow, CaseRow.id == NoticeRow.case_id).where(_unread(account_id))
    if of_case:
        question = question.where(NoticeRow.case_id == bindparam("case_id"))
    return question.order_by(NoticeRow.due_at.desc(), CaseRow.matter_no, NoticeRow.id).limit(limit)


def notices(session: Session, actor: Actor, *, case_id: str | None = None, limit: int = 60) -> list[Notice]:
    """This officer's unread notices, of all cases or of one, the newest first."""
    asked = {} if case_id is None else {"case_id": case_id}
    question = _listing_unread(actor.id, limit, of_case=case_id is not None)
    rows = [(notice, case) for notice, case in session.execute(question, asked)]
    answered = _of_employers(session, actor, limit) if case_id is None else []
    if not rows:
        return answered
    about = {case.id for _, case in rows}
    seen = set(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(about), seen_by(actor)))) if about else set()
    why = _why(session, seen)
    moves = moves_told(session, {notice.case_id for notice, _ in rows if notice.kind == "deadline_moved"} & seen)
    of_cases = [
        _notice(notice, case, case.id in seen, why, moves.get((case.id, notice.due_at), [])) for notice, case in rows
    ]
    return sorted([*answered, *of_cases], key=lambda one: one.at, reverse=True)[:limit] if answered else of_cases


def _of_employers(session: Session, actor: Actor, limit: int) -> list[Notice]:
    """What became of prevention notices to employers, for who sent them or looks after their warning."""
    row, of = NoticeRow, PreventionNoticeRow
    question = select(row, of.notice_no, EmployerRow.name, warnings_of(actor)).join(of, of.id == row.prevention_id)
    question = question.join(WarningRow, WarningRow.id == of.warning_id)
    question = question.outerjoin(EmployerRow, EmployerRow.id == of.employer_id).where(_unread(actor.id))
    found = session.execute(question.order_by(row.due_at.desc(), row.id).limit(limit)).tuples()
    return [
        Notice(one.id, one.kind, one.due_at, number, f"/preventions/{one.prevention_id}", seen, name if seen else None)
        for one, number, name, seen in found
    ]


def _notice(notice: NoticeRow, case: CaseRow, seen: bool, why: Why, moves: Sequence[MovedOf]) -> Notice:
    by, reason = why.get((case.id, notice.kind, notice.due_at), (None, None))
    return Notice(
        id=notice.id,
        kind=notice.kind,
        at=notice.due_at,
        number=case.matter_no,
        place=f"/cases/{case.matter_no}",
        seen=seen,
        employer_name=case.employer_name if seen else None,
        by=by,
        reason=reason,
        moved=tuple(moves) if notice.kind == "deadline_moved" else (),
    )


def _why(session: Session, case_ids: Collection[str]) -> Why:
    """Who did what a notice tells of, and the reason given: a notice falls due at the moment of its act."""
    kinds = {state: kind for kind, state in _ENDED_AS.items()}
    found: Why = {(one.case_id, kinds[one.state], one.at): (one.by, one.reason) for one in endings(session, case_ids)}
    if not case_ids:
        return found
    found |= nudges(session, case_ids)
    decided = session.scalars(
        select(OutcomeRow).where(OutcomeRow.case_id.in_(case_ids), OutcomeRow.decided_at.is_not(None))
    ).all()
    names = names_of(session, (row.decided_by for row in decided))
    told_by = Tellers(session, {row.case_id for row in decided})
    for row in decided:
        kind = f"outcome_{row.state}"
        if kind in _DECIDED and row.decided_at is not None:
            who = names.get(row.decided_by or "", row.decided_by or "")
            found[row.case_id, kind, row.decided_at] = (who, told_by.hide(row.decided_reason, row.case_id))
    return found
