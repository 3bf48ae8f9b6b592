"""Two ways of service with conditions of their own: a posting where the boss fled, and a public notice (QD §32-33)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from casework.documents import POSTABLE
from casework.errors import BadInput, NotAllowed
from casework.sparing import RedFlag
from warehouse.models import CaseRow, DocumentRow
from warehouse.store.settings import whole
from warehouse.store.sparing import red_flags


def may_post(session: Session, case: CaseRow, row: DocumentRow, served_ref: str) -> None:
    """An order to pay is posted where the boss fled, with photo or video (SPC13 §4)."""
    if row.kind not in POSTABLE:
        raise NotAllowed("Only an order to pay is posted; this paper is served in another way.")
    if not any(flag.kind == RedFlag.FLIGHT for flag in red_flags(session, case.id)):
        raise NotAllowed("A paper is posted where the boss fled; record that as a red flag first.")
    if not served_ref.strip():
        raise BadInput("Say where the paper was posted, and where its photo or video lies.")


def notice_ran_out(session: Session, row: DocumentRow, served_on: date) -> None:
    """Service by public notice (公告送达) takes effect when its days are over; no notice is older than its paper."""
    earliest = row.issued_on + timedelta(days=whole(session, "clock.notice_service.days"))
    if served_on < earliest:
        raise BadInput(f"By public notice this paper counts as served on {earliest} at the earliest.")
