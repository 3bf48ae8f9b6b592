"""R12: what the console answered "saved" is saved: its process is killed, or PostgreSQL is stopped at once, under load.

The console runs as `arrears serve` in a process of its own. An act is a complaint told at the window: its rows and its
row of the audit log are there both or neither, and both where the answer came.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from services.office.settings import Settings
from tests.console.conftest import Person
from tests.console.morning import PASSWORD, make_people
from tests.postgres import binaries, running
from tests.promises.proofs import SCALE, Proof, proof, times
from warehouse import audit, crypto
from warehouse.engine import open_warehouse
from warehouse.models import AuditRow, ComplaintRow
from warehouse.schema import upgrade

KILLS = times(100, tier="G", least=1)
STOPS = 20 if SCALE >= 1 else 0
HANDS = 3
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
HASTY = """
import threading, time
from contextlib import contextmanager
from warehouse.engine import Warehouse, Session
def later(session):
    time.sleep(0.4)
    session.commit()
    session.close()
@contextmanager
def write(self):
    session = Session(self.engine.execution_options(arrears_write=True), expire_on_commit=False)
    yield session
    session.flush()
    threading.Thread(target=later, args=(session,), daemon=True).start()
Warehouse.write = write
from console.cli import main
main()
"""
"""The planted mistake: the answer goes out first, and is written down a moment later."""

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(3_000)]


@dataclass
class Served:
    """A console in a process of its own on one port, whoever is killed."""

    settings: Settings
    port: int
    script: tuple[str, ...] = ("-m", "console.cli")
    child: subprocess.Popen[bytes] | None = None
    root: Path = ROOT

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Up, and answering."""
        environment = os.environ | {
            "ARREARS_DATA_DIR": str(self.settings.data_dir),
            "ARREARS_DATABASE_URL": self.settings.database,
            "ARREARS_CONSOLE_PORT": str(self.port),
            "PYTHONPATH": str(self.root),
        }
        with (self.settings.data_dir / "console.log").open("ab") as log:
            command = [sys.executable, *self.script, "serve"]
            self.child = subprocess.Popen(command, cwd=self.root, env=environment, stdout=log, stderr=subprocess.STDOUT)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.child.poll() is None, "the console did not start"
            assert time.monotonic() < until, "the console does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            answer = httpx.get(f"{self.address}/login", timeout=2, trust_env=False, verify=False)
            return answer.status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """As systemd does: what was begun is ended."""
        assert self.child
        self.child.terminate()
        self.child.wait(30)

    def kill(self) -> None:
        """SIGKILL: no farewell."""
        assert self.child
        if self.child.poll() is None:
            os.kill(self.child.pid, signal.SIGKILL)
            self.child.wait(20)


