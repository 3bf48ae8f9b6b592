"""Ends of cases that are kept otherwise than their records say: found, and mended.

There are none while only this program writes. A version from before it kept them may have gone on beside it for a while
after an upgrade, and a hand in the database may have done anything.
"""

from __future__ import annotations

from services.office.findings import Finding, Health
from warehouse import ends
from warehouse.engine import Warehouse


def mend_ends(store: Warehouse) -> int:
    """Keep every end as the records say it. Returns how many were otherwise. Nothing is written where none was."""
    with store.read() as session:
        found = list(ends.unlike(session))
    if not found:
        return 0
    with store.write() as session:
        return ends.keep(session, found)


def kept_ends(store: Warehouse) -> Finding:
    """Whether every case ended when it is kept to have ended: figures and lists rest on it."""
    with store.read() as session:
        wrong = sum(1 for _ in ends.unlike(session))
    if not wrong:
        return Finding("ends of cases", Health.WELL, "kept as their records say")
    words = f"{wrong} cases ended at another time than is kept of them: figures count them where they do not belong"
    return Finding("ends of cases", Health.BROKEN, words, "restart the console: it mends them as it starts")
