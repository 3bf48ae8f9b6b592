"""R14: a backup made while everybody writes is whole: every act acknowledged before it began is in it, none by half."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from casework.errors import ArrearsError, BadInput
from casework.people import Actor
from services.office.backups import back_up, restore
from services.office.settings import Settings
from tests.conftest import NOW
from tests.postgres import Server
from tests.promises.conftest import NewStore
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.services.office import Office
from warehouse import audit, copying
from warehouse.engine import StoreUnavailable, Warehouse, open_warehouse
from warehouse.models import AuditRow, CaseRow, ExportPurposeRow, new_id

BACKUPS = times(30, tier="G", least=1)
ENGINES = ("sqlite", "postgresql") if SCALE >= 1 else ("sqlite",)
WRITERS = 2
MEANWHILE = BACKUPS if SCALE >= 1 else 0
"""A single small backup may be made between two acts; thirty large ones may not."""
MEGABYTES = 12 if SCALE >= 1 else 2
"""More than any number of pages that would be copied in one step by chance."""
BY = Actor.system("test")

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1_200)]


class Load:
    """Hands that write as fast as they can; `done` is what was acknowledged, in its order."""

    def __init__(self, store: Warehouse) -> None:
        self.store, self.done, self.cases = store, list[str](), list[str]()
        self.failed: list[Exception] = []
        self.stop = threading.Event()
        self.office = Office(store, NOW)
        self.threads = [threading.Thread(target=self._hand, args=(self._act,)) for _ in range(WRITERS)]
        self.threads.append(threading.Thread(target=self._hand, args=(self._case,)))

    def _hand(self, act: Callable[[], None]) -> None:
        while not self.stop.is_set():
            try:
                act()
                time.sleep(0.002)  # SQLite queues nobody: whoever asks again at once would keep the others out
            except StoreUnavailable:
                continue  # told to come again: not acknowledged
            except (ArrearsError, SQLAlchemyError) as failed:
                self.failed.append(failed)
                return

    def went_on(self, acts: int) -> None:
        """Wait until so many more were acknowledged."""
        wanted = len(self.done) + acts
        while len(self.done) < wanted and not self.failed:
            time.sleep(0.01)

    def _act(self) -> None:
        row = ExportPurposeRow(id=new_id("pur"), purpose="under load", by="acc_load", at=NOW)
        with self.store.write() as session:
            session.add(row)
            audit.record(session, by="acc_load", act="load", subject=row.id, at=NOW)
        self.done.append(row.id)

    def _case(self) -> None:
        self.cases.append(self.office.case())


@contextmanager
def written_to(store: Warehouse) -> Iterator[Load]:
    """The store, while everybody writes."""
    with store.write() as session:
        for _ in range(MEGABYTES):
            session.add(ExportPurposeRow(id=new_id("big"), purpose=secrets.token_hex(500_000), by="acc_load", at=NOW))
    load = Load(store)
    for thread in load.threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in load.threads:
            thread.join(60)
    assert not load.failed, load.failed


def missing(store: Warehouse, acts: list[str], cases: list[str]) -> list[str]:
    """What is wrong with a store that was brought back."""
    wrong = []
    with store.read() as session:
        if session.get_bind().dialect.name == "sqlite":
            if session.scalar(text("PRAGMA integrity_check")) != "ok":
                wrong.append("not whole")
            if session.execute(text("PRAGMA foreign_key_check")).first():
                wrong.append("a reference to nothing")
        if audit.verify(session).broken_at is not None:
            wrong.append("audit log broken")
        kept = set(session.scalars(select(ExportPurposeRow.id).where(ExportPurposeRow.id.like("pur%"))))
        told = set(session.scalars(select(AuditRow.subject).where(AuditRow.act == "load")))
        if kept != told:
            wrong.append("an act by half")
        if lost := len(set(acts) - kept):
            wrong.append(f"{lost} acts lost")
        if lost := len(set(cases) - set(session.scalars(select(CaseRow.id)))):
            wrong.append(f"{lost} cases lost")
    return wrong


def brought_back(engine: str, path: Path, folder: Path, new_store: NewStore) -> Warehouse:
    """An installation made from nothing but a backup."""
    if engine == "sqlite":
        settings = Settings(data_dir=folder)
        folder.mkdir()
    else:
        empty = new_store("postgresql")
        settings = Settings(data_dir=folder, database_url=str(empty.engine.url))
        empty.close()
    restore(settings, path, actor=BY, at=NOW)
    return open_warehouse(settings.database)


def back_up_and_look(
    load: Load, settings: Settings, number: int, made: Proof, new_store: NewStore, *, hurried: bool = True
) -> list[str]:
    """One backup under load, brought back: what is wrong with it."""
    engine = load.store.engine.dialect.name
    before, cases = list(load.done), list(load.cases)
    copy = back_up(load.store, settings, actor=BY, at=NOW + timedelta(seconds=number))
    during = len(load.done) - len(before)
    if hurried:
        made.count("acts acknowledged while one was made", during)
    store = brought_back(engine, copy.path, settings.data_dir / f"back{number}", new_store)
    try:
        wrong = missing(store, before, cases)
    finally:
        store.close()
    copy.path.unlink()
    shutil.rmtree(settings.data_dir / f"back{number}", ignore_errors=True)
    made.count("acts looked for", len(before) + len(cases))
    return wrong


def _by_file(url: str, target: Path) -> None:
    """The planted mistake: the file is copied as it lies there."""
    shutil.copyfile(url.removeprefix("sqlite:///"), target)


def test_a_backup_under_load_is_whole(
    new_store: NewStore, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgres
    enough = {"backups brought back": BACKUPS * len(ENGINES), "acts acknowledged while one was made": MEANWHILE}
    with proof("R14", seed=14, enough=enough | {"acts looked for": BACKUPS * 20}) as made:
        for engine in ENGINES:
            store = new_store(engine)
            folder = tmp_path / engine
            folder.mkdir(mode=0o700)
            settings = Settings(data_dir=folder, database_url=store.engine.url.render_as_string(hide_password=False))
            with written_to(store) as load:
                for number in range(BACKUPS):
                    load.went_on(20)
                    wrong = back_up_and_look(load, settings, number, made, new_store)
                    assert wrong == [], f"{engine}, backup {number}"
                    made.count("backups brought back")
                if engine == "sqlite":
                    with monkeypatch.context() as patched:
                        patched.setattr(copying, "copy_out", _by_file)
                        caught = False
                        for number in range(BACKUPS, BACKUPS + 5):
                            try:
                                caught = bool(back_up_and_look(load, settings, number, made, new_store, hurried=False))
                            except ArrearsError:
                                caught = True
                            if caught:
                                break
                        made.planted("the file is copied as it lies there", caught=caught)
        with pytest.raises(BadInput):
            restore(settings, tmp_path / "none.backup", actor=BY, at=NOW)