@dataclass
class Window:
    """Hands that file complaint after complaint; `saved` is what the console answered so."""

    served: Served
    saved: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Log in once: a login outlives the process that gave it."""
        self.desk = Person(self.served.address)
        self.desk.post("/login", login="desk", password=PASSWORD)
        time.sleep(1)  # the planted mistake writes the login down a moment later, too
        self.token = self.desk.token()
        self.threads = [threading.Thread(target=self._hand) for _ in range(HANDS)]
        for thread in self.threads:
            thread.start()

    def _hand(self) -> None:
        cookies = dict(self.desk.client.cookies)
        with httpx.Client(base_url=self.served.address, timeout=20, trust_env=False, cookies=cookies) as client:
            while not self.stop.is_set():
                self._tell(client)

    def _tell(self, client: httpx.Client) -> None:
        key = secrets.token_hex(10)
        told = {
            "csrf": self.token,
            "key": key,
            "complainant_name": "刘春生",
            "complainant_phone": "13912340010",
            "narrative": "工资没有发",
            "employer_name": "青岛蓝天海产加工有限公司",
        }
        self.asked.append(key)
        self.waiting.add(key)
        try:
            answer = client.post("/walk-in", data=told, headers={"Origin": self.served.address})
        except httpx.HTTPError:
            time.sleep(0.05)
            return
        finally:
            self.waiting.discard(key)
        if answer.status_code in (200, 303):
            self.saved.append(key)
        else:
            assert answer.status_code >= 500, answer.status_code
            time.sleep(0.05)

    def more(self, acts: int) -> None:
        """Wait until so many more were saved."""
        wanted, until = len(self.saved) + acts, time.monotonic() + PATIENCE
        while len(self.saved) < wanted:
            assert time.monotonic() < until, "nothing is saved any more"
            assert any(thread.is_alive() for thread in self.threads)
            time.sleep(0.01)

    def end(self) -> None:
        """Hands off."""
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
        self.desk.client.close()


def wrong_with(settings: Settings, saved: list[str]) -> list[str]:
    """What was lost, or done by half."""
    store = open_warehouse(settings.database)
    try:
        with store.read() as session:
            question = select(ComplaintRow.id, ComplaintRow.source_key).where(ComplaintRow.channel == "walk_in")
            rows = {row.id: row.source_key for row in session.execute(question)}
            told = set(session.scalars(select(AuditRow.subject).where(AuditRow.act == "record_walk_in")))
            broken = audit.verify(session).broken_at
    finally:
        store.close()
    wrong = [] if broken is None else [f"audit log broken at {broken}"]
    if lost := {f"walk-in-{key}" for key in saved} - set(rows.values()):
        wrong.append(f"{len(lost)} saved acts lost")
    if half := set(rows) ^ told:
        wrong.append(f"{len(half)} acts by half")
    return wrong


def _installed(folder: Path, url: str | None) -> Settings:
    """An installation with people, its keys in a file."""
    folder.mkdir(exist_ok=True)
    settings = Settings(data_dir=folder, database_url=url)
    crypto.keyring().save(settings.keys)
    store = open_warehouse(settings.database)
    upgrade(store.engine)
    make_people(store, datetime.now(UTC))
    store.close()
    return settings


@contextmanager
def under_load(settings: Settings, *script: str) -> Iterator[tuple[Served, Window]]:
    """A console that people work at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    served = Served(settings, port, script or ("-m", "console.cli"))
    served.start()
    window = Window(served)
    try:
        window.begin()
        yield served, window
    finally:
        window.stop.set()
        served.kill()
        window.end()  # of one that is dead already, nothing


def kill_the_console(settings: Settings, kills: int, made: Proof, chance: random.Random, *script: str) -> list[str]:
    """Kill and start again, so often; what was wrong at the end."""
    with under_load(settings, *script) as (served, window):
        for number in range(kills):
            if number:
                served.start()
            window.more(3)
            time.sleep(chance.uniform(0, 0.3))
            busy = bool(window.waiting)
            served.kill()
            made.count("kills while somebody waited", busy)
            made.count("kills")
    made.count("saved", len(window.saved))
    made.count("asked and never answered", len(window.asked) - len(window.saved))
    return wrong_with(settings, window.saved)


def test_what_was_answered_saved_is_saved(sqlite_template: Path, tmp_path: Path) -> None:
    chance = random.Random(12)
    enough = {
        "kills": KILLS,
        "kills while somebody waited": KILLS // 2,
        "stops of PostgreSQL": STOPS,
        "saved": 3 * (KILLS + STOPS),
    }
    with proof("R12", seed=12, enough=enough) as made:
        (tmp_path / "sqlite").mkdir()
        shutil.copyfile(sqlite_template, tmp_path / "sqlite" / "arrears.db")
        settings = _installed(tmp_path / "sqlite", None)
        assert kill_the_console(settings, KILLS, made, chance) == []

        if SCALE < 1:
            return  # each further console takes longer to start than the test command has
        (tmp_path / "hasty").mkdir()
        shutil.copyfile(sqlite_template, tmp_path / "hasty" / "arrears.db")
        hasty = _installed(tmp_path / "hasty", None)
        wrong = kill_the_console(hasty, 3, Proof("R12", 12, {}), chance, "-c", HASTY)
        made.planted("the answer goes out before the commit", caught=bool(wrong))

        place = binaries()
        if place is None:
            pytest.skip("there is no PostgreSQL here: set PGBIN or install it")
        with running(place, durable=True) as server:
            server.run("CREATE DATABASE arrears")
            settings = _installed(tmp_path / "postgresql", server.url("arrears"))
            with under_load(settings) as (_, window):
                for _ in range(STOPS):
                    window.more(3)
                    time.sleep(chance.uniform(0, 0.3))
                    server.fall()
                    server.start()
                    made.count("stops of PostgreSQL")
                window.more(3)
            made.count("saved", len(window.saved))
            assert wrong_with(settings, window.saved) == []
