"""Why two groups of complaints may not become one, and how each reason is written."""

from __future__ import annotations

from enum import IntEnum


class Why(IntEnum):
    """Why two groups may not become one."""

    NOTHING = 0
    SAID_NO = 1
    TOO_LARGE = 2
    CODES = 3
    PERIODS = 4
    IDS = 5
    NAMES = 6
    EMPLOYERS = 7
    PHASES = 8
    SECTIONS = 9
    SITES = 10
    TORN = 11


REASONS = (
    "",
    "a person said no",
    "too_large",
    "codes_differ",
    "periods_disjoint",
    "ids_differ",
    "names_differ",
    "employers_differ",
    "phases_differ",
    "sections_differ",
    "sites_differ",
    "fits two disputes",
)
"""How each `Why` is written in a refusal."""
