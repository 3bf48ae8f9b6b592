"""What was known on a day, put together for the rules, and the thresholds in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.settings_of_warnings import LIMITS
from casework.warnings.known import Known
from services.office.working_days import calendar_in_force
from warehouse.queries.known_complaints import known_complaints, known_ended, known_outside, known_promised
from warehouse.queries.known_feed import Basis, known_feed
from warehouse.store.settings import whole


def known_at(session: Session, at: datetime, *, basis: Basis = "arrived") -> Known:
    """Everything that was known at a moment. See `warehouse.queries.known_feed.Basis` for how to look further back."""
    feed = known_feed(session, until=at, basis=basis)
    return Known(
        at=at,
        calendar=calendar_in_force(session),
        parties=feed.parties,
        sites=feed.sites,
        payrolls=feed.payrolls,
        balances=feed.balances,
        attendance=feed.attendance,
        heard=feed.heard,
        first=feed.first,
        complaints=known_complaints(session, until=at),
        ended=known_ended(session, until=at),
        promised=known_promised(session, until=at),
        outside=known_outside(session, until=at),
    )


def limits_in_force(session: Session) -> dict[str, int]:
    """The thresholds by `RULE.name`, the office's own over the defaults. Raises `BadInput` for no number."""
    return {name: whole(session, f"warning.{name}") for name in LIMITS}
