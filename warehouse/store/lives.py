"""Lives: the one place where a complaint or a case takes a step. Every step leaves a row: by, at, why, by which rules.

A merge of cases is no step here: it is an event of its own, whose undo leaves no trace in any other table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Exists, bindparam, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from casework.lifecycle import (
    APART,
    NEXT_OF_COMPLAINT,
    RULE_VERSION,
    VERDICTS,
    ComplaintStatus,
    LegalStatus,
    Life,
    WorkStatus,
    move,
    move_complaint,
    move_in_law,
)
from warehouse.engine import once, one_at_a_time
from warehouse.many import some_at_a_time
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, LifeMoveRow, new_id
from warehouse.store.clocks import cancel_clock, running
from warehouse.store.linkage import members

_BEFORE_JUDGED = frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.SUPPLEMENTING, ComplaintStatus.SUPPLEMENTED})
_UP_TO_JUDGED = _BEFORE_JUDGED | {ComplaintStatus.JUDGED}
_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_STANDINGS = select(LifeMoveRow.complaint_id, LifeMoveRow.became).where(
    LifeMoveRow.complaint_id.in_(_THESE), LifeMoveRow.newest
)
_INSIDE = select(CaseMembershipRow.complaint_id, CaseMembershipRow.case_id).where(
    CaseMembershipRow.case_id.in_(_THESE), CaseMembershipRow.valid_to.is_(None)
)
_OF_THESE = LifeMoveRow.complaint_id.in_(_THESE), LifeMoveRow.became.in_(VERDICTS)
_VERDICTS = select(LifeMoveRow.complaint_id, LifeMoveRow.became).where(*_OF_THESE).order_by(LifeMoveRow.step_no)


def _write(
    session: Session,
    life: Life,
    steps: Mapping[str, tuple[str, str]],
    *,
    by: str,
    at: datetime,
    reason: str | None,
    ground: str | None = None,
) -> None:
    """The one function that keeps steps of one kind of life: by subject, what it was and what it became."""
    key = LifeMoveRow.complaint_id if life is Life.COMPLAINT else LifeMoveRow.case_id
    for some in some_at_a_time(steps):
        same = (key.in_(some), LifeMoveRow.life == life)
        question = select(key, func.max(LifeMoveRow.step_no)).where(*same).group_by(key)
        last = dict(session.execute(question).tuples().all())
        session.execute(
            update(LifeMoveRow)
            .where(*same, LifeMoveRow.newest)
            .values(newest=False)
            .execution_options(synchronize_session="fetch")
        )
        session.add_all(
            LifeMoveRow(
                id=new_id("mov"),
                life=life.value,
                case_id=None if life is Life.COMPLAINT else subject,
                complaint_id=subject if life is Life.COMPLAINT else None,
                step_no=last.get(subject, 0) + 1,
                was=str(steps[subject][0]),
                became=str(steps[subject][1]),
                newest=True,
                rule_version=RULE_VERSION,
                reason=(reason or "").strip() or None,
                ground=ground,
                by=by,
                at=at,
            )
            for subject in some
        )
        session.flush()


def step_at_work(
    session: Session, case: CaseRow, to: WorkStatus, *, by: str, at: datetime, reason: str | None = None
) -> str:
    """A case takes a step at work. Gives the status back, for the caller to set. Raises `NotAllowed`."""
    became = move(case.status, to)
    _write(session, Life.WORK, {case.id: (case.status, became)}, by=by, at=at, reason=reason)
    return became.value


def note_claimed(session: Session, case: CaseRow, was: WorkStatus, *, by: str, at: datetime) -> None:
    """Keep the step of a case that one conditional statement has moved: whoever won it writes, and nobody before."""
    became = move(was, WorkStatus(case.status))
    _write(session, Life.WORK, {case.id: (was, became)}, by=by, at=at, reason=None)


def step_in_law(
    session: Session, case: CaseRow, to: LegalStatus, *, by: str, at: datetime, reason: str | None = None
) -> str:
    """A case takes a step in law. Gives the status back, for the caller to set. Raises `NotAllowed`."""
    became = move_in_law(case.legal_status, to)
    _write(session, Life.LAW, {case.id: (case.legal_status, became)}, by=by, at=at, reason=reason)
    return became.value


def standings(session: Session, complaint_ids: Iterable[str]) -> dict[str, ComplaintStatus]:
    """Where each of these complaints stands. One that took no step yet is as it was filed: received."""
    ids = sorted(set(complaint_ids))
    known: dict[str, ComplaintStatus] = once(session, "standings", dict)
    for some in some_at_a_time(one for one in ids if one not in known):
        known |= dict.fromkeys(some, ComplaintStatus.RECEIVED)
        known |= {one or "": ComplaintStatus(status) for one, status in session.execute(_STANDINGS, {"ids": some})}
    return {one: known[one] for one in ids}


def step_complaint(
    session: Session,
    complaint_id: str,
    to: ComplaintStatus,
    *,
    by: str,
    at: datetime,
    reason: str | None = None,
    ground: str | None = None,
) -> None:
    """A complaint takes a step; one that declines it says on what ground. Raises `NotAllowed`."""
    step_complaints(session, [complaint_id], to, by=by, at=at, reason=reason, ground=ground)


def step_complaints(
    session: Session,
    complaint_ids: Iterable[str],
    to: ComplaintStatus,
    *,
    by: str,
    at: datetime,
    reason: str | None = None,
    ground: str | None = None,
) -> None:
    """These complaints take one step, however many, in as many statements as one. Raises `NotAllowed`."""
    ids = sorted(set(complaint_ids))
    one_at_a_time(session, *(f"life:{one}" for one in ids))
    steps = {one: (now, move_complaint(now, to)) for one, now in standings(session, ids).items()}
    _write(session, Life.COMPLAINT, steps, by=by, at=at, reason=reason, ground=ground)


def judge_members(
    session: Session, case_id: str, to: ComplaintStatus | None, *, by: str, at: datetime, ground: str | None = None
) -> int:
    """The complaints of a case are judged with it: accepted, joined or declined. Returns how many took that step.

    None is a look only, which does not judge a complaint whose supplement is still waited for. What ended by itself, or
    is further already, stays as it is.
    """
    now = standings(session, members(session, case_id))
    if to is None:
        now = {one: status for one, status in now.items() if status is not ComplaintStatus.SUPPLEMENTING}
    fresh = [one for one, status in now.items() if status in _BEFORE_JUDGED]
    step_complaints(session, fresh, ComplaintStatus.JUDGED, by=by, at=at)
    for clock in running(session, kind="supplement", complaint_ids=fresh):
        cancel_clock(session, clock, reason="judged", by=by, at=at)
    if to is None or to is ComplaintStatus.JUDGED:
        return 0
    further = [one for one, status in now.items() if status in _UP_TO_JUDGED]
    step_complaints(session, further, to, by=by, at=at, ground=ground)
    return len(further)


def follow(session: Session, complaint_id: str, to: ComplaintStatus, *, by: str, at: datetime) -> bool:
    """A complaint takes a step if it may: what the world did (an answer arrived) is not refused."""
    now = standings(session, [complaint_id])[complaint_id]
    if to not in NEXT_OF_COMPLAINT[now]:
        return False
    step_complaint(session, complaint_id, to, by=by, at=at)
    return True


def ended_apart() -> Exists:
    """Of a complaint of the query around: it ended by itself, and that was not taken back."""
    row, later = LifeMoveRow, aliased(LifeMoveRow)
    again = exists().where(
        later.complaint_id == row.complaint_id, later.step_no > row.step_no, later.became == ComplaintStatus.JUDGED
    )
    return exists().where(row.complaint_id == ComplaintRow.id, row.became.in_(APART), ~again)


def living(session: Session, case_id: str) -> list[str]:
    """The complaints that what the case comes to is an answer to: those that did not end by themselves."""
    inside = members(session, case_id)
    ended = set(session.scalars(select(ComplaintRow.id).where(ComplaintRow.id.in_(inside), ended_apart())))
    return [one for one in inside if one not in ended]


def declined_of(session: Session, case_id: str) -> list[str]:
    """The complaints of a case that stand declined, whatever they were answered since."""
    inside = members(session, case_id)
    last = {str(one): became for one, became in session.execute(_VERDICTS, {"ids": inside})}
    return [one for one in inside if last.get(one) == ComplaintStatus.DECLINED]


def reopened_at(session: Session, case_id: str) -> datetime | None:
    """When a case was last reopened. What was decided before that counts no more."""
    row = LifeMoveRow
    ended = (WorkStatus.CONCLUDED, WorkStatus.CLOSED)
    again = (WorkStatus.IN_PROGRESS, WorkStatus.TO_DISPATCH)
    question = select(row.at).where(
        row.case_id == case_id, row.life == Life.WORK, row.was.in_(ended), row.became.in_(again)
    )
    return session.scalar(question.order_by(row.step_no.desc()).limit(1))


def joined_unaccepted(session: Session, case_id: str) -> bool:
    """Whether a complaint of a filed case still waits to be accepted: it came to the case after the filing."""
    return any(now in _UP_TO_JUDGED for now in standings(session, members(session, case_id)).values())


def with_unaccepted(session: Session, case_ids: Sequence[str]) -> set[str]:
    """Those of these filed cases with a complaint that waits to be accepted."""
    inside = dict(session.execute(_INSIDE, {"ids": list(case_ids)}).tuples().all()) if case_ids else {}
    return {inside[one] for one, now in standings(session, list(inside)).items() if now in _UP_TO_JUDGED}


def were_asked(session: Session, complaint_ids: Collection[str]) -> bool:
    """Whether one of these complainants was asked for missing particulars (QD §27(二): first ask)."""
    row = LifeMoveRow
    question = select(row.id).where(row.complaint_id.in_(complaint_ids), row.became == ComplaintStatus.SUPPLEMENTING)
    return session.scalar(question.limit(1)) is not None
