"""What an office may set about how times are measured: settings of the office, joined in casework/settings_of_law.py.

A row: name, what holds until the office says otherwise, where that came from, what it says.
"""

from __future__ import annotations

from casework.record import Json

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    (
        "stopwatch.pause.minutes",
        5,
        "house rule 2026-11: a list of 50 rows at 4 s a row is read in under 4 minutes; what lasts longer is a pause",
        "most minutes that the time before one act counts for",
    ),
    (
        "stopwatch.least.mornings",
        10,
        "house rule 2026-11; PIPL §6: no more than the purpose asks",
        "mornings below which no human minutes are shown",
    ),
    (
        "stopwatch.least.officers",
        3,
        "house rule 2026-11: as in what leaves the bureau, nothing under 3; PIPL §6",
        "officers below which no human minutes are shown; fewer than 2 it never is",
    ),
    (
        "stopwatch.office_hours",
        ["08:30-12:00", "13:30-17:30"],
        "house rule 2026-11: 7.5 hours; the office's own hours are to be set",
        "the hours of a working day in which working time runs",
    ),
)
