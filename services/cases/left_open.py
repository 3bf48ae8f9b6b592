"""What no closed file may leave behind: an order that nobody says was obeyed, money that a worker still lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import NotAllowed
from casework.exits import nothing_open
from warehouse.models import CaseRow
from warehouse.store.outcomes import Waived, facts_of
from warehouse.store.to_pay import changed_wages


def nothing_left_open(session: Session, case: CaseRow, *, at: datetime) -> None:
    """Raises `NotAllowed` with what is still open. Whatever ends a case, the order to pay stands (423 §26; 724 §30)."""
    facts = facts_of(session, case, today=local_day(at), waived=Waived())
    done, fact = nothing_open(replace(facts, ordered_as_changed=changed_wages(session, case)))
    if not done:
        raise NotAllowed(f"The file stays open: {fact}")
