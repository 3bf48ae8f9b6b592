"""Canaries over the real transport of every channel: placed, landed, filed, linked, before the queue; nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.canary import Mark, mark_in, words
from casework.people import Actor
from connectors.registry import CHANNELS, connect
from sandbox.told import Told
from services.arriving.canaries import pass_canaries, place_canaries
from services.arriving.intake import collect_channel
from services.arriving.watching import watch_channels
from services.linkage.linking import link_complaints
from services.office.settings import Settings
from tests.contracts.hands import Hands
from tests.contracts.suite import Driver, driver
from tests.dumps import dump
from warehouse.engine import Warehouse
from warehouse.models import Base, CanaryRow, ComplaintRow, LandedRow, PullCertificateRow, WarningRow
from warehouse.queries.channels import channel_lines

SYSTEM = Actor.system("canary")
TRACE = {"audit", "run", "canary", "channel", "landed", "lease", "link_run", "pull_certificate"}
"""The only tables in which a canary leaves anything: what came, by which pull, and when it passed."""
TAKES = [name for name in CHANNELS if name != "petition"]


@dataclass
class Placed:
    """A channel whose office may place canaries, a store, and a clock."""

    driver: Driver
    store: Warehouse
    settings: Settings
    now: datetime

    def collect(self) -> None:
        """One pull."""
        self.now += timedelta(minutes=5)
        connector = connect(self.driver.channel, self.driver.settings)
        collect_channel(self.store, connector, run_id=f"r{self.now}", clock=lambda: self.now, actor=SYSTEM)

    def place(self) -> tuple[int, int, int]:
        """The day's canaries."""
        count = place_canaries(self.store, self.settings, actor=SYSTEM, at=self.now)
        return count.placed, count.refused, count.off

    def link(self) -> int:
        """The linker's run, and the way to the queue."""
        self.now += timedelta(minutes=5)
        link_complaints(self.store, actor=SYSTEM, at=self.now)
        return pass_canaries(self.store, self.settings, actor=SYSTEM, at=self.now)

    def canaries(self) -> list[CanaryRow]:
        """All that were placed."""
        with self.store.read() as session:
            found = list(session.scalars(select(CanaryRow).order_by(CanaryRow.placed_at)))
            session.expunge_all()
            return found

    def filed(self) -> int:
        """How many complaints there are."""
        with self.store.read() as session:
            return session.scalar(select(func.count()).select_from(ComplaintRow)) or 0


def bench_of(channel: str, folder: Path, store: Warehouse, now: datetime) -> Placed:
    """A channel of that name, empty and well, and the settings that name it."""
    other_side = driver(channel, folder / "platform", now)
    lines = [f'{name} = "{value}"' for name, value in other_side.settings.items()]
    (folder / "channels.toml").write_text("\n".join([f"[{channel}]", *lines]), "utf-8")
    return Placed(other_side, store, Settings(data_dir=folder), now)


@pytest.fixture(params=TAKES)
def bench(request: pytest.FixtureRequest, tmp_path: Path, store: Warehouse, now: datetime) -> Iterator[Placed]:
    """A channel that takes canaries."""
    made = bench_of(request.param, tmp_path, store, now)
    try:
        yield made
    finally:
        made.driver.close()


def test_a_canary_goes_the_whole_way_and_is_nobodys(bench: Placed) -> None:
    bench.driver.good(2)
    bench.collect()
    bench.link()
    before = dump(bench.store, without=TRACE)
    assert bench.place() == (1, 0, len(CHANNELS) - 1)
    assert bench.place() == (0, 0, len(CHANNELS) - 1)
    placed = bench.now
    (canary,) = bench.canaries()
    assert (canary.state, canary.placed_at) == ("placed", placed)
    bench.collect()
    (canary,) = bench.canaries()
    assert (canary.state, canary.landed_at, canary.filed_at) == ("filed", bench.now, bench.now)
    assert bench.link() == 1
    assert bench.link() == 0
    (canary,) = bench.canaries()
    assert canary.state == "queued"
    assert canary.queued_at == placed + timedelta(minutes=10)
    bench.collect()
    assert dump(bench.store, without=TRACE) == before
    assert set(TRACE) <= {table.name for table in Base.metadata.sorted_tables}
    with bench.store.read() as session:
        assert session.scalar(select(func.sum(PullCertificateRow.canaries))) == 1
        assert session.scalar(select(func.sum(PullCertificateRow.filed))) == 2
        assert channel_lines(session, since=placed)[0].landed == 0


