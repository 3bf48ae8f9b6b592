"""Numbers that are given out once and never again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from warehouse.engine import one_at_a_time
from warehouse.models import SerialRow


def next_serial(session: Session, series: str) -> int:
    """The next number of a series, from 1. A number whose transaction is rolled back was never shown."""
    return next_serials(session, series, 1)[0]


def next_serials(session: Session, series: str, count: int) -> range:
    """The next so many numbers of a series."""
    one_at_a_time(session, f"serial:{series}")
    row = session.get(SerialRow, series, with_for_update=True)
    if row is None:
        row = SerialRow(series=series, last=0)
        session.add(row)
    row.last += count
    session.flush()
    return range(row.last - count + 1, row.last + 1)
