"""How many requests a console works on at once.

Python runs one thread at a time, and each question to the database hands it on. With forty requests at work every one
of them waits for all others after each of its questions: all of them are slow together, and one that writes keeps the
store for as long. A few at once, the others in line, take no longer in all, and each is done soon after it began.

Who writes gives the place back first: a writer waits for other writers, and nobody who only looks should wait with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from threading import BoundedSemaphore

from warehouse.engine import Warehouse

PLACES = 2
"""One computes while the database works for the other."""
PATIENCE = 1.0
"""Seconds. Who waited longer goes in without a place: those inside wait for something slow, and not for a processor."""


class Place:
    """One request's place among those that are worked on. Given back once, by a first write or at the end."""

    def __init__(self, free: BoundedSemaphore) -> None:
        self._free, self.held = free, free.acquire(timeout=PATIENCE)

    def give_back(self) -> None:
        """Let the next one in."""
        if self.held:
            self.held = False
            self._free.release()

    def over(self, store: Warehouse) -> Warehouse:
        """The same store, whose writers wait for their turn without this place."""

        @contextmanager
        def turn(wait: Callable[[], AbstractContextManager[None]] = store.turn) -> Iterator[None]:
            self.give_back()
            with wait():
                yield

        return replace(store, turn=turn)


class Gate:
    """The places of one console."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Wait for a place and hold it: until the block ends, or something is written."""
        mine = Place(self._free)
        try:
            yield mine
        finally:
            mine.give_back()
