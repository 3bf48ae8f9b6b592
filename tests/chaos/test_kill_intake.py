"""Promise R1: a collecting process killed at any moment loses nothing and doubles nothing.

The source is the imitated hotline over HTTP, or a file; the store SQLite, or PostgreSQL. Children are killed with
SIGKILL at random moments and at every named place of the intake; one clean run follows; the database must say what a
database says that was never disturbed. A guard counts the kills that hit in the middle of work, and a planted mistake
(the cursor saved before its rows) must be caught.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError
from casework.people import Actor
from casework.record import Cursor, RawRecord
from connectors.base import Channel, Connector
from services.arriving.intake import collect_channel
from tests.chaos.sources import BookSource, HotlineSource, Source
from tests.dumps import dump
from tests.postgres import TEMPLATE, Server
from warehouse import audit
from warehouse.engine import Warehouse, open_warehouse
from warehouse.failpoints import NAMES
from warehouse.models import Base, ComplaintRow, PullCertificateRow
from warehouse.store.channels import channel_row

SCALE = float(os.environ.get("SCALE", "0.06"))  # a kill is half a second: the test command has few, `make evidence` all
KILLS = int(200 * SCALE)
SYSTEM = Actor.system("chaos")
SAID = {"landed", "complaint", "complaint_version", "worker", "clock", "employer", "employer_alias", "channel"}
CHANCE = {
    "*": {"id", "landed_id", "pull_id", "employer_id", "landed_at", "read_at", "filed_at", "created_at", "learned_at"},
    "channel": {"cursor_at", "last_attempt_at", "last_success_at", "failures", "error_code", "error_words"},
}
PLACES = [name for name in NAMES if "deliver" not in name]


class Hasty:
    """The planted mistake: the cursor is saved before the rows, in a transaction of its own."""

    def __init__(self, inner: Connector, store: Warehouse) -> None:
        self.inner, self.store = inner, store

    @property
    def channel(self) -> Channel:
        """The facts of the channel."""
        return self.inner.channel

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """As the channel pulls, but hasty."""
        records = list(self.inner.pull(cursor, now=now))
        for start in range(0, len(records), 200):
            batch = records[start : start + 200]
            with self.store.write() as session:
                row = channel_row(session, self.channel.name)
                row.cursor = Cursor(self.channel.name, max(record.position for record in batch)).dumps()
            yield from batch

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def _run_id(at: datetime) -> str:
    return f"run_{at:%d%H%M%S}"


class Chaos:
    """One source and one database, and children that collect the one into the other."""

    def __init__(self, url: str, source: Source, now: datetime, *, hasty: bool = False) -> None:
        self.url, self._source, self._hasty, self._now = url, source, hasty, now
        self.kills_inside = 0

    def _later(self) -> datetime:
        """A dead run's lease has to expire before the next one may begin."""
        self._now += timedelta(minutes=6)
        return self._now

    def collect(self, at: datetime) -> None:
        """Collect once, in this process."""
        store = open_warehouse(self.url)
        honest = self._source.connector()
        connector = cast(Connector, Hasty(honest, store)) if self._hasty else honest
        collect_channel(store, connector, run_id=_run_id(at), clock=lambda: at, actor=SYSTEM)
        store.close()

    def clean(self) -> None:
        """A run that nobody disturbs."""
        self.collect(self._later())

    def kill(self, *, after: float | None = None, place: str | None = None) -> None:
        """A child that is killed after so many seconds, or at a named place."""
        at = self._later()
        child = os.fork()
        if child == 0:
            try:
                os.environ["ARREARS_FAILPOINT"] = place or ""
                self.collect(at)
            except ArrearsError:
                os._exit(3)
            finally:
                os._exit(0)
        if after is not None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and self.inside(at):
            self.kills_inside += 1

    def inside(self, at: datetime) -> bool:
        """Whether the run of that moment had begun and had not ended."""
        begun = (PullCertificateRow.run_id == _run_id(at), PullCertificateRow.verdict == "running")
        return self._count(select(func.count()).select_from(PullCertificateRow).where(*begun)) > 0

    def _count(self, question: object) -> int:
        store = open_warehouse(self.url)
        with store.read() as session:
            found = session.scalar(question)  # type: ignore[call-overload]  # a count of rows
        store.close()
        return int(found)

    def said(self) -> dict[str, list[str]]:
        """What the database says, but for ids and moments that chance gives."""
        store = open_warehouse(self.url)
        found = dump(store, without={table.name for table in Base.metadata.sorted_tables} - SAID, ignoring=CHANCE)
        with store.read() as session:
            assert audit.verify(session).broken_at is None
            keys = session.scalars(select(ComplaintRow.source_key)).all()
            assert len(keys) == len(set(keys))
        store.close()
        return found


