"""Many hands at one moment: they wait for each other at a barrier, and then all press."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Done = TypeVar("Done")


def at_once(acts: Sequence[Callable[[], Done]]) -> list[Done]:
    """Do all of these at the same moment, each in a thread of its own. Their answers, in their order."""
    ready = threading.Barrier(len(acts))

    def press(act: Callable[[], Done]) -> Done:
        ready.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))
