"""What every step of a publication needs: the record at its step, a clock of its own, its papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.clocks import TimeLimit
from casework.errors import NotAllowed
from casework.people import Actor
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, add_paper
from warehouse.models import CaseRow, ClockRow, DocumentRow, PublicationRow
from warehouse.store.clocks import running, start_clock
from warehouse.store.published import last_publication
from warehouse.store.settings import whole

_DAYS = {"publication_correct": "publication.correct.days"}
"""Which clock takes its length from which setting."""


def at_publication(session: Session, case: CaseRow, *states: str) -> PublicationRow:
    """The publication of a case, which is at one of these steps. Raises `NotAllowed`."""
    row = last_publication(session, case.id)
    if row is None or row.state not in states:
        raise NotAllowed("The publication of this case is not at this step.")
    return row


def start(session: Session, case: CaseRow, limit: TimeLimit, on: date, *, actor: Actor, at: datetime) -> ClockRow:
    """Start a clock of the publication on a case; of a kind that runs already, there is that one and no second."""
    already = running(session, kind=limit.kind, case_id=case.id)
    if already:
        return already[0]
    if limit.kind in _DAYS:
        limit = replace(limit, length=max(whole(session, _DAYS[limit.kind]), 1))
    calendar = calendar_in_force(session)
    return start_clock(session, limit, started_on=on, calendar=calendar, by=actor.id, at=at, case_id=case.id)


def paper_after(
    session: Session,
    case: CaseRow,
    row: PublicationRow,
    kind: str,
    said: dict[str, Any],
    *,
    on: date,
    actor: Actor,
    at: datetime,
) -> Issued:
    """A paper that answers for, corrects or withdraws what was published; it names the number of the first."""
    session.flush()
    notice = session.get_one(DocumentRow, row.notice_id)
    body = {"publication": row.id, "publication_no": notice.document_no, **said}
    paper = add_paper(session, case, kind, on, body, actor=actor, at=at, addressee_id=notice.addressee_id)
    return Issued(paper.id, paper.document_no)
