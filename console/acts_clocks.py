"""The acts on the deadlines of a case: a head suspends one and lets it run on. Joined in console/acts.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from casework.lifecycle import DECIDED, OPEN
from console.forms import Act, Asked, plain
from console.labels_clocks import SUSPENSIONS
from console.words import N_
from services.cases import suspending
from warehouse.queries.deadlines import Deadline

_LIVE = OPEN | DECIDED

ACTS = (
    Act(
        "suspend_clock",
        "suspend",
        N_("Suspend a deadline"),
        N_("Suspend a deadline"),
        frozenset(_LIVE),
        plain(suspending.suspend_clock),
        (
            Asked("clock_id", N_("Deadline"), "clock_running"),
            Asked("ground", N_("Ground"), "choice", offers=SUSPENSIONS),
            Asked("first_on", N_("First day that does not count"), "day", now="today"),
            Asked("reason", N_("Reason"), "long"),
        ),
        says=N_("No day counts until the deadline runs on. What a channel is owed goes on all the while."),
    ),
    Act(
        "resume_clock",
        "resume",
        N_("Let a deadline run on"),
        N_("Let a deadline run on"),
        frozenset(_LIVE),
        plain(suspending.resume_clock),
        (
            Asked("clock_id", N_("Deadline"), "clock_paused"),
            Asked("resumed_on", N_("First day that counts again"), "day", now="today"),
        ),
        says=N_("The last day moves by the days that did not count."),
    ),
)
_WAITS_FOR = {"suspend_clock": "running", "resume_clock": "paused"}


def with_a_clock(acts: Sequence[Act], clocks: Sequence[Deadline], suspendable: Collection[str]) -> list[Act]:
    """These acts without those on deadlines for which there is none: none runs that may be suspended, none stands."""
    states = {one.state for one in clocks if one.state == "paused" or one.kind in suspendable}
    return [act for act in acts if _WAITS_FOR.get(act.name) in (None, *states)]
