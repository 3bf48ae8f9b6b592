"""What an office may set about prevention notices to employers: rows of `casework.settings_of_law`.

A row: name, what holds until the office says otherwise, where that came from, what it says.
"""

from __future__ import annotations

from casework.record import Json

_HOUSE = "house rule 2026-11"
ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("prevention.answer_days", 5, _HOUSE, "working days in which an employer is asked to answer a notice"),
    ("prevention.longest_days", 30, _HOUSE, "days up to which an employer may be given to answer"),
    ("prevention.grace_days", 10, _HOUSE, "days for which the link of a notice opens after the day of its answer"),
    ("prevention.look_days", 3, _HOUSE, "working days to look at an answer, or at one that did not come"),
)
