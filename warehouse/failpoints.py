"""Named places where the tests may cut a run off. Outside the tests every call is nothing.

`ARREARS_FAILPOINT=after_land_commit` kills the process with SIGKILL at that place, `…:3` at the third time it is
reached: what a power cut would do, at the moments where it would hurt most.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

NAMES = (
    "before_land",
    "after_land_rows",
    "before_land_commit",
    "after_land_commit",
    "before_settle",
    "after_settle",
    "before_file",
    "after_file_rows",
    "before_file_commit",
    "after_file_commit",
    "before_certificate",
    "after_certificate",
    "before_deliver",
    "after_deliver",
    "after_deliver_commit",
)

_reached: Counter[str] = Counter()


def hit(name: str) -> None:
    """This place is reached."""
    wanted, _, nth = os.environ.get("ARREARS_FAILPOINT", "").partition(":")
    if wanted != name:
        return
    _reached[name] += 1
    if _reached[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
