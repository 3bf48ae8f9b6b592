"""What the stopwatch, its settings, those of fetched files and of tiers are called. Chinese in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import N_

MEASURES: Mapping[str, str] = {
    "minutes_per_complaint": N_("Minutes per complaint"),
    "hours_to_dispatch": N_("Hours from intake to dispatch"),
}
"""What an office may have timed before."""
SAYS: Mapping[str, str] = {
    "whether the words of a visit are kept on the officer's own device until it is recorded": N_(
        "Whether the words of a visit are kept on the officer's own device until it is recorded"
    ),
    "hours to the first response and days to the answer, by kind of unit: department, town, community; none: off": N_(
        "Hours to the first response and days to the answer, by kind of unit: department, town, community; none: off"
    ),
    "remaining hours from which the lamp of a first response shows amber": N_(
        "Remaining hours from which the lamp of a first response shows amber"
    ),
    "remaining days from which the lamp of an answer shows amber": N_(
        "Remaining days from which the lamp of an answer shows amber"
    ),
    "files of one complaint that are fetched from its channel": N_("Files of one complaint that are fetched"),
    "megabytes of one file that a channel brings": N_("Megabytes of one file that a channel brings"),
    "most minutes that the time before one act counts for": N_("Most minutes that the time before one act counts for"),
    "mornings below which no human minutes are shown": N_("Mornings below which no human minutes are shown"),
    "officers below which no human minutes are shown; fewer than 2 it never is": N_(
        "Officers below which no human minutes are shown; fewer than 2 it never is"
    ),
    "the hours of a working day in which working time runs": N_(
        "The hours of a working day in which working time runs"
    ),
}
