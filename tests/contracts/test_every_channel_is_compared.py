"""Every channel held against its source, over its real transport: what no pull brought is found and landed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from casework.errors import BadInput, ChannelUnavailable, LeaseLost, NotAllowed
from casework.people import Actor, Role
from casework.record import Cursor, RawRecord
from connectors.base import Connector
from connectors.registry import CHANNELS, connect
from services.arriving.intake import collect_channel
from services.arriving.pausing import pause_channel
from services.arriving.reconciling import ReconcileCount, reconcile_channel
from services.office.running import reconcile_now
from services.office.settings import Settings
from tests.contracts.suite import PAGE, Driver, driver
from tests.dumps import dump
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ChannelRow, ComplaintRow, LeaseRow, ReconciliationRow
from warehouse.store.leases import acquire

SYSTEM = Actor.system("reconcile")


@dataclass
class _Holed:
    """A connector whose pull steps over some records."""

    inner: Connector
    keys: set[str]

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """All but those."""
        return (raw for raw in self.inner.pull(cursor, now=now) if raw.source_key not in self.keys)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


@dataclass
class Compared:
    """A channel, a store, and a clock that goes on."""

    driver: Driver
    store: Warehouse
    now: datetime

    def collect(self) -> None:
        """One pull, as the schedule starts it."""
        self.now += timedelta(minutes=1)
        connector = connect(self.driver.channel, self.driver.settings)
        collect_channel(self.store, connector, run_id=f"run_{self.now}", clock=lambda: self.now, actor=SYSTEM)

    def reconcile(self, days: int = 7) -> ReconcileCount:
        """One comparison, as the schedule starts it."""
        self.now += timedelta(minutes=1)
        connector = connect(self.driver.channel, self.driver.settings)
        run = f"night_{self.now}"
        return reconcile_channel(self.store, connector, run_id=run, days=days, clock=lambda: self.now, actor=SYSTEM)

    def filed(self) -> set[str]:
        """The source keys of the complaints that are filed."""
        with self.store.read() as session:
            return set(session.scalars(select(ComplaintRow.source_key)))

    def cursor(self) -> str | None:
        """How far the channel is landed."""
        with self.store.read() as session:
            return session.get_one(ChannelRow, self.driver.channel).cursor

    def verdicts(self) -> list[str]:
        """The verdicts of the last comparison, by day."""
        with self.store.read() as session:
            row = ReconciliationRow
            last = select(row.run_id).order_by(row.asked_at.desc()).limit(1).scalar_subquery()
            return list(session.scalars(select(row.verdict).where(row.run_id == last).order_by(row.day)))

    def collect_without(self, keys: set[str]) -> None:
        """One pull that steps over some records, as a pull does over what is not committed yet."""
        self.now += timedelta(minutes=1)
        holed = cast(Connector, _Holed(connect(self.driver.channel, self.driver.settings), keys))
        collect_channel(self.store, holed, run_id=f"run_{self.now}", clock=lambda: self.now, actor=SYSTEM)


@pytest.fixture(params=CHANNELS)
def bench(request: pytest.FixtureRequest, tmp_path: Path, store: Warehouse, now: datetime) -> Iterator[Compared]:
    """A channel that is empty and well, and an empty store."""
    other_side = driver(request.param, tmp_path / "platform", now)
    try:
        yield Compared(other_side, store, now)
    finally:
        other_side.close()


def test_what_is_whole_is_equal_and_nothing_is_written(bench: Compared) -> None:
    keys = bench.driver.good(2 * PAGE + 1)
    bench.collect()
    bench.driver.change(keys[0])
    bench.driver.bad()
    bench.collect()
    without = {"audit", "run", "reconciliation", "lease"}
    before = dump(bench.store, without=without)
    found = bench.reconcile()
    assert (found.hidden, found.changed, found.gone, found.filed, found.quarantined) == (0, 0, 0, 0, 0)
    assert found.at_source >= len(keys)
    assert set(bench.verdicts()) == {"equal"}
    assert len(bench.verdicts()) == found.days == 7
    assert dump(bench.store, without=without) == before


def test_what_no_pull_brought_is_found_landed_and_said(bench: Compared) -> None:
    keys = bench.driver.good(PAGE)
    hidden = set(keys[1:3])
    bench.collect_without(hidden)
    assert hidden.isdisjoint(bench.filed())
    cursor = bench.cursor()
    found = bench.reconcile()
    assert (found.hidden, found.changed, found.gone, found.filed) == (2, 0, 0, 2)
    assert set(keys) <= bench.filed()
    assert bench.cursor() == cursor
    assert sorted(set(bench.verdicts())) == ["equal", "found"]
    again = bench.reconcile()
    assert (again.hidden, again.changed, again.gone) == (0, 0, 0)
    with bench.store.read() as session:
        said = session.scalars(select(AuditRow.details).where(AuditRow.act == "reconcile").order_by(AuditRow.seq))
        assert [row["hidden"] for row in said] == [2, 0]


def test_a_row_committed_behind_the_overlap_is_hidden_from_pulls_and_found_at_night(bench: Compared) -> None:
    if bench.driver.channel in {"national_clue", "mailbox"}:
        assert connect(bench.driver.channel, bench.driver.settings).channel.overlap_minutes in {0, 1440}
        return  # a folder is read whole at every pull, and a mail server numbers its mails as they come
    bench.driver.good(3)
    bench.collect()
    late = bench.driver.back_dated(timedelta(hours=30))
    bench.collect()
    assert late not in bench.filed()
    assert bench.reconcile(days=1).hidden == 0
    assert bench.reconcile().hidden == 1
    assert late in bench.filed()


def test_what_changed_unseen_and_what_is_gone_are_told_apart(bench: Compared) -> None:
    keys = bench.driver.good(4)
    bench.collect()
    bench.driver.change(keys[0])
    found = bench.reconcile()
    assert (found.hidden, found.changed, found.gone) == (0, 1, 0)
    bench.driver.empty()
    if bench.driver.channel == "national_clue":
        return  # what was read lies in our own archive
    found = bench.reconcile()
    assert (found.at_source, found.hidden, found.changed) == (0, 0, 0)
    assert found.gone == 4
    assert set(bench.verdicts()) == {"equal", "gone"}


def test_a_sick_channel_is_on_record_and_its_lease_is_given_back(bench: Compared) -> None:
    bench.driver.good(2)
    bench.driver.down()
    with pytest.raises(ChannelUnavailable):
        bench.reconcile()
    bench.driver.well()
    assert bench.reconcile().hidden == 2


def test_a_comparison_waits_for_a_pull_and_for_a_paused_channel(
    store: Warehouse, tmp_path: Path, now: datetime
) -> None:
    with_hands = driver("hotline_12345", tmp_path, now)
    bench = Compared(with_hands, store, now)
    try:
        for days in (0, 401, -1):
            with pytest.raises(BadInput):
                bench.reconcile(days)
        with store.write() as session:
            acquire(session, "collect:hotline_12345", holder="other", at=now)
        with pytest.raises(LeaseLost):
            bench.reconcile()
        bench.now += timedelta(minutes=10)
        admin = Actor("acc_system", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
        pause_channel(store, channel="hotline_12345", reason="对方升级", actor=admin, at=now)
        with pytest.raises(NotAllowed):
            bench.reconcile()
    finally:
        with_hands.close()


def test_a_comparison_keeps_the_channel_for_as_long_as_the_office_says(
    store: Warehouse, tmp_path: Path, now: datetime
) -> None:
    told = driver("hotline_12345", tmp_path, now)
    told.good(1)
    lines = ["[hotline_12345]", *(f'{name} = "{value}"' for name, value in told.settings.items())]
    (tmp_path / "channels.toml").write_text("\n".join(lines), "utf-8")
    settings, kept = Settings(data_dir=tmp_path, lease_seconds=1_234), set[timedelta]()

    def clock() -> datetime:
        with store.read() as session:
            row = session.get(LeaseRow, "collect:hotline_12345")
            kept.update([row.expires_at - now] if row is not None and row.expires_at is not None else [])
        return now

    try:
        assert reconcile_now(store, settings, "hotline_12345", clock=clock, actor=SYSTEM).hidden == 1
    finally:
        told.close()
    assert kept == {settings.lease}
