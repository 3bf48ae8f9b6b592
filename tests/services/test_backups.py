"""A backup is worth what its restoring gives back."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from casework.errors import ArrearsError, BadInput, Conflict
from casework.people import Actor
from casework.record import Json
from services.office.backups import back_up, newest, restore, thin_out, verify
from services.office.doctor import Health, audit_log
from services.office.settings import Settings
from warehouse import audit, crypto, sealed
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AuditRow

ACTOR = Actor.system("backup")


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    """An installation whose database is the one under test."""
    return Settings(data_dir=tmp_path / "data", database_url=store_url)


def acts(url: str) -> list[str]:
    """What the audit log of a database tells, the oldest first; the chain must hold."""
    opened = open_warehouse(url)
    try:
        with opened.read() as session:
            assert audit.verify(session).broken_at is None
            return [row.act for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    finally:
        opened.close()


def test_restoring_gives_back_what_was_there(store: Warehouse, settings: Settings, now: datetime) -> None:
    with store.write() as session:
        audit.record(session, by="somebody", act="before", subject="x", at=now)
    made = back_up(store, settings, actor=ACTOR, at=now)
    with store.write() as session:
        audit.record(session, by="somebody", act="after", subject="x", at=now)
    store.close()
    restored = restore(settings, made.path, actor=ACTOR, at=now)
    assert restored.audit_rows == made.audit_rows == 2
    assert acts(settings.database) == ["before", "back_up", "restore"]


def test_a_backup_is_for_its_owner_and_unreadable(store: Warehouse, settings: Settings, now: datetime) -> None:
    made = back_up(store, settings, actor=ACTOR, at=now)
    assert made.path.stat().st_mode & 0o077 == 0
    body = made.path.read_bytes()
    assert b"SQLite format" not in body
    assert b"PGDMP" not in body


@pytest.mark.parametrize("where", [0.0, 0.01, 0.5, 0.999])
def test_one_changed_byte_is_refused(store: Warehouse, settings: Settings, now: datetime, where: float) -> None:
    path = back_up(store, settings, actor=ACTOR, at=now).path
    body = bytearray(path.read_bytes())
    body[int(where * (len(body) - 1))] ^= 1
    path.write_bytes(body)
    with pytest.raises(BadInput):
        verify(settings, path)


@pytest.mark.parametrize("kept", [0, 10, 200, -1, -5_000])
def test_a_backup_that_was_cut_off_is_refused(store: Warehouse, settings: Settings, now: datetime, kept: int) -> None:
    path = back_up(store, settings, actor=ACTOR, at=now).path
    os.truncate(path, kept % path.stat().st_size)
    with pytest.raises(BadInput):
        verify(settings, path)


def test_a_backup_of_another_installation_is_refused(store: Warehouse, settings: Settings, now: datetime) -> None:
    path = back_up(store, settings, actor=ACTOR, at=now).path
    ours = crypto.keyring()
    crypto.use(crypto.make_keyring())
    try:
        with pytest.raises(BadInput, match="other keys"):
            restore(settings, path, actor=ACTOR, at=now)
    finally:
        crypto.use(ours)


def test_a_backup_overwrites_nothing(store: Warehouse, settings: Settings, now: datetime) -> None:
    back_up(store, settings, actor=ACTOR, at=now)
    with pytest.raises(BadInput):
        back_up(store, settings, actor=ACTOR, at=now)


def test_a_database_somebody_works_with_is_not_replaced(
    store: Warehouse, settings: Settings, now: datetime, engine_name: str
) -> None:
    if engine_name != "sqlite":
        pytest.skip("pg_restore waits for its locks instead")
    path = back_up(store, settings, actor=ACTOR, at=now).path
    with store.write(), pytest.raises(Conflict):
        restore(settings, path, actor=ACTOR, at=now)
    assert acts(settings.database) == ["back_up"]


def test_a_file_that_is_no_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear office")
    with pytest.raises(ArrearsError, match="not a backup"):
        verify(settings, path)


def _disarm(session: Session) -> None:
    """What somebody does first who has the database in hand: take the triggers off that refuse a change."""
    if session.get_bind().dialect.name == "sqlite":
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))


@pytest.mark.parametrize("harm", ["edit", "delete", "reorder", "cut", "empty", "replace"])
def test_a_log_changed_from_outside_is_noticed(store: Warehouse, settings: Settings, now: datetime, harm: str) -> None:
    for number in range(6):
        with store.write() as session:
            audit.record(session, by="acc_1", act="act", subject=f"case_{number}", at=now)
    assert audit_log(settings, store).health is Health.WELL
    back_up(store, settings, actor=ACTOR, at=now)
    with store.write() as session:
        audit.record(session, by="acc_1", act="later", subject="case_9", at=now)
    assert audit_log(settings, store).health is Health.WELL
    with store.write() as session:
        _disarm(session)
        last = session.scalar(select(func.max(AuditRow.seq))) or 0
        if harm == "edit":
            session.execute(update(AuditRow).where(AuditRow.seq == 3).values(by="acc_2"))
        elif harm == "delete":
            session.execute(delete(AuditRow).where(AuditRow.seq == 3))
        elif harm == "reorder":
            for old, new in ((3, 99), (4, 3), (99, 4)):
                session.execute(text("UPDATE audit SET seq = :new WHERE seq = :old"), {"old": old, "new": new})
        elif harm == "cut":
            session.execute(delete(AuditRow).where(AuditRow.seq > last - 2))
        else:
            session.execute(delete(AuditRow))
    if harm == "replace":
        for number in range(9):
            with store.write() as session:
                audit.record(session, by="acc_1", act="act", subject=f"case_{number}", at=now)
    assert audit_log(settings, store).health is Health.BROKEN


def test_what_need_not_be_kept_is_deleted_and_told(store: Warehouse, settings: Settings, now: datetime) -> None:
    kept = back_up(store, settings, actor=ACTOR, at=now)
    folder = kept.path.parent
    old, older = (now - timedelta(days=3, minutes=minutes) for minutes in (0, 15))
    for moment in (old, older):
        back_up(store, settings, actor=ACTOR, at=moment)
    (folder / "before-the-move.backup").write_bytes(b"somebody's own")
    assert thin_out(store, settings, actor=ACTOR, at=now) == 1
    assert len(list(folder.iterdir())) == 3
    assert verify(settings, kept.path).audit_rows == kept.audit_rows
    assert acts(settings.database)[-1] == "thin_backups"
    assert thin_out(store, settings, actor=ACTOR, at=now) == 0


def test_a_clock_gone_wild_deletes_nothing(store: Warehouse, settings: Settings, now: datetime) -> None:
    folder = back_up(store, settings, actor=ACTOR, at=now).path.parent
    for minutes in (15, 30, 45):
        (folder / f"arrears-{now - timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}.backup").touch()
    there = sorted(folder.iterdir())
    with pytest.raises(BadInput, match="clock"):
        thin_out(store, settings, actor=ACTOR, at=now + timedelta(days=26_000), most=2)
    assert sorted(folder.iterdir()) == there
    assert acts(settings.database) == ["back_up"]


def test_a_copy_that_is_not_whole_gets_no_name(
    store: Warehouse, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sealed.seal

    def cut_off(header: dict[str, Json], plain: BinaryIO, file: BinaryIO) -> None:
        whole(header, plain, file)
        file.truncate(file.tell() - 40)

    monkeypatch.setattr(sealed, "seal", cut_off)
    with pytest.raises(BadInput):
        back_up(store, settings, actor=ACTOR, at=now)
    assert newest(settings) is None
