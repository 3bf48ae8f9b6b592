"""What the law leaves open about deadlines: settings of the office, joined in casework/settings_of_law.py.

A row: name, what holds until the office says otherwise, where that came from, what it says.
"""

from __future__ import annotations

from casework.record import Json
from casework.suspension import GROUNDS

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("clock.suspend.grounds", list(GROUNDS), "", "grounds on which a head may suspend a deadline: local practice"),
    (
        "clock.suspend.kinds",
        [],
        "",
        "deadlines that may be suspended at all; none until the office names them with its source",
    ),
    (
        "clock.reply.limits",
        {},
        "",
        'days a channel gives, over its own file: {"petition": {"days": 15, "unit": "calendar"}}',
    ),
)