@dataclass
class Ground:
    """Where a run plays: a source in two states, and fresh databases of one engine.

    `seconds` is how long the work took undisturbed: a kill within most of it hits in the middle, on any machine.
    """

    source: Source
    fresh: Callable[[], str]
    now: datetime
    seconds: float = 0.0

    def undisturbed(self) -> dict[str, list[str]]:
        """What a database says that saw the one state and then the other, and was never killed."""
        calm = Chaos(self.fresh(), self.source, self.now)
        for state in (1, 2):
            self.source.tell(state)
            started = time.monotonic()
            calm.clean()
            self.seconds = max(self.seconds, time.monotonic() - started)
        return calm.said()


@pytest.fixture
def ground(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path, now: datetime
) -> Iterator[Callable[[str, str], Ground]]:
    """Make a ground of a source and an engine, and take it away at the end."""
    made: list[Source] = []
    names: list[str] = []

    def lay(source: str, engine: str) -> Ground:
        told: Source = (HotlineSource if source == "hotline" else BookSource)(tmp_path / "source", now)
        made.append(told)

        def fresh() -> str:
            names.append(f"chaos_{secrets.token_hex(6)}")
            if engine == "sqlite":
                path = tmp_path / f"{names[-1]}.db"
                shutil.copyfile(sqlite_template, path)
                return f"sqlite:///{path}"
            server: Server = request.getfixturevalue("postgres")
            server.run(f"CREATE DATABASE {names[-1]} TEMPLATE {TEMPLATE}")
            return server.url(names[-1])

        return Ground(told, fresh, now)

    yield lay
    for one in made:
        one.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "engine", "kills"),
    [
        ("hotline", "sqlite", KILLS),
        pytest.param("book", "postgres", max(10, KILLS // 4), marks=pytest.mark.postgres),
    ],
)
def test_kills_at_random_moments_and_at_every_named_place_lose_and_double_nothing(
    ground: Callable[[str, str], Ground], source: str, engine: str, kills: int
) -> None:
    here = ground(source, engine)
    expected = here.undisturbed()
    chance = random.Random(20261120)
    total = 0
    for turn in range(max(1, kills // 13)):
        chaos = Chaos(here.fresh(), here.source, here.now)
        for state in (1, 2):
            here.source.tell(state)
            for _ in range(6):
                chaos.kill(after=chance.uniform(0.02, 0.7 * here.seconds))
            for place in PLACES[(turn + state) % 2 :: 2]:
                chaos.kill(place=place)
            chaos.clean()
        assert chaos.said() == expected
        total += chaos.kills_inside
    print(f"{total} kills hit in the middle of work")
    assert total >= kills // 2, "too few kills hit in the middle of work to prove anything"


def test_the_planted_mistake_is_caught(ground: Callable[[str, str], Ground]) -> None:
    here = ground("hotline", "sqlite")
    expected = here.undisturbed()
    chaos = Chaos(here.fresh(), here.source, here.now, hasty=True)
    for state in (1, 2):
        here.source.tell(state)
        chaos.kill(place="before_land_commit:2")
        chaos.clean()
    assert chaos.said() != expected
