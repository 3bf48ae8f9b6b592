"""A decision that was published is annulled or changed: what the public reads must follow (R29 §11; APL §48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.clocks import PUBLICATION_CORRECT, WITHDRAW_PUBLISHED
from services.office.working_days import calendar_in_force
from warehouse.models import CaseRow, DocumentRow
from warehouse.store.clocks import running, start_clock
from warehouse.store.published import stands_published
from warehouse.store.settings import whole


def decision_fell(session: Session, case: CaseRow, decision: DocumentRow, on: date, *, by: str, at: datetime) -> None:
    """Start the deadline to withdraw or to correct, where this decision stands published and none of the kind runs.

    A penalty is withdrawn within three working days, by the act (APL §48, §85); a decision to pay is corrected within
    the days of R29 §11, which is a decree.
    """
    if stands_published(session, case.id, decision.id) is None:
        return
    limit = WITHDRAW_PUBLISHED
    if decision.kind != "penalty_decision":
        limit = replace(PUBLICATION_CORRECT, length=max(whole(session, "publication.correct.days"), 1))
    if running(session, kind=limit.kind, case_id=case.id):
        return
    calendar = calendar_in_force(session)
    start_clock(session, limit, started_on=on, calendar=calendar, by=by, at=at, case_id=case.id)
