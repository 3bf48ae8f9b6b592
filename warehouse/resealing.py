"""Closing everything anew with the current data key, batch by batch, while others work; and what needs an old key.

A row is changed only where its closed fields are still those that were read: who wrote meanwhile wrote with the
current key anyway. A batch is a transaction: cut off anywhere, the next run goes on with what is left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, func, literal, or_, select, text, type_coerce, update

from warehouse import sealed
from warehouse.crypto import key_id_of, keyring
from warehouse.engine import StoreUnavailable, Warehouse
from warehouse.models import (
    AttachmentPartRow,
    Base,
    ComplaintFilePartRow,
    Encrypted,
    EncryptedJson,
    PreventionFilePartRow,
)
from warehouse.store.attachments import part_name

BATCH = 500
PATIENCE = 60.0
"""Seconds for which transactions that began before the new key are waited for."""


def closed_columns() -> list[tuple[Table, list[Column[Any]]]]:
    """Every table with closed fields, and which those are."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Encrypted | EncryptedJson)]
        if columns:
            found.append((table, columns))
    return found


def _raw(column: Column[Any]) -> ColumnElement[bytes]:
    return type_coerce(column, LargeBinary)


def _elsewise(column: Column[Any], current: str) -> ColumnElement[bool]:
    """Closed, and with another key than this one."""
    front = f"{current}.".encode()
    return func.substr(_raw(column), 1, len(front)) != literal(front, LargeBinary)


def left(store: Warehouse) -> int:
    """How many rows still need a key that is not the current one."""
    current = keyring().current
    with store.read() as session:
        rows = [
            session.scalar(
                select(func.count()).select_from(table).where(or_(*(_elsewise(one, current) for one in columns)))
            )
            for table, columns in _all_closed()
        ]
    return sum(count or 0 for count in rows)


def _all_closed() -> Iterator[tuple[Table, list[Column[Any]]]]:
    yield from closed_columns()
    for parts in _of_parts():
        yield parts, [parts.c.sealed]


def _of_parts() -> Iterator[Table]:
    """The tables that hold files in parts: whose, which look, which part, and what is closed."""
    for row in (AttachmentPartRow, ComplaintFilePartRow, PreventionFilePartRow):
        yield cast(Table, row.__table__)


def reseal_rows(store: Warehouse, *, each: Callable[[int], None]) -> int:
    """Close anew every field and every part of a file that another key closed. Gives how many rows were written.

    Raises `KeyMissing` and `Tampered` for what does not open; what was done before stays.
    """
    written = 0
    for table, columns in closed_columns():
        for rows in _batches(store, table, columns, BATCH):
            written += _reseal_fields(store, table, columns, rows)
            each(len(rows))
    for parts in _of_parts():
        for rows in _batches(store, parts, [parts.c.sealed], 20):
            written += _reseal_parts(store, parts, rows)
            each(len(rows))
    return written


def _batches(
    store: Warehouse, table: Table, columns: Sequence[Column[Any]], size: int
) -> Iterator[Sequence[Sequence[Any]]]:
    """Rows that need another key, by their primary key, each once: its values, then what is closed."""
    keys, after = list(table.primary_key.columns), None
    question = (
        select(*keys, *(_raw(one) for one in columns))
        .where(or_(*(_elsewise(one, keyring().current) for one in columns)))
        .order_by(*keys)
        .limit(size)
    )
    while True:
        with store.read() as session:
            rows = session.execute(question if after is None else question.where(_behind(keys, after))).all()
        if not rows:
            return
        after = rows[-1][: len(keys)]
        yield rows


def _behind(keys: Sequence[Column[Any]], after: Sequence[Any]) -> ColumnElement[bool]:
    """Further than a place in the order of several columns."""
    further: ColumnElement[bool] = keys[-1] > after[-1]
    for column, value in zip(reversed(keys[:-1]), reversed(list(after)[:-1]), strict=True):
        further = or_(column > value, (column == value) & further)
    return further


