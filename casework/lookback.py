"""The look-back (追诉时效): how long after its end an act may still be pursued."""

from __future__ import annotations

from datetime import date

from casework.calendar import months_after


def may_be_found_later(ended_on: date | None, today: date) -> bool:
    """Whether an act may still be pursued: two years, counted from the end of a continuing act (423 §20)."""
    if ended_on is None:
        return True
    return today <= months_after(ended_on, 24)
