"""Who writes next into a SQLite file: everybody in turn.

SQLite lets one write and the others ask again, each less and less often the longer it has waited. Who has just come
asks most often; an import beside two busy consoles was so passed over until its patience was at an end. Here the
writers of a process stand in line, and the processes take turns by two locks on files beside the database: who waits
for the turn holds the place behind it, so that who just wrote cannot go again before. The locks are for fairness alone:
they go with their process, and what keeps two writers apart is still SQLite's own.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

PATIENCE = 10.0
"""Seconds a writer waits for its turn. After that it asks SQLite, which has a patience of its own."""
_EVERY = 0.002
"""Seconds between two times that the first in line of a process asks."""
TURN, NEXT = "-turn", "-next"
"""What the two locks are named, behind the name of the database: who writes, and who is the next to."""


class Turns:
    """The writers of one SQLite file, of this process and of others."""

    def __init__(self, database: Path) -> None:
        self._turn, self._next = (database.with_name(database.name + name) for name in (TURN, NEXT))
        self._line = _Line()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn, until the block ends. Where none came in time, or a file cannot be locked, without one."""
        with ExitStack() as held:
            if self._line.stand(PATIENCE, held):
                self._ask(time.monotonic() + PATIENCE, held)
            yield

    def _ask(self, until: float, held: ExitStack) -> None:
        """The turn among the processes, where it can be had; `held` gives it back."""
        with ExitStack() as place:
            if _locked(self._next, until, place):
                _locked(self._turn, until, held)


class _Line:
    """The writers of one process, in the order in which they came."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        """The first of them writes; each waits for its own lock."""

    def stand(self, patience: float, held: ExitStack) -> bool:
        """Wait to be the first, which one is until `held` ends; False when that took longer than these seconds.

        Whatever breaks the wait off, an interrupted run or a time limit, the one behind is called all the same.
        """
        called = Lock()
        called.acquire()
        held.callback(self._leave, called)
        with self._guard:
            self._waiting.append(called)
            if self._waiting[0] is called:
                called.release()
        if called.acquire(timeout=patience):
            return True
        self._leave(called)
        return False

    def _leave(self, called: Lock) -> None:
        """Go out of the line; who was the first calls the one behind."""
        with self._guard:
            if called not in self._waiting:
                return
            first = self._waiting[0] is called
            self._waiting.remove(called)
            if first and self._waiting:
                self._waiting[0].release()


def _locked(path: Path, until: float, held: ExitStack) -> bool:
    """Hold this file's lock until `held` ends; False where that moment passed, or nothing can be locked here."""
    try:
        file = held.enter_context(path.open("ab"))
        if os.geteuid() == 0:  # made by the one who may do everything, it is still for those who work here
            folder = path.parent.stat()
            os.fchown(file.fileno(), folder.st_uid, folder.st_gid)
    except OSError:
        return False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_EVERY)
        except OSError:
            return False
        else:
            return True
