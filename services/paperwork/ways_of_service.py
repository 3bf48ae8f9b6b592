"""Service with a condition of its own: a posting where the boss fled (SPC13 §4)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.documents import POSTABLE
from casework.errors import BadInput, NotAllowed
from casework.sparing import RedFlag
from warehouse.models import CaseRow, DocumentRow
from warehouse.store.sparing import red_flags


def may_post(session: Session, case: CaseRow, row: DocumentRow, served_ref: str) -> None:
    """An order to pay is posted where the boss fled, with photo or video (SPC13 §4)."""
    if row.kind not in POSTABLE:
        raise NotAllowed("Only an order to pay is posted; this paper is served in another way.")
    if not any(flag.kind == RedFlag.FLIGHT for flag in red_flags(session, case.id)):
        raise NotAllowed("A paper is posted where the boss fled; record that as a red flag first.")
    if not served_ref.strip():
        raise BadInput("Say where the paper was posted, and where its photo or video lies.")
