"""Backups: sealed, proven by reading them back, and refused when damaged or foreign. The keys are kept elsewhere."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from casework.errors import BadInput
from casework.kept_copies import spare
from casework.people import Actor
from casework.record import Json
from services.office.settings import Settings
from warehouse import audit, copying, resealing, schema, sealed
from warehouse.audit import Chain
from warehouse.crypto import keyring
from warehouse.engine import Warehouse, open_warehouse

ENDING = ".backup"
AT_ONCE = 100
"""So many are deleted in one go, a day's worth and a little more, unless somebody says otherwise."""
_NAME = "arrears-%Y%m%dT%H%M%SZ" + ENDING
"""What a backup is called that nobody gave a name of their own."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: where it is, its size in bytes, when it was made, and how many audit rows it holds at least."""

    path: Path
    size: int
    made_at: datetime
    audit_rows: int


def folder_of(settings: Settings) -> Path:
    """Where backups go when nobody says otherwise."""
    return settings.data_dir / "backups"


def newest(settings: Settings) -> Path | None:
    """The last backup in the backups folder, whatever it is called."""
    found: list[tuple[int, str, Path]] = []
    for path in folder_of(settings).glob(f"*{ENDING}"):
        with contextlib.suppress(FileNotFoundError):  # thinned out meanwhile
            found.append((path.stat().st_mtime_ns, path.name, path))
    return max(found)[2] if found else None


def keys_for(path: Path) -> set[str] | None:
    """The data keys without which something in a backup would not open; None where its header does not say."""
    said = sealed.header_of(path).get("keys")
    return {*map(str, said), sealed.key_of(path)} if isinstance(said, list) else None


def head_of(path: Path) -> str:
    """The last seal of the audit log when a backup was made. Raises `BadInput` for a damaged or foreign one.

    The whole file is opened, for only then is its header proven; nothing of it is written anywhere.
    """
    with Path(os.devnull).open("wb") as nowhere:
        return str(sealed.unseal(path, nowhere)["audit_head"])


def back_up(store: Warehouse, settings: Settings, *, actor: Actor, at: datetime, target: Path | None = None) -> Backup:
    """Copy the database while it is in use, seal the copy and open it again. Raises `BadInput` if the target exists."""
    path = target or folder_of(settings) / at.astimezone(UTC).strftime(_NAME)
    if path.exists():
        raise BadInput(f"{path.name} exists already; a backup overwrites nothing.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with store.write() as session:
        audit.record(session, by=actor.id, act="back_up", subject=path.name[:64], at=at)
    with store.read() as session:
        chain = audit.verify(session)
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    header = {
        "installation": keyring().installation(),
        "database": "sqlite" if copying.is_sqlite(settings.database) else "postgresql",
        "made_at": at.astimezone(UTC).isoformat(),
        "revision": revision,
        "audit_rows": chain.rows,
        "audit_head": chain.head,
        "keys": [*sorted({*resealing.users(store, []), keyring().current})],
    }
    with _workplace(path.parent) as work:
        copying.copy_out(settings.database, work / "copy")
        with (work / "copy").open("rb") as plain, (work / "sealed").open("wb") as file:
            sealed.seal(header, plain, file)
            file.flush()
            os.fsync(file.fileno())
        (work / "sealed").chmod(0o600)
        _unsealed(settings, work / "sealed", work / "copy")
        (work / "sealed").rename(path)
    return Backup(path, path.stat().st_size, at, chain.rows)


def thin_out(store: Warehouse, settings: Settings, *, actor: Actor, at: datetime, most: int = AT_ONCE) -> int:
    """Delete the backups of the backups folder that need not be kept (`kept_copies`). How many those were.

    Only what was named by its moment is looked at: what somebody gave a name to is theirs. Which ones go stands in the
    audit log before they do. Raises `BadInput` and deletes nothing where more than `most` would go: then the clock is
    wrong, or nobody ever thinned them and somebody should know.
    """
    made = [(path, _moment(path.name)) for path in folder_of(settings).glob(f"*{ENDING}")]
    gone = sorted(spare([(path, moment) for path, moment in made if moment is not None], at))
    if len(gone) > most:
        raise BadInput(f"{len(gone)} backups would go at once, more than {most}. See whether the clock is right.")
    if gone:
        details: dict[str, Json] = {"files": [path.name for path in gone]}
        with store.write() as session:
            audit.record(session, by=actor.id, act="thin_backups", subject="backups", at=at, details=details)
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def verify(settings: Settings, path: Path) -> Backup:
    """Open a backup and look at everything in it, without touching the database. Raises `BadInput`."""
    with _workplace(path.parent) as work:
        return _unsealed(settings, path, work / "copy")


def restore(settings: Settings, path: Path, *, actor: Actor, at: datetime) -> Backup:
    """Put a backup in the place of the database, after proving it whole. The old SQLite file is kept beside it.

    Raises `BadInput` for a damaged or foreign backup and `Conflict` while somebody works with the database.
    """
    here = Path(settings.data_dir)
    here.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _workplace(here) as work:
        backup = _unsealed(settings, path, work / "copy")
        copying.copy_in(settings.database, work / "copy", aside=f".before-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    store = open_warehouse(settings.database)
    try:
        schema.upgrade(store.engine)
        with store.write() as session:
            audit.record(session, by=actor.id, act="restore", subject=path.name[:64], at=at)
    finally:
        store.close()
    return backup


@contextlib.contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A folder of our own on the same disk, gone afterwards whatever happens."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder:
        yield Path(folder)


def _unsealed(settings: Settings, path: Path, copy: Path) -> Backup:
    if not path.is_file():
        raise BadInput(f"There is no backup {path.name}.")
    with copy.open("wb") as plain:
        header = sealed.unseal(path, plain)
    wanted = "sqlite" if copying.is_sqlite(settings.database) else "postgresql"
    if header.get("database") != wanted:
        raise BadInput(f"{path.name} is of a {header.get('database')} database; this installation runs on {wanted}.")
    copying.check_copy(settings.database, copy)
    if wanted == "sqlite":
        chain = _chain(copy, str(header["audit_head"]))
        if chain.broken_at is not None:
            raise BadInput(f"The audit log in {path.name} is broken at row {chain.broken_at}.")
    made_at = datetime.fromisoformat(str(header["made_at"]))
    return Backup(path, path.stat().st_size, made_at, int(str(header["audit_rows"])))


def _chain(copy: Path, head: str) -> Chain:
    store = open_warehouse(f"sqlite:///{copy}")
    try:
        with store.read() as session:
            return audit.verify(session, expected_head=head)
    except SQLAlchemyError as damaged:
        raise BadInput("The backup holds no audit log.") from damaged
    finally:
        store.close()
