"""Counting in peace: what takes long is counted while others write, and kept only if it still holds then (ADR 40)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from warehouse.changes import hold, holds, position
from warehouse.engine import Warehouse, one_at_a_time

TRIES = 4
"""So often it is counted in peace before everybody waits for one count."""
_Counted = TypeVar("_Counted")
_Kept = TypeVar("_Kept")


class _Moved(Exception):
    """Something that counts has changed since; nothing of this transaction may stay."""


def settled(
    store: Warehouse,
    count: Callable[[Session], _Counted],
    keep: Callable[[Session, _Counted], _Kept],
    note: Callable[[Session, _Kept], None],
    *,
    name: str,
    until: datetime,
) -> _Kept:
    """Count in a read, then keep it in a write that finds the store where the count saw it; else count again.

    `name` is held by one at a time. `until`: acts of the log from this moment on change nothing that is counted.
    `count` and `keep` may refuse: what they raise ends it, with nothing kept. `note` writes the row of the log. Where
    the store does not hold still for one count in `TRIES`, the last count is made while nobody else may change it.
    """
    for _ in range(TRIES):
        with store.read() as session:
            seen = position(session)
            counted = count(session)
            session.expunge_all()  # its rows are looked at after this read is over
        try:
            with store.write() as session:
                one_at_a_time(session, name)
                if not holds(session, seen, until=until):
                    raise _Moved
                kept = keep(session, counted)
                session.flush()
                one_at_a_time(session, "audit")
                if not hold(session, seen, until=until):
                    raise _Moved
                note(session, kept)
                return kept
        except _Moved:
            continue
    with store.write() as session:
        one_at_a_time(session, name)
        one_at_a_time(session, "audit")
        hold(session, position(session), until=until)
        kept = keep(session, count(session))
        note(session, kept)
        return kept
