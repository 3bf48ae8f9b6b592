"""Is this installation well? Each check says so in one line, and what to do when it is not."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy.exc import SQLAlchemyError

from casework.calendar import local_day
from casework.errors import ArrearsError, BadInput
from connectors.registry import CHANNELS, connect
from services.office.backups import head_of, newest
from services.office.checked_page import workers_page
from services.office.checked_schedule import Prefect, schedule
from services.office.checked_settings import configuration
from services.office.checked_store import clock, durability
from services.office.findings import Finding, Health
from services.office.kept_ends import kept_ends
from services.office.running import open_store, unlock
from services.office.settings import Settings
from services.office.vitals import CALENDAR_AHEAD, judged, look
from services.office.witness import last_seen
from services.office.working_days import calendar_in_force
from warehouse import audit, crypto, schema
from warehouse.engine import Warehouse
from warehouse.store.receipt_numbers import OWN_PAGE
from warehouse.store.rule_mutings import muted

__all__ = ["DO", "PINS", "Finding", "Health", "audit_log", "check_up"]

PINS: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("prefect", (3, 9), "3.9 could not be installed with its own pins when this was written"),
    ("sqlalchemy", (2, 1), "with 2.1 the scheduler of Prefect 3.8 creates no run and says nothing"),
    ("fastapi", (0, 151), "newer ones keep the server of Prefect 3.8 from starting"),
)
"""Package, the first version that does not work, why. The same pins stand in pyproject.toml."""

_KEEP = "keep the machine as it is and tell the audit administrator; docs/operations.md, When the log is broken"


def check_up(
    settings: Settings, *, at: datetime, prefect: Prefect, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """Look at everything, one after the other. A check that cannot be made does not keep the others from being made."""
    yield from _programs()
    yield from configuration(settings, environment)
    yield _keys(settings)
    yield from _store(settings, at)
    yield from _channels(settings)
    yield from schedule(prefect)


def _programs() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", Health.WELL if sys.version_info >= (3, 11) else Health.BROKEN, f"Python {found}")
    for name, too_new, why in PINS:
        try:
            have = version(name)
        except PackageNotFoundError:
            yield Finding(name, Health.BROKEN, "not installed", "install from the lock file: `make setup`")
            continue
        numbers = tuple(int(part) for part in have.split(".")[:3] if part.isdecimal())
        fine = numbers < too_new
        if fine:
            yield Finding(name, Health.WELL, have)
        else:
            yield Finding(name, Health.BROKEN, f"{have} is too new: {why}", "install from the lock file: `make setup`")


def _keys(settings: Settings) -> Finding:
    path = settings.keys
    try:
        unlock(settings)
    except crypto.KeyMissing:
        name = "ARREARS_KEYRING" if settings.keyring else path.name
        words = f"{name} is absent or damaged; without it nothing personal opens"
        do = "bring it back from where its copy is kept; a new installation makes one with `arrears setup`"
        return Finding("keys", Health.BROKEN, words, do)
    if settings.keyring:
        return Finding("keys", Health.WELL, "from the environment")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("keys", Health.BROKEN, f"{path.name} can be read by others", f"`chmod 600 {path}`")
    return Finding("keys", Health.WELL, f"{path.name}, readable by its owner only")


def _store(settings: Settings, at: datetime) -> Iterator[Finding]:
    try:
        store = open_store(settings)
    except ArrearsError as refused:
        yield Finding("database", Health.BROKEN, str(refused).rstrip("."), "run `arrears setup`")
        return
    try:
        form = schema.form(store.engine)
        if form is not schema.Form.OWN:
            newer = form is schema.Form.NEWER
            words = "the tables are newer than this program" if newer else "the tables are not in their newest form"
            do = "finish the upgrade: start the newer program" if newer else "make a backup, then run `arrears setup`"
            yield Finding("database", Health.LOOK if newer else Health.BROKEN, words, do)
            return
        yield Finding("database", Health.WELL, f"{store.engine.dialect.name}, tables in their newest form")
        yield from durability(store, settings)
        yield clock(store, at=at, newest_backup=newest(settings))
        yield from _contents(settings, store, local_day(at))
        page = workers_page(settings, store, at=at)
        if page is not None:
            yield page
        yield from _vitals(settings, store, at)
    except (ArrearsError, SQLAlchemyError) as failed:
        words = f"cannot be read ({type(failed).__name__})"
        yield Finding("database", Health.BROKEN, words, "see whether its server runs and ARREARS_DATABASE_URL is right")
    finally:
        store.close()


def audit_log(settings: Settings, store: Warehouse) -> Finding:
    """Whether the log is whole, and holds what its witness and the last backup say: a cut tail breaks no chain."""
    last = newest(settings)
    try:
        head, seen = head_of(last) if last else None, last_seen(settings.audit_witness)
    except BadInput as refused:
        return Finding("audit log", Health.BROKEN, str(refused), _KEEP)
    with store.read() as session:
        chain = audit.verify(session)
        if chain.broken_at is not None:
            words = f"broken at row {chain.broken_at}: it was changed from outside"
            return Finding("audit log", Health.BROKEN, words, _KEEP)
        if seen is not None and (row := audit.verify(session, witness=seen).broken_at) is not None:
            words = f"not what its witness saw, from row {row} on: rows were taken out, or an older backup was restored"
            return Finding("audit log", Health.BROKEN, words, _KEEP)
        cut = head is not None and audit.verify(session, expected_head=head).broken_at is not None
    if last is not None and cut:
        words = f"rows are missing that {last.name} holds: they were taken out, or an older backup was restored"
        return Finding("audit log", Health.BROKEN, words, _KEEP)
    return Finding("audit log", Health.WELL, f"{chain.rows} rows, whole")


def _contents(settings: Settings, store: Warehouse, today: date) -> Iterator[Finding]:
    yield audit_log(settings, store)
    yield kept_ends(store)
    with store.read() as session:
        until = calendar_in_force(session).known_until
        silent = [f"{rule}:{level} since {local_day(row.at)}" for (rule, level), row in muted(session).items()]
    ahead = until >= today + CALENDAR_AHEAD
    words = f"working days are known until {until}"
    if ahead:
        yield Finding("calendar", Health.WELL, words)
    else:
        gone = until < today
        words += (
            "; every deadline is provisional" if gone else "; later deadlines are provisional until the next notice"
        )
        do = f"load the notice for {until.year + 1} as soon as it is out: `arrears calendar load`"
        yield Finding("calendar", Health.BROKEN if gone else Health.LOOK, words, do)
    if silent:
        words = f"rules that are muted raise nothing new: {', '.join(silent)}"
        yield Finding("warnings", Health.LOOK, words, "see `arrears warn score`")
    else:
        yield Finding("warnings", Health.WELL, "no rule is muted")


def _channels(settings: Settings) -> Iterator[Finding]:
    for name in CHANNELS:
        try:
            connect(name, settings.channel(name)).check()
        except BadInput as refused:
            do = f"write its table into the channels file; docs/channels/{name}.md says how"
            none = name == OWN_PAGE and not settings.has_channel(name)  # an office need not have one
            yield Finding(name, Health.LOOK if none else Health.BROKEN, str(refused), do)
        except ArrearsError as failed:
            do = f"see docs/channels/{name}.md; while its platform is down, `pause` it on the page Channels"
            yield Finding(name, Health.BROKEN, f"{failed} ({type(failed).__name__})", do)
        else:
            yield Finding(name, Health.WELL, "answers as promised")


DO = {
    "channels": "open the page Channels, or run `arrears watch`",
    "answers": "run `arrears reply`; the page Channels names the channel that refuses",
    "messages": "see whether the gateway answers, by messages.toml; the page Messages; nothing is lost meanwhile",
    "backup": "run `arrears backup`, and see whether arrears-backup.timer or the flow `backup` runs",
    "drill": "run `arrears drill`, and see whether arrears-drill.timer runs",
    "disk": "move old backups and exports to another machine; a full disk stops every act",
}
"""What to do about a vital that is not well; the health page shows the same vitals."""


def _vitals(settings: Settings, store: Warehouse, at: datetime) -> Iterator[Finding]:
    for one in judged(look(store, settings, at=at)):
        if one.subject in DO:
            do = "" if one.health is Health.WELL else DO[one.subject]
            yield Finding(one.subject, one.health, one.words, do)