def test_an_overdue_canary_is_an_alarm_until_it_comes(bench: Placed) -> None:
    bench.driver.good(1)
    bench.collect()
    bench.place()
    assert watch_channels(bench.store, actor=SYSTEM, at=bench.now).alarms == 0
    late = bench.now + timedelta(hours=3)
    with bench.store.write() as session:  # the channel is heard all the time
        session.execute(Base.metadata.tables["channel"].update().values(last_success_at=late))
    assert watch_channels(bench.store, actor=SYSTEM, at=late).raised == 1
    with bench.store.read() as session:
        facts = session.scalars(select(WarningRow.facts)).one()
    assert facts["why"] == "canary"
    assert watch_channels(bench.store, actor=SYSTEM, at=late + timedelta(days=8)).alarms == 1  # silent by now
    bench.collect()
    bench.link()
    assert watch_channels(bench.store, actor=SYSTEM, at=bench.now).alarms == 0


def test_a_copied_mark_makes_nobodys_complaint_vanish(bench: Placed) -> None:
    assert isinstance(bench.driver, Hands)
    bench.driver.good(1)
    bench.place()
    bench.collect()
    with bench.store.read() as session:
        row = session.scalars(select(LandedRow).where(LandedRow.reason_code == "canary")).one()
        mark = mark_in(str(row.payload))
    assert mark is not None
    told = bench.driver._told(bench.now - timedelta(minutes=3))
    forged = Mark(mark.channel, mark.day, mark.id, "0" * 64)
    other = Mark(mark.channel, mark.day, "cny_" + "a" * 30, mark.seal)
    texts = [f"{words(mark)} 老板欠我工资一万元", words(forged), words(other), words(replace(mark, channel="petition"))]
    for number, text in enumerate(texts):
        bench.driver.platform.add(replace(_plain(told), key=f"9000{number}", narrative=text))
    before = bench.filed()
    bench.collect()
    assert bench.filed() == before + len(texts)


def _plain(told: Told) -> Told:
    """Somebody who names nobody: all that is left is the text."""
    return Told(
        key=told.key, channel=told.channel, told_at=told.told_at, case="", claim="", title="系统自检", narrative=""
    )


def test_no_canary_on_a_sunday_a_holiday_or_before_work(bench: Placed) -> None:
    morning = bench.now
    for moment in (
        morning + timedelta(days=2),
        morning.replace(month=10, day=1),
        morning.replace(hour=0, minute=5),
    ):
        bench.now = moment
        assert bench.place() == (0, 0, len(CHANNELS) - 1)


def test_a_source_that_takes_none_now_is_tried_again_and_on_record(bench: Placed) -> None:
    bench.driver.down()
    assert bench.place() == (0, 1, len(CHANNELS) - 1)
    bench.driver.well()
    assert bench.place() == (1, 0, len(CHANNELS) - 1)
    assert sorted(row.state for row in bench.canaries()) == ["placed", "unplaced"]
    assert {row.error_code for row in bench.canaries()} == {None, "channel_unavailable"}


def test_where_the_office_has_no_way_in_nothing_is_placed(tmp_path: Path, store: Warehouse, now: datetime) -> None:
    made = bench_of("petition", tmp_path, store, now)
    try:
        assert made.place() == (0, 0, len(CHANNELS))
        assert made.canaries() == []
    finally:
        made.driver.close()
