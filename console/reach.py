"""How far a route reaches, and how much of a person it shows: the two columns of the access table beside the roles."""

from __future__ import annotations

from enum import StrEnum


class Reach(StrEnum):
    """What a permitted person sees behind a route.

    `open`: nobody needs to be logged in, and there is nothing of ours to see. `self`: one's own account only.
    `cases`: cases in one's territory for the desk, the head and readers; for an inspector, the cases they hold.
    `machine`: figures without anything personal, for this machine itself and for monitors that know the token.
    `office`: what belongs to no single case (channels, quarantine, figures).
    """

    OPEN = "open"
    SELF = "self"
    CASES = "cases"
    OFFICE = "office"
    MACHINE = "machine"


class Masking(StrEnum):
    """How personal data stands behind a route: there is none, it is masked, or one field is shown for a reason."""

    NONE = "none"
    MASKED = "masked"
    REVEALED = "revealed"
