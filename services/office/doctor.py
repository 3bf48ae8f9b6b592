"""Is this installation well? Each check says so in one line, and what to do when it is not."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

import requests
from sqlalchemy.exc import SQLAlchemyError

from casework.calendar import local_day
from casework.errors import ArrearsError, BadInput
from connectors.registry import CHANNELS, connect
from services.office.backups import head_of, newest
from services.office.drilling import STALE, last_drill
from services.office.running import open_store, unlock
from services.office.settings import Settings
from services.office.witness import last_seen
from services.office.working_days import calendar_in_force
from warehouse import audit, crypto, schema
from warehouse.engine import Warehouse
from warehouse.store.rule_mutings import muted

PINS: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("prefect", (3, 9), "3.9 could not be installed with its own pins when this was written"),
    ("sqlalchemy", (2, 1), "with 2.1 the scheduler of Prefect 3.8 creates no run and says nothing"),
    ("fastapi", (0, 151), "newer ones keep the server of Prefect 3.8 from starting"),
)
"""Package, the first version that does not work, why. The same pins stand in pyproject.toml."""

_BACKUP_AGE = timedelta(hours=36)
_CALENDAR_AHEAD = timedelta(days=60)


class Health(StrEnum):
    """Well, to be looked at, or broken."""

    WELL = "well"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it is, and in words."""

    subject: str
    health: Health
    words: str


Check = Callable[[], Iterator[Finding]]


def check_up(settings: Settings, *, at: datetime, prefect_url: str) -> Iterator[Finding]:
    """Look at everything, one after the other. A check that cannot be made does not keep the others from being made."""
    yield from _programs()
    yield _keys(settings)
    yield from _store(settings, at)
    yield from _channels(settings)
    yield _prefect(prefect_url)
    yield _backup(settings, at)
    yield check_drill(settings, at)


def _programs() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", Health.WELL if sys.version_info >= (3, 11) else Health.BROKEN, f"Python {found}")
    for name, too_new, why in PINS:
        try:
            have = version(name)
        except PackageNotFoundError:
            yield Finding(name, Health.BROKEN, "not installed; run `make setup`")
            continue
        numbers = tuple(int(part) for part in have.split(".")[:3] if part.isdecimal())
        fine = numbers < too_new
        yield Finding(name, Health.WELL if fine else Health.BROKEN, have if fine else f"{have} is too new: {why}")


def _keys(settings: Settings) -> Finding:
    path = settings.keys
    try:
        unlock(settings)
    except crypto.KeyMissing:
        name = "ARREARS_KEYRING" if settings.keyring else path.name
        return Finding("keys", Health.BROKEN, f"{name} is absent or damaged; without it nothing personal opens")
    if settings.keyring:
        return Finding("keys", Health.WELL, "from the environment")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("keys", Health.BROKEN, f"{path.name} can be read by others; `chmod 600` it")
    return Finding("keys", Health.WELL, f"{path.name}, readable by its owner only")


def _store(settings: Settings, at: datetime) -> Iterator[Finding]:
    try:
        store = open_store(settings)
    except ArrearsError as refused:
        yield Finding("database", Health.BROKEN, str(refused))
        return
    try:
        if not schema.is_current(store.engine):
            yield Finding("database", Health.BROKEN, "the tables are not in their newest form; run `arrears setup`")
            return
        yield Finding("database", Health.WELL, f"{store.engine.dialect.name}, tables in their newest form")
        yield from _contents(settings, store, local_day(at))
    except (ArrearsError, SQLAlchemyError) as failed:
        yield Finding("database", Health.BROKEN, f"cannot be read ({type(failed).__name__})")
    finally:
        store.close()


def audit_log(settings: Settings, store: Warehouse) -> Finding:
    """Whether the log is whole, and holds what its witness and the last backup say: a cut tail breaks no chain."""
    last = newest(settings)
    try:
        head, seen = head_of(last) if last else None, last_seen(settings.audit_witness)
    except BadInput as refused:
        return Finding("audit log", Health.BROKEN, str(refused))
    with store.read() as session:
        chain = audit.verify(session)
        if chain.broken_at is not None:
            return Finding("audit log", Health.BROKEN, f"broken at row {chain.broken_at}: it was changed from outside")
        if seen is not None and (row := audit.verify(session, witness=seen).broken_at) is not None:
            words = f"not what its witness saw, from row {row} on: rows were taken out, or an older backup was restored"
            return Finding("audit log", Health.BROKEN, words)
        cut = head is not None and audit.verify(session, expected_head=head).broken_at is not None
    if last is not None and cut:
        words = f"rows are missing that {last.name} holds: they were taken out, or an older backup was restored"
        return Finding("audit log", Health.BROKEN, words)
    return Finding("audit log", Health.WELL, f"{chain.rows} rows, whole")


def _contents(settings: Settings, store: Warehouse, today: date) -> Iterator[Finding]:
    yield audit_log(settings, store)
    with store.read() as session:
        until = calendar_in_force(session).known_until
        silent = [f"{rule}:{level} since {local_day(row.at)}" for (rule, level), row in muted(session).items()]
    ahead = until >= today + _CALENDAR_AHEAD
    words = f"working days are known until {until}"
    if not ahead:
        words += (
            "; later deadlines are provisional until the notice of the next year is loaded: `arrears calendar load`"
        )
    yield Finding("calendar", Health.WELL if ahead else Health.LOOK, words)
    if silent:
        words = f"rules that are muted raise nothing new: {', '.join(silent)}; see `arrears warn score`"
        yield Finding("warnings", Health.LOOK, words)
    else:
        yield Finding("warnings", Health.WELL, "no rule is muted")


def _channels(settings: Settings) -> Iterator[Finding]:
    for name in CHANNELS:
        try:
            connect(name, settings.channel(name)).check()
        except ArrearsError as failed:
            yield Finding(name, Health.BROKEN, f"{failed} ({type(failed).__name__})")
        else:
            yield Finding(name, Health.WELL, "answers as promised")


def _prefect(url: str) -> Finding:
    try:
        answer = requests.get(f"{url.rstrip('/')}/health", timeout=5)
    except requests.RequestException:
        return Finding("schedule", Health.BROKEN, "the Prefect server does not answer: nothing runs by itself")
    if answer.status_code != requests.codes.ok:
        return Finding("schedule", Health.BROKEN, f"the Prefect server answers with {answer.status_code}")
    return Finding("schedule", Health.WELL, "the Prefect server answers")


def _backup(settings: Settings, at: datetime) -> Finding:
    last = newest(settings)
    if last is None:
        return Finding("backup", Health.LOOK, "there is none yet; run `arrears backup`")
    age = at - datetime.fromtimestamp(last.stat().st_mtime, UTC)
    hours = round(age / timedelta(hours=1))
    return Finding("backup", Health.WELL if age < _BACKUP_AGE else Health.LOOK, f"the last one is {hours} hours old")


def check_drill(settings: Settings, at: datetime) -> Finding:
    """Whether a backup was brought back for a trial, and lately: red after seven days."""
    last = last_drill(settings)
    if last is None:
        return Finding("drill", Health.LOOK, "no backup was ever brought back for a trial; run `arrears drill`")
    words = f"{last.backup} came back whole on {local_day(last.at)}, within {last.seconds:.0f} seconds"
    if at - last.at <= STALE:
        return Finding("drill", Health.WELL, words)
    return Finding("drill", Health.BROKEN, f"{words}; that is more than {STALE.days} days ago: run `arrears drill`")