def _reseal_fields(
    store: Warehouse, table: Table, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]
) -> int:
    keys, written = list(table.primary_key.columns), 0
    with store.write() as session:
        for row in rows:
            place, before = row[: len(keys)], [None if one is None else bytes(one) for one in row[len(keys) :]]
            now = {
                column: keyring().encrypt(keyring().decrypt(stored, str(column)), str(column))
                for column, stored in zip(columns, before, strict=True)
                if stored is not None and key_id_of(stored) != keyring().current
            }
            same = [
                _raw(column) == literal(stored, LargeBinary)
                for column, stored in zip(columns, before, strict=True)
                if column in now
            ]
            here = [column == value for column, value in zip(keys, place, strict=True)]
            change = update(table).where(*here, *same)
            values = {column.name: literal(stored, LargeBinary) for column, stored in now.items()}
            written += cast(Any, session.execute(change.values(values))).rowcount
    return written


def _reseal_parts(store: Warehouse, parts: Table, rows: Sequence[Sequence[Any]]) -> int:
    written = 0
    with store.write() as session:
        whose = next(iter(parts.primary_key.columns))
        for file_id, look, number, stored in rows:
            mine = (whose == file_id) & (parts.c.look == look)
            last = session.scalar(select(func.max(parts.c.number)).where(mine)) == number
            name = part_name(file_id, look, number, last=last)
            now = keyring().seal_part(keyring().open_part(bytes(stored), name), name)
            change = update(parts).where(mine, parts.c.number == number, parts.c.sealed == bytes(stored))
            written += cast(Any, session.execute(change.values(sealed=now))).rowcount
    return written


def wait_for_others(store: Warehouse) -> None:
    """Until every transaction that is under way now has ended. Raises `StoreUnavailable` when one does not."""
    if store.engine.dialect.name == "sqlite":
        with store.write():
            return
    with store.engine.connect() as connection:
        mine = connection.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
        connection.rollback()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            oldest = connection.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
            connection.rollback()
            if int(oldest or 0) > int(mine or 0):
                return
            time.sleep(0.05)
    raise StoreUnavailable("A transaction does not end: rotate again later; what was closed anew stays.")


def sealed_files(folder: Path) -> list[Path]:
    """The sealed files of the data folder that the program reads again: not the backups, which are never changed."""
    found = [*folder.glob("*.sealed"), *folder.glob("*/*.sealed")]
    return sorted(path for path in found if path.is_file())


def reseal_file(path: Path) -> bool:
    """Seal a file anew when another key closed it; whether that was so. Raises `Damaged`, and leaves it as it was."""
    if sealed.key_of(path) == keyring().current:
        return False
    with tempfile.TemporaryFile(dir=path.parent) as plain:
        header = sealed.unseal(path, cast(BinaryIO, plain))
        plain.seek(0)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as half:
            try:
                sealed.seal(header, cast(BinaryIO, plain), cast(BinaryIO, half))
                half.flush()
                shutil.copymode(path, half.name)
                os.fchown(half.fileno(), path.stat().st_uid, path.stat().st_gid)
                Path(half.name).replace(path)
            except BaseException:
                Path(half.name).unlink(missing_ok=True)
                raise
    return True


def users(store: Warehouse, files: Sequence[Path]) -> dict[str, Counter[str]]:
    """What needs which data key: `fields` (rows by table column), `files` among these, by key id."""
    found: dict[str, Counter[str]] = {}
    with store.read() as session:
        for table, columns in _all_closed():
            for column in columns:
                front = func.substr(_raw(column), 1, 8)
                question = select(front, func.count()).select_from(table).where(column.is_not(None)).group_by(front)
                for begins, rows in session.execute(question):
                    found.setdefault(key_id_of(bytes(begins)), Counter())["fields"] += rows
    for key, count in users_of_files(files).items():
        found.setdefault(key, Counter())["files"] += count
    return found


def users_of_files(files: Sequence[Path]) -> Counter[str]:
    """How many of these sealed files each data key opens. A damaged one counts under no key."""
    found: Counter[str] = Counter()
    for path in files:
        try:
            found[sealed.key_of(path)] += 1
        except sealed.Damaged:
            continue
    return found
