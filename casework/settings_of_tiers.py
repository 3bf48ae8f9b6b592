"""What an office may ask of its units beyond the law, the response tiers: rows of `casework.settings_of_law`.

A row: name, what holds until the office says otherwise, where that came from, what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.record import Json
from casework.tiers import EXAMPLE

_HOUSE = "house rule 2026-11"
TIERS = "response.tiers"
ROWS: tuple[tuple[str, Json, str, str], ...] = (
    (
        TIERS,
        {},
        "",
        "hours to the first response and days to the answer, by kind of unit: department, town, community; none: off",
    ),
    ("response.soon.hours", 1, _HOUSE, "remaining hours from which the lamp of a first response shows amber"),
    ("response.soon.days", 1, _HOUSE, "remaining days from which the lamp of an answer shows amber"),
)
EXAMPLES: Mapping[str, Json] = MappingProxyType({TIERS: dict(EXAMPLE)})
"""What a setting may look like. An example holds nowhere until the office puts it, with its own source."""
