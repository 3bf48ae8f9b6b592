"""When a complaint is over: its answer is confirmed, or none is owed, and nobody needs to call its teller any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import APART, ENDED, VERDICTS, ComplaintStatus, LegalStatus
from warehouse.models import CaseRow
from warehouse.store.callbacks import answers_owed, to_be_called
from warehouse.store.cases import change_case
from warehouse.store.linkage import homes
from warehouse.store.lives import living, standings, step_complaints, step_in_law


def close_if_settled(session: Session, complaint_id: str, *, by: str, at: datetime) -> bool:
    """Close a complaint that is over. Returns whether it was."""
    return bool(close_settled(session, [complaint_id], by=by, at=at))


def close_settled(session: Session, complaint_ids: Collection[str], *, by: str, at: datetime) -> int:
    """Close those of these complaints that are over. Returns how many. Many ask no more than one."""
    now = standings(session, complaint_ids)
    owed = answers_owed(session, [one for one, status in now.items() if status in VERDICTS])
    over = [
        one
        for one, status in now.items()
        if status is ComplaintStatus.CONFIRMED or (status in VERDICTS and one not in owed)
    ]
    kept = _kept_open(session, [one for one in over if now[one] not in APART])
    closed = [one for one in over if one not in kept]
    step_complaints(session, closed, ComplaintStatus.CLOSED, by=by, at=at)
    return len(closed)


def _kept_open(session: Session, complaint_ids: Collection[str]) -> set[str]:
    """The complaints whose case goes on, or whose teller is still to be called."""
    inside: dict[str, set[str]] = {}
    for one, case_id in homes(session, complaint_ids).items():
        inside.setdefault(case_id, set()).add(one)
    kept: set[str] = set()
    for case_id, own in inside.items():
        ended = session.scalar(select(CaseRow.status).where(CaseRow.id == case_id)) in ENDED
        kept |= own & (to_be_called(session, case_id) if ended else set(living(session, case_id)))
    return kept


def called_back_if_all_were(session: Session, case: CaseRow, *, by: str, at: datetime) -> int:
    """A closed case whose complainants were all called back says so; its version grows, so that older forms are stale.

    Returns how many are still to be called.
    """
    waiting = len(to_be_called(session, case.id))
    if case.legal_status == LegalStatus.CLOSED and not waiting:
        into = step_in_law(session, case, LegalStatus.CALLED_BACK, by=by, at=at)
        change_case(case, {"legal_status": into}, by=by, at=at)
        session.flush()
    return waiting
