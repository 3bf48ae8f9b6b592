"""What makes an employer risky, and by how much: the law is silent, so it is the office's; rows of the settings."""

from __future__ import annotations

from casework.record import Json

_PRACTICE = "practice, unverified"


def _row(key: str, points: int, most: int, source: str = "") -> Json:
    return {"key": key, "points": points, "most": most, "source": f"{source}; {_PRACTICE}" if source else _PRACTICE}


_REASONS: Json = [
    _row("listed", 60, 60, "R45 §5"),
    _row("transferred", 50, 50, "TRF §5"),
    _row("group_incident", 20, 40, "R45 §5"),
    _row("red_flag", 15, 30, "423 §30"),
    _row("relapse", 20, 40, "APL §33"),
    _row("broken_promise", 15, 30),
    _row("overdue_order", 15, 30, "423 §30"),
    _row("offence", 8, 24),
    _row("open_case", 5, 20),
    _row("repeat", 5, 20),
    _row("owed", 3, 21),
    _row("late_payroll", 8, 24),
    _row("warning", 4, 12),
    _row("kept_promise", -5, -15),
]
_LEVELS: Json = {"ordinary": 15, "raised": 35, "high": 60}

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("risk.reasons", _REASONS, _PRACTICE, "points of each reason of an employer's risk: each time, and at most"),
    ("risk.levels", _LEVELS, _PRACTICE, "points from which the risk of an employer is ordinary, raised, high"),
    ("risk.repeat.months", 12, _PRACTICE, "months in which a further case makes a repeat employer"),
)
"""Name, default, source, and what it says."""
