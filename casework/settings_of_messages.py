"""What an office may set about messages and the question whether the money came: rows of `casework.settings_of_law`.

A row: name, what holds until the office says otherwise, where that came from, what it says.
"""

from __future__ import annotations

from casework.record import Json

ADDRESS_OF_PAGE = "message.link.workers"
_HOUSE = "house rule 2026-11"
ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("message.quiet_hours", "21:00-08:00", _HOUSE, "hours in which nobody is sent a message"),
    ("message.digest.minutes", 60, _HOUSE, "minutes between two digests to one officer; what happens meanwhile is one"),
    (
        "message.stale.hours",
        24,
        _HOUSE,
        "hours after which an unsent message goes out as late, with all behind it in one",
    ),
    ("message.workers.language", "zh_CN", _HOUSE, "language of the messages to workers: zh_CN or en"),
    (
        ADDRESS_OF_PAGE,
        "",
        "",
        "address of the page for workers, in messages and on the sheets of sites; none: they are sent to the window",
    ),
    ("message.link.console", "", "", "address of the console, as it stands in messages to officers"),
    (
        "money.silence.days",
        3,
        "Saudi Mudad: the worker has 3 days, silence = processed; no Chinese text names a number",
        "working days in which a worker may say whether the money came; then silence holds no closing back",
    ),
)
