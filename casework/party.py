"""What the party does by itself: to the prior notice (APL §44-45, §63-64), and against the decision (ADR; ALL)."""

from __future__ import annotations

from enum import StrEnum


class Party(StrEnum):
    """One act of the party, as it is recorded."""

    STATED = "stated"
    WAIVED = "waived"
    HEARING_ASKED = "hearing_asked"
    HEARD = "heard"
    REMEDY_TAKEN = "remedy_taken"
    REMEDY_ENDED = "remedy_ended"


DEFENCES = (Party.STATED, Party.WAIVED, Party.HEARING_ASKED, Party.HEARD)
"""What follows a prior notice."""
REMEDIES = ("review", "suit")
"""行政复议 and 行政诉讼."""
ENDS = ("upheld", "withdrawn", "annulled", "changed")
FALLEN = frozenset({"annulled", "changed"})
"""Ends after which the decision does not stand as it was made."""
