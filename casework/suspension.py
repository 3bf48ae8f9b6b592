"""When a deadline may stand still (中止): the grounds, and what cannot be suspended.

The texts at hand know no stop of these clocks; stops are local practice. So every one is an act of a head with its
ground and reason, and the office sets which grounds and which deadlines it allows at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from casework.clocks import Pause
from casework.errors import BadInput, NotAllowed

GROUNDS = ("supplement_awaited", "service_by_notice", "arbitration_pending", "other")
"""Materials were asked for; a paper is served by notice; arbitration or a court decides first; another ground."""

NAMED = "named"
"""The calendar version of a deadline whose last day somebody named: nothing is counted that could stand still."""
NAMED_BY_CHANNEL = "the day the channel itself names"
"""The source of such a deadline where the channel's record named its day."""


def check_suspension(
    *,
    kind: str,
    calendar_version: str,
    started_on: date,
    due_on: date,
    earlier: Sequence[Pause],
    first_on: date,
    today: date,
    allowed: Collection[str],
) -> None:
    """Whether a running deadline may stand still from a day on. Raises `BadInput` and `NotAllowed` with the words."""
    if kind not in allowed:
        raise NotAllowed("This deadline cannot be suspended.")
    if calendar_version == NAMED:
        raise NotAllowed("The last day of this deadline was named by somebody; there is no count to suspend.")
    if today > due_on:
        raise NotAllowed("This deadline has passed; a suspension comes too late.")
    if not started_on < first_on <= today:
        raise BadInput("A suspension begins after the deadline started, and not in the future.")
    if any(first_on <= pause.last for pause in earlier):
        raise BadInput("A suspension begins after the one before it ended.")


def check_resumption(*, first_on: date, resumed_on: date, today: date) -> None:
    """Whether a deadline may run on from a day. Raises `BadInput` with the words."""
    if not first_on <= resumed_on <= today:
        raise BadInput("A deadline runs on from a day between the beginning of the suspension and today.")
