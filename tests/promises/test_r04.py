"""R4: rows that are committed late, at equal times, back-dated or by a skewed clock are not missed.

The source is a view on a real PostgreSQL, polled by the wage-payment channel. Four writers keep transactions open while
polls go by; their clocks are up to 15 minutes wrong. A row whose moment is within the overlap of 30 minutes when it is
committed must be landed by the next poll. One that is farther back is in no poll's window by right: the nightly
comparison must find every one of them. Time is the test's own, a minute a round; commits race with the poll.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from casework.people import Actor
from casework.record import RawRecord
from connectors.base import Connector, load_channel
from connectors.registry import connect
from connectors.wage_monitor import WageMonitor
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.platforms.wage_rows import complaint_row, local
from sandbox.told import Told
from services.arriving.intake import collect_channel
from services.arriving.reconciling import reconcile_channel
from tests.conftest import NOW
from tests.postgres import Server
from tests.promises.conftest import NewStore
from tests.promises.proofs import Proof, proof, times
from warehouse.engine import Warehouse
from warehouse.models import LandedRow

ROUNDS = times(1_000, least=12, tier="G")
NIGHT = 250 if ROUNDS >= 1_000 else 12
SEED = 4
WRITERS = 4
OVERLAP = timedelta(minutes=30)
SKEW = timedelta(minutes=15)
SYSTEM = Actor.system("collect")

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1500)]


@dataclass
class Written:
    """A row of a writer: its key, the moment it carries, and when its transaction is to end."""

    key: str
    stamp: datetime
    commit_at: datetime


@dataclass
class Writer:
    """A connection of its own on the source, with one open transaction, and a clock that is so much wrong."""

    engine: sa.Engine
    skew: timedelta
    open: sa.Connection | None = None
    rows: list[Written] = field(default_factory=list)

    def write(self, key: str, stamp: datetime, commit_at: datetime) -> None:
        """Insert a row that nobody sees yet."""
        if self.open is None:
            self.open = self.engine.connect()
            self.open.begin()
        told = Told(
            key=key, channel="wage_monitor", told_at=stamp, case="", claim="", narrative=f"工资没有发，第{key}件。"
        )
        row = {"complaintId": f"TS{key}", **complaint_row(told), "updated_at": local(stamp)}
        table = sa.table("complaint_rows", *(sa.column(name) for name in row))
        self.open.execute(sa.insert(table).values(row))
        self.rows.append(Written(f"TS{key}", stamp, commit_at))

    def commit(self, delay: float) -> list[Written]:
        """End the transaction, a moment from now."""
        time.sleep(delay)
        if self.open is None:
            return []
        self.open.get_transaction().commit()  # type: ignore[union-attr]  # begun above
        self.open.close()
        self.open, done, self.rows = None, self.rows, []
        return done


@dataclass
class Ground:
    """The source, its writers, our store, and what is known to be committed."""

    platform: WagePlatform
    engine: sa.Engine
    store: Warehouse
    connector: Connector
    chance: random.Random
    now: datetime = NOW
    serial: int = 0
    nights: int = 0
    committed: dict[str, datetime] = field(default_factory=dict)
    due: set[str] = field(default_factory=set)
    """Committed within the overlap: the next poll must bring them."""

    def __post_init__(self) -> None:
        skews = (timedelta(), SKEW, -SKEW, timedelta(minutes=7))
        self.writers = [Writer(self.engine, skew) for skew in skews]
        self.last = self.now

    def poll(self) -> None:
        """One poll of the channel."""
        collect_channel(self.store, self.connector, run_id=f"r{self.now}", clock=lambda: self.now, actor=SYSTEM)

    def compare(self) -> int:
        """One nightly comparison: how many rows it found that no poll had brought."""
        self.nights += 1
        run = f"night{self.nights}"
        return reconcile_channel(
            self.store, self.connector, run_id=run, days=7, clock=lambda: self.now, actor=SYSTEM
        ).hidden

    def missing(self, keys: set[str]) -> set[str]:
        """Which of these are not landed."""
        with self.store.read() as session:
            question = select(LandedRow.source_key).where(LandedRow.source_key.in_(keys))
            return keys - set(session.scalars(question))

    def note(self, rows: list[Written], made: Proof) -> None:
        """These are committed now."""
        for row in rows:
            self.committed[row.key] = row.stamp
            within = self.now - row.stamp <= OVERLAP - timedelta(minutes=1)
            made.count("rows within the overlap" if within else "rows behind the overlap")
            if within:
                self.due.add(row.key)


def one_round(ground: Ground, pool: ThreadPoolExecutor, made: Proof) -> list[str]:
    """A minute: rows are begun, some transactions end while the channel is polled. Faults in words."""
    chance = ground.chance
    ground.now += timedelta(minutes=1)
    for writer in ground.writers:
        for _ in range(chance.choice((0, 0, 1, 2))):
            ground.serial += 1
            stamp = ground.now + writer.skew
            kind = chance.random()
            if kind < 0.25:
                stamp = ground.last  # the very moment of another row
                made.count("rows of equal time")
            elif kind < 0.35:
                stamp = ground.now - timedelta(minutes=chance.randint(1, 25))
                made.count("rows back-dated")
            elif kind < 0.40:
                stamp = ground.now - timedelta(hours=chance.randint(1, 90))
                made.count("rows back-dated by hours")
            stamp = stamp.replace(microsecond=0)
            ground.last = stamp
            writer.write(f"{ground.serial:07d}", stamp, ground.now + timedelta(minutes=chance.choice((0, 0, 1, 3, 12))))
    ending = [w for w in ground.writers if w.rows and w.rows[0].commit_at <= ground.now]
    before = set(ground.due)
    racing = [pool.submit(writer.commit, chance.uniform(0, 0.03)) for writer in ending]
    ground.poll()
    made.count("polls")
    made.count("commits beside a poll", len(racing))
    missed = ground.missing(before)
    ground.due -= before
    for future in racing:
        ground.note(future.result(), made)
    return [f"{len(missed)} rows were committed within the overlap and missed by the next poll"] if missed else []


def a_night(ground: Ground, made: Proof) -> list[str]:
    """Everything is committed, polled once, and compared. Faults in words."""
    for writer in ground.writers:
        ground.note(writer.commit(0), made)
    ground.now += timedelta(minutes=1)
    ground.poll()
    faults = [f"{len(missed)} missed by the next poll"] if (missed := ground.missing(ground.due)) else []
    ground.due.clear()
    hidden = ground.missing(set(ground.committed))
    found = ground.compare()
    made.count("rows hidden from every poll", len(hidden))
    made.count("rows found at night", found)
    left = ground.missing(set(ground.committed))
    if left or found != len(hidden):
        faults.append(f"of {len(hidden)} hidden rows the night found {found}; {len(left)} are still missing")
    if ground.compare():
        faults.append("a second comparison found something again")
    return faults


@contextmanager
def ground_on(
    server: Server, name: str, folder: Path, store: Warehouse, *, overlap: int | None = None
) -> Iterator[Ground]:
    """A source view on a PostgreSQL database of its own."""
    server.run(f"CREATE DATABASE {name}")
    url = server.url(name)
    platform = WagePlatform(folder / name, urls=(url, url, url))
    engine = sa.create_engine(url, pool_size=WRITERS + 1)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE complaint RENAME TO complaint_rows"))
        connection.execute(sa.text("CREATE VIEW complaint AS SELECT * FROM complaint_rows"))
    connector = connect("wage_monitor", platform.settings)
    if overlap is not None:
        facts = replace(load_channel("wage_monitor"), overlap_minutes=overlap)
        connector = WageMonitor(facts, platform.settings)
    try:
        yield Ground(platform, engine, store, connector, random.Random(SEED))
    finally:
        engine.dispose()
        platform.stop()
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


class _Forgetful:
    """Planted: by night the source is asked from the cursor on, like by day."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """What a poll would bring."""
        return (raw for raw in self._inner.again(now - OVERLAP, now=now))

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def test_late_equal_back_dated_and_skewed_rows_are_not_missed(
    postgres: Server, new_store: NewStore, tmp_path: Path
) -> None:
    enough = {
        "polls": ROUNDS,
        "commits beside a poll": ROUNDS // 2,
        "rows within the overlap": ROUNDS,
        "rows of equal time": ROUNDS // 4,
        "rows back-dated": ROUNDS // 8,
        "rows hidden from every poll": ROUNDS // 20,
        "rows found at night": ROUNDS // 20,
    }
    with proof("R4", seed=SEED, enough=enough) as made, ThreadPoolExecutor(WRITERS) as pool:
        with ground_on(postgres, "r4_source", tmp_path, new_store("sqlite")) as ground:
            for number in range(1, ROUNDS + 1):
                faults = one_round(ground, pool, made)
                if number % NIGHT == 0 or number == ROUNDS:
                    faults += a_night(ground, made)
                    made.count("nights")
                assert not faults, (number, faults)
        planted = Proof("planted", SEED, {})
        with ground_on(postgres, "r4_narrow", tmp_path, new_store("sqlite"), overlap=0) as ground:
            caught = any(one_round(ground, pool, planted) for _ in range(40))  # it stops where the bug shows
            made.planted("a poll looks back behind the cursor by nothing", caught=caught)
        with ground_on(postgres, "r4_forgetful", tmp_path, new_store("sqlite")) as ground:
            ground.connector = cast(Connector, _Forgetful(ground.connector))
            ground.writers[1].write("9999998", ground.now, ground.now)
            ground.note(ground.writers[1].commit(0), planted)
            ground.poll()  # the channel has a position from here on
            ground.writers[0].write("9999999", ground.now - timedelta(hours=5), ground.now)
            made.planted("the night asks from the cursor on", caught=bool(a_night(ground, planted)))
