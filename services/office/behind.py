"""How work that nobody watches stands back: who asks for a page does not wait for an import."""

from __future__ import annotations

import os
from contextlib import suppress

_BEHIND = 10
"""The niceness of such work: others who want a processor have nine tenths of it, and what they leave is all its own."""


def stand_back() -> None:
    """Let everybody else on this machine go first, from here to the end of the process, its threads and children."""
    with suppress(OSError):  # a supervisor may forbid it, and it is a courtesy
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), _BEHIND))
