"""Whether the database keeps what it was told to keep: its pragmas or settings, its disk, its clock, its link."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from services.office.findings import Finding, Health
from services.office.settings import Settings
from warehouse.engine import Warehouse
from warehouse.queries.vitals import last_act

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre"})
"""Kinds of file systems on which SQLite's journal does not work."""
_SQLITE = {"journal_mode": ("wal", "WAL"), "synchronous": ("2", "FULL"), "foreign_keys": ("1", "ON")}
_POSTGRES = {
    "fsync": ({"on"}, Health.BROKEN, "a power cut may destroy the database"),
    "synchronous_commit": (
        {"on", "remote_write", "remote_apply", "local"},
        Health.BROKEN,
        "a power cut may lose what was answered as saved",
    ),
    "full_page_writes": ({"on"}, Health.BROKEN, "a power cut may tear a page"),
    "data_checksums": ({"on"}, Health.LOOK, "a disk that forgets is not noticed"),
}
_CLOCKS_APART = timedelta(seconds=60)


def durability(store: Warehouse, settings: Settings) -> Iterator[Finding]:
    """What keeps a committed act through a power cut, and what is read on the way to the database."""
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "sqlite":
            yield from _pragmas(connection)
            yield from _on_local_disk(settings)
        else:
            yield from _postgres(connection, settings)


def _pragmas(connection: Connection) -> Iterator[Finding]:
    have = {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in _SQLITE}
    wrong = [name for name, (wanted, _) in _SQLITE.items() if have[name] != wanted]
    if wrong:
        words = ", ".join(f"{name} is {have[name]}, not {_SQLITE[name][1]}" for name in wrong)
        do = "put the data folder on a local disk that the service may write to, and let no other program set them"
        yield Finding("durability", Health.BROKEN, words, do)
    else:
        yield Finding("durability", Health.WELL, "WAL, synchronous FULL, foreign keys ON")


def _on_local_disk(settings: Settings) -> Iterator[Finding]:
    file = make_url(settings.database).database
    kind = file_system_of(Path(file).resolve()) if file else None
    if kind in NETWORK:
        words = f"the database lies on a network disk ({kind}), where its journal does not work"
        yield Finding("durability", Health.BROKEN, words, "move the data folder to a local disk, or to PostgreSQL")


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The kind of file system a path lies on; None where the machine does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return None
    fitting = [(len(line[1]), line[2]) for line in lines if len(line) > 2 and path.is_relative_to(line[1])]
    return max(fitting)[1] if fitting else None


def _postgres(connection: Connection, settings: Settings) -> Iterator[Finding]:
    have = {
        name: str(connection.scalar(text("SELECT current_setting(:name, true)"), {"name": name})) for name in _POSTGRES
    }
    wrong = [name for name, (wanted, _, _) in _POSTGRES.items() if have[name] not in wanted]
    for name in wrong:
        _, health, why = _POSTGRES[name]
        do = f"set {name} = on in postgresql.conf and restart it"
        if name == "data_checksums":
            do = "stop PostgreSQL and run `pg_checksums --enable` on its data folder"
        yield Finding("durability", health, f"{name} is {have[name]}: {why}", do)
    if not wrong:
        yield Finding("durability", Health.WELL, "fsync, synchronous commit, full page writes and checksums are on")
    safe = connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    if not safe and not _same_machine(settings):
        words = "what is read and written goes over the network in clear"
        do = "add ?sslmode=verify-full&sslrootcert=… to ARREARS_DATABASE_URL"
        yield Finding("durability", Health.BROKEN, words, do)
    collation = str(
        connection.scalar(text("SELECT datctype FROM pg_database WHERE datname = current_database()"))
    ).upper()
    if collation in ("C", "POSIX"):
        words = f"the cluster has the locale {collation}: no Chinese text is found by what resembles it"
        yield Finding("durability", Health.BROKEN, words, "make the cluster anew with --locale=C.UTF-8 and restore")


def _same_machine(settings: Settings) -> bool:
    address = make_url(settings.database)
    said = address.query.get("host", "")
    host = address.host or (said if isinstance(said, str) else said[0])
    return not host or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")


def clock(store: Warehouse, *, at: datetime, newest_backup: Path | None) -> Finding:
    """Whether this machine's clock runs: it may not stand before what was already done. It asks no server of time."""
    with store.read() as session:
        done = last_act(session)
        theirs: datetime | None = None
        if store.engine.dialect.name == "postgresql":
            theirs = session.scalar(text("SELECT clock_timestamp()"))
    do = "set the clock (`timedatectl set-ntp true`, or the office's time server), then start the program again"
    made = datetime.fromtimestamp(newest_backup.stat().st_mtime, UTC) if newest_backup else None
    for moment, what in ((done, "the last row of the audit log"), (made, "the last backup")):
        if moment is not None and moment - at > _CLOCKS_APART:
            minutes = round((moment - at) / timedelta(minutes=1))
            words = f"this clock stands {minutes} minutes before {what}: deadlines would be counted from the wrong day"
            return Finding("clock", Health.BROKEN, words, do)
    if theirs is not None and abs(theirs - at) > _CLOCKS_APART:
        seconds = round((theirs - at) / timedelta(seconds=1))
        return Finding("clock", Health.LOOK, f"the clock of the database is {seconds} s ahead of this one", do)
    return Finding("clock", Health.WELL, f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, after all that was done")
