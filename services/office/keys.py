"""The data keys of an installation: which there are and what needs them, a new one, and an end for an old one."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from casework.errors import BadInput, Conflict
from casework.people import Actor
from casework.record import Json
from services.office.backups import ENDING, folder_of, keys_for
from services.office.settings import Settings
from warehouse import audit, crypto, resealing
from warehouse.crypto import Keyring, keyring
from warehouse.engine import Warehouse
from warehouse.key_files import put_in_place
from warehouse.sealed import Damaged
from warehouse.store import leases

Progress = Callable[[int, int], None]
JOB = "rotate_keys"
TRIES = 5


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One data key: its ciphers, what it is (`current`, `in use`, `retired`) and what still needs it."""

    key: str
    suite: str
    state: str
    fields: int
    files: int
    backups: int


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation came to. `made`: None where an unfinished one was brought to its end."""

    made: str | None
    current: str
    suite: str
    rows: int
    files: int
    retired: tuple[str, ...]


def key_lines(store: Warehouse, settings: Settings) -> list[KeyLine]:
    """Every data key, the current one first."""
    ring = keyring()
    backups = sorted(folder_of(settings).glob(f"*{ENDING}"))
    here = resealing.users(store, resealing.sealed_files(settings.data_dir))
    there = _needed_by(backups)

    def line(key: str) -> KeyLine:
        used: Counter[str] = here.get(key, Counter())
        state = "current" if key == ring.current else "retired" if key in ring.retired else "in use"
        return KeyLine(key, ring.suite_of(key), state, used["fields"], used["files"], there.get(key, 0))

    return sorted(map(line, ring.data_keys), key=lambda one: (one.state != "current", one.state, one.key))


def _needed_by(backups: Sequence[Path]) -> Counter[str]:
    """How many backups each data key is needed for. One that does not say what it needs, or is damaged, needs all."""
    found: Counter[str] = Counter()
    for path in backups:
        try:
            needed = keys_for(path)
        except Damaged:
            needed = None
        found.update(keyring().data_keys if needed is None else needed)
    return found


def rotate(
    store: Warehouse,
    settings: Settings,
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    suite: str | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Rotated:
    """Make a new current data key and close everything anew with it, beside a console at work; then retire the old.

    Cut off, the next call goes on: no second key is made while an old one is still in use. With the keys in the
    environment it closes anew with the current one; see `next_ring`. Raises `Conflict` while another one is at it.
    """
    lease = _mine(store, clock)
    made = None
    if settings.keyring is None and not _unfinished(keyring()):
        ring = keyring().renewed(suite)
        put_in_place(ring, settings.keys)
        crypto.use_file(settings.keys)
        made = ring.current
        _record(store, actor, clock(), {"made": made, "suite": ring.suite_of(made)})
        time.sleep(2 * crypto.LOOKS_AGAIN)  # until every other process closes with it too
    elif suite is not None and keyring().suite_of(keyring().current) != crypto.known_suite(suite):
        raise BadInput("A rotation is not at its end: finish it without naming ciphers, then rotate again.")
    rows = done = of = 0

    def each(more: int) -> None:
        nonlocal done
        done += more
        progress(done, max(of, done))
        with store.write() as session:
            leases.renew(session, lease, at=clock())

    for _ in range(TRIES):
        resealing.wait_for_others(store)
        of = done + resealing.left(store)
        rows += resealing.reseal_rows(store, each=each)
        if not resealing.left(store):
            break
    else:
        raise Conflict("Somebody goes on writing with an old key: restart what runs since before, and rotate again.")
    files = sum(map(resealing.reseal_file, resealing.sealed_files(settings.data_dir)))
    retired = _unfinished(keyring())
    if settings.keyring is None and retired:
        put_in_place(replace(keyring(), retired=keyring().retired | retired), settings.keys)
        crypto.use_file(settings.keys)
    _record(store, actor, clock(), {"rows": rows, "files": files, "retired": [*sorted(retired)]})
    with store.write() as session:
        leases.release(session, lease)
    current = keyring().current
    return Rotated(made, current, keyring().suite_of(current), rows, files, tuple(sorted(retired)))


def next_ring(path: Path, *, suite: str | None = None) -> str:
    """Write the ring with a new current key to a new file, for who keeps the keys elsewhere. Gives the key's id."""
    ring = keyring().renewed(suite)
    if path.exists():
        raise BadInput(f"{path.name} exists already; keys overwrite nothing.")
    ring.save(path)
    return ring.current


def forget(store: Warehouse, settings: Settings, key: str, *, actor: Actor, at: datetime) -> None:
    """Take a retired key out of the key file. Raises `BadInput` while a row, a file or a kept backup needs it."""
    if settings.keyring is not None:
        raise BadInput("The keys come from the environment: take the key out there.")
    found = next((line for line in key_lines(store, settings) if line.key == key), None)
    if found is None:
        raise BadInput(f"There is no key {key}.")
    if found.state != "retired" or found.fields or found.files:
        raise BadInput(f"The key {key} is in use: rotate first.")
    if found.backups:
        raise BadInput(f"{found.backups} backups in the backups folder open with the key {key} alone.")
    ring = keyring()
    rest = {name: body for name, body in ring.data_keys.items() if name != key}
    suites = {name: suite for name, suite in ring.suites.items() if name != key}
    without = replace(ring, data_keys=rest, suites=suites, retired=ring.retired - {key})
    put_in_place(without, settings.keys, without=key)
    crypto.use_file(settings.keys)
    _record(store, actor, at, {"forgotten": key})


def _unfinished(ring: Keyring) -> frozenset[str]:
    """Old keys that were not retired: something may still be closed with them."""
    return frozenset(ring.data_keys) - ring.retired - {ring.current}


def _mine(store: Warehouse, clock: Callable[[], datetime]) -> leases.Lease:
    holder = f"keys_{secrets.token_hex(8)}"
    with store.write() as session:
        return leases.acquire(session, JOB, holder=holder, at=clock())


def _record(store: Warehouse, actor: Actor, at: datetime, details: dict[str, Json]) -> None:
    with store.write() as session:
        audit.record(session, by=actor.id, act=JOB, subject="keys", at=at, details=details)
