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
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

PATIENCE = 20.0
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
        until = time.monotonic() + PATIENCE
        first = self._line.stand(PATIENCE)
        held = self._ask(until) if first else None
        try:
            yield
        finally:
            if held is not None:
                os.close(held)
            if first:
                self._line.leave()

    def _ask(self, until: float) -> int | None:
        """The turn among the processes, as a descriptor that holds it; none where it cannot be had."""
        place = _locked(self._next, until)
        if place is None:
            return None
        try:
            return _locked(self._turn, until)
        finally:
            os.close(place)


class _Line:
    """The writers of one process, in the order in which they came."""

    def __init__(self) -> None:
        self._guard, self._busy = Lock(), False
        self._waiting: deque[Lock] = deque()

    def stand(self, patience: float) -> bool:
        """Wait to be the first; False when that took longer than these seconds."""
        called = Lock()
        called.acquire()
        with self._guard:
            if not self._busy:
                self._busy = True
                return True
            self._waiting.append(called)
        if called.acquire(timeout=patience):
            return True
        with self._guard:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
        return True

    def leave(self) -> None:
        """Call the one behind."""
        with self._guard:
            self._busy = bool(self._waiting)
            if self._waiting:
                self._waiting.popleft().release()


def _locked(path: Path, until: float) -> int | None:
    """A descriptor that holds this file's lock; none where that moment passed, or nothing can be locked here."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(_EVERY)
                continue
        except OSError:
            pass
        else:
            return file
        os.close(file)
        return None
