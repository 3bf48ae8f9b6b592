"""Promise R1: a collecting process killed at any moment loses nothing and doubles nothing.

Children are killed with SIGKILL at random moments and at every named place of the intake; one clean run follows; the
database must say what a database says that was never disturbed. A guard counts the kills that hit in the middle of
work, and a planted mistake (the cursor saved before its rows) must be caught.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError
from casework.people import Actor
from casework.record import Cursor, RawRecord
from services.intake import collect_channel
from tests.dumps import dump
from tests.notebook import Notebook
from warehouse import audit
from warehouse.engine import Warehouse, open_warehouse
from warehouse.failpoints import NAMES
from warehouse.models import Base, ComplaintRow, LandedRow
from warehouse.store.channels import channel_row

SCALE = float(os.environ.get("SCALE", "0.2"))
COMPLAINTS, KILLS, CHANGED = 420, int(200 * SCALE), 21
SYSTEM = Actor.system("chaos")
SAID = {"landed", "complaint", "complaint_version", "worker", "clock", "employer", "employer_alias", "channel"}
CHANCE = {
    "*": {"id", "landed_id", "pull_id", "employer_id", "landed_at", "read_at", "filed_at", "created_at", "learned_at"},
    "channel": {"cursor_at", "last_attempt_at", "last_success_at", "failures", "error_code", "error_words"},
}
PLACES = [name for name in NAMES if "deliver" not in name]


class Hasty(Notebook):
    """The planted mistake: the cursor is saved before the rows, in a transaction of its own."""

    store: Warehouse

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """As the notebook pulls, but hasty."""
        records = list(super().pull(cursor, now=now))
        for start in range(0, len(records), 200):
            batch = records[start : start + 200]
            with self.store.write() as session:
                row = channel_row(session, "notebook")
                row.cursor = Cursor("notebook", max(record.position for record in batch)).dumps()
            yield from batch


class Chaos:
    """One notebook and one database, and children that collect the one into the other."""

    def __init__(self, folder: Path, book: Path, template: Path, now: datetime, *, hasty: bool = False) -> None:
        folder.mkdir()
        self.url = f"sqlite:///{folder / 'arrears.db'}"
        shutil.copyfile(template, folder / "arrears.db")
        self._book, self._hasty, self._now = book, hasty, now
        self.kills_inside = 0

    def _later(self) -> datetime:
        """A dead run's lease has to expire before the next one may begin."""
        self._now += timedelta(minutes=6)
        return self._now

    def collect(self, at: datetime) -> None:
        """Collect once, in this process."""
        store = open_warehouse(self.url)
        book: Notebook = (Hasty if self._hasty else Notebook)(self._book, self._book.with_name("answers"))
        if isinstance(book, Hasty):
            book.store = store
        collect_channel(store, book, run_id=f"run_{at:%H%M%S}", clock=lambda: at, actor=SYSTEM)
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
        if os.WIFSIGNALED(status) and self.landed() > 0 and self.unfinished():
            self.kills_inside += 1

    def landed(self) -> int:
        """How many versions have landed."""
        return self._count(select(func.count()).select_from(LandedRow))

    def unfinished(self) -> bool:
        """Whether there is still something to land or to file."""
        waiting = select(func.count()).select_from(LandedRow).where(LandedRow.state == "landed")
        return self.landed() < COMPLAINTS or self._count(waiting) > 0

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


def tell(path: Path, now: datetime, first: int, last: int, amount: int) -> None:
    """Complaints ten minutes apart, so that the overlap covers three of them; some can be pulled but not read."""
    book = Notebook(path, path.with_name("answers"))
    for number in range(first, last):
        at = now - timedelta(minutes=10 * (COMPLAINTS + CHANGED - number))
        told = amount if number % 50 else "many"
        key = number if number < COMPLAINTS else (number - COMPLAINTS) * 20
        book.write(
            key=f"k{key:05d}",
            at=at.isoformat(),
            text="拖欠工资三个月，一直不给",
            employer=f"青岛第{number % 7}水产加工有限公司",
            name=f"王{number}",
            phone=f"138{number:08d}",
            amount=str(told),
        )


@pytest.fixture
def undisturbed(tmp_path: Path, sqlite_template: Path, now: datetime) -> tuple[Path, Path, dict[str, list[str]]]:
    """Two states of the source, and what a database says that saw the one and then the other."""
    first, both = tmp_path / "first.jsonl", tmp_path / "both.jsonl"
    tell(first, now, 0, COMPLAINTS, 8000)
    shutil.copyfile(first, both)
    tell(both, now, COMPLAINTS, COMPLAINTS + CHANGED, 9000)
    source = tmp_path / "source.jsonl"
    calm = Chaos(tmp_path / "calm", source, sqlite_template, now)
    for state in (first, both):
        shutil.copyfile(state, source)
        calm.clean()
    return first, both, calm.said()


@pytest.mark.slow
def test_kills_at_random_moments_and_at_every_named_place_lose_and_double_nothing(
    undisturbed: tuple[Path, Path, dict[str, list[str]]], tmp_path: Path, sqlite_template: Path, now: datetime
) -> None:
    first, both, expected = undisturbed
    chance = random.Random(20261120)
    total = 0
    for turn in range(max(2, KILLS // 12)):
        source = tmp_path / f"source-{turn}.jsonl"
        chaos = Chaos(tmp_path / f"chaos-{turn}", source, sqlite_template, now)
        for state in (first, both):
            shutil.copyfile(state, source)
            for _ in range(6):
                chaos.kill(after=chance.uniform(0.02, 0.45))
            for place in PLACES[turn % 2 :: 2]:
                chaos.kill(place=place)
            chaos.clean()
        assert chaos.said() == expected
        total += chaos.kills_inside
    assert total >= KILLS // 2, "too few kills hit in the middle of work to prove anything"


def test_the_planted_mistake_is_caught(
    undisturbed: tuple[Path, Path, dict[str, list[str]]], tmp_path: Path, sqlite_template: Path, now: datetime
) -> None:
    first, both, expected = undisturbed
    source = tmp_path / "source.jsonl"
    chaos = Chaos(tmp_path / "hasty", source, sqlite_template, now, hasty=True)
    for state in (first, both):
        shutil.copyfile(state, source)
        chaos.kill(place="before_land_commit:2")
        chaos.clean()
    assert chaos.said() != expected
