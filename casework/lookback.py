"""The look-back (追诉时效): how long after its end an act may still be pursued."""

from __future__ import annotations

from datetime import date


def may_be_found_later(ended_on: date | None, today: date) -> bool:
    """Whether an act may still be pursued: two years, counted from the end of a continuing act (423 §20)."""
    if ended_on is None:
        return True
    try:
        limit = ended_on.replace(year=ended_on.year + 2)
    except ValueError:  # 29 February
        limit = ended_on.replace(year=ended_on.year + 2, month=3, day=1)
    return today <= limit
