"""What the figures of a month leave to the office: rows of `casework.settings_of_law`."""

from __future__ import annotations

from casework.record import Json

_SOURCE = (
    "house rule 2026-11, after the threshold rule of official statistics (at least three contributors); "
    "no text of the labour inspection names a number"
)
ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("figures.least", 3, _SOURCE, "numbers under this, and those that would give them away, do not leave the bureau"),
)
"""Name, default, source, and what it says."""
