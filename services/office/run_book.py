"""The book of runs: each run of the intake, of an import and of the linker, whoever started it. Ids and counts only.

The book is kept beside the work and in transactions of its own: a run that is rolled back is still in it, as failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from casework.errors import (
    ArrearsError,
    BadInput,
    ChannelChanged,
    ChannelUnavailable,
    Conflict,
    CursorRefused,
    LeaseLost,
)
from casework.people import Actor
from services.office.event_log import logger
from warehouse.engine import StoreUnavailable, Warehouse
from warehouse.store.runs import close_run, open_run

_log = logger("run")
_TERMINAL = "system:terminal"
_CODES: dict[type[Exception], str] = {
    ChannelUnavailable: "channel_unavailable",
    ChannelChanged: "channel_changed",
    CursorRefused: "cursor_refused",
    LeaseLost: "lease_lost",
    BadInput: "settings_wrong",
    Conflict: "conflict",
    StoreUnavailable: "store_unavailable",
}
_MISTAKE = "The program broke off; the mistake is in the program. The code says which kind it is."


@dataclass
class Running:
    """A run at work: what it says of itself is written down when it ends."""

    id: str
    pull_id: str | None = None
    state: str = "complete"
    counts: dict[str, int] = field(default_factory=dict)


def started_by(actor: Actor) -> str:
    """Who set a run off: the schedule, somebody at the command line, or a person at a button of the console."""
    if actor.id == _TERMINAL:
        return "command"
    return "schedule" if actor.id.startswith("system:") else "button"


@contextmanager
def noted(
    store: Warehouse, job: str, subject: str | None, *, actor: Actor, at: datetime, pull_id: str | None = None
) -> Iterator[Running]:
    """Keep a run in the book: that it began, and how it ended."""
    start = perf_counter()
    with store.write() as session:
        run_id = open_run(
            session, job=job, subject=subject, started_by=started_by(actor), by=actor.id, at=at, pull_id=pull_id
        )
    run = Running(run_id, pull_id)
    told = {"run": run_id, "job": job, "subject": subject}
    try:
        yield run
    except Exception as failed:
        with suppress(StoreUnavailable):
            _end(store, run, start, state="failed", error=(code_of(failed), words_of(failed)))
        _log.error("run_ended", **told, **run.counts, state="failed", kind=code_of(failed), ms=_since(start))
        raise
    _end(store, run, start, state=run.state, error=None)
    _log.info("run_ended", **told, **run.counts, state=run.state, ms=_since(start))


def note_failed(store: Warehouse, job: str, subject: str, *, code: str, words: str, actor: Actor, at: datetime) -> None:
    """Keep in the book what never came to run, such as a file that was refused."""
    by = started_by(actor)
    with store.write() as session:
        run_id = open_run(session, job=job, subject=subject, started_by=by, by=actor.id, at=at, pull_id=None)
        counts = {"quarantined": 1}
        close_run(session, run_id, state="failed", ms=0, counts=counts, error=(code, words), pull_id=None)


def _end(store: Warehouse, run: Running, start: float, *, state: str, error: tuple[str, str] | None) -> None:
    with store.write() as session:
        close_run(session, run.id, state=state, ms=_since(start), counts=run.counts, error=error, pull_id=run.pull_id)


def _since(start: float) -> int:
    """Milliseconds since then."""
    return round((perf_counter() - start) * 1000)


def code_of(failed: Exception) -> str:
    """The code of what went wrong: a word of ours, or the kind of the program's own mistake."""
    found = next((code for kind, code in _CODES.items() if isinstance(failed, kind)), None)
    return found or type(failed).__name__[:40]


def words_of(failed: Exception) -> str:
    """What went wrong in words. Only our own errors are known to quote nothing of a record."""
    return str(failed) if isinstance(failed, ArrearsError) else _MISTAKE
