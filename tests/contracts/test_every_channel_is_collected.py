"""Every channel through the whole of intake: pulled over its transport, landed with its cursor, filed or set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.errors import ChannelChanged, ChannelUnavailable, CursorRefused
from casework.people import Actor
from casework.record import Cursor
from connectors.registry import CHANNELS, connect
from services.arriving.intake import CollectCount, collect_channel
from tests.contracts.suite import PAGE, Driver, driver
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, ComplaintVersionRow, LandedRow


@dataclass(frozen=True)
class State:
    """How a channel stands."""

    cursor: str | None
    failures: int
    error_code: str | None


@dataclass
class Intake:
    """A channel, a store, and what lies between them."""

    driver: Driver
    store: Warehouse
    now: datetime

    def collect(self) -> CollectCount:
        """One run, as the schedule starts it."""
        connector = connect(self.driver.channel, self.driver.settings)
        return collect_channel(
            self.store, connector, run_id="run", clock=lambda: self.now, actor=Actor.system("collect")
        )

    def channel(self) -> State:
        """The channel as the store knows it."""
        question = select(ChannelRow.cursor, ChannelRow.failures, ChannelRow.error_code)
        with self.store.read() as session:
            return State(*session.execute(question.where(ChannelRow.name == self.driver.channel)).one())

    def landed(self, state: str) -> set[str]:
        """Source keys of the landed records in that state."""
        with self.store.read() as session:
            question = select(LandedRow.source_key).where(LandedRow.state == state, LandedRow.kind == "complaint")
            return set(session.scalars(question))

    def complaints(self) -> int:
        """How many complaints, in all their versions, are filed."""
        with self.store.read() as session:
            return session.scalar(select(func.count()).select_from(ComplaintVersionRow)) or 0


@pytest.fixture(params=CHANNELS)
def intake(request: pytest.FixtureRequest, tmp_path: Path, store: Warehouse, now: datetime) -> Iterator[Intake]:
    """A channel that is empty and well, and an empty store."""
    other_side = driver(request.param, tmp_path / "platform", now)
    try:
        yield Intake(other_side, store, now)
    finally:
        other_side.close()


def test_a_second_run_files_nothing(intake: Intake) -> None:
    keys = intake.driver.good(2 * PAGE + 1)
    first = intake.collect()
    assert first.new >= len(keys)
    assert set(keys) <= intake.landed("filed")
    filed, cursor = intake.complaints(), intake.channel().cursor
    second = intake.collect()
    assert (second.new, second.versions, second.filed, second.quarantined) == (0, 0, 0, 0)
    assert (intake.complaints(), intake.channel().cursor) == (filed, cursor)


def test_a_bad_record_waits_for_a_person_and_its_neighbours_are_filed(intake: Intake) -> None:
    keys = intake.driver.good(2)
    intake.driver.bad()
    keys += intake.driver.good(2)
    count = intake.collect()
    assert count.quarantined == 1
    assert set(keys) <= intake.landed("filed")
    assert len(intake.landed("quarantined")) == 1
    assert intake.collect().quarantined == 0


def test_changes_and_late_commits_are_filed_with_the_next_run(intake: Intake) -> None:
    first, *_ = intake.driver.good(PAGE + 30)
    intake.collect()
    before = intake.complaints()
    intake.driver.change(first)
    late = intake.driver.late()
    count = intake.collect()
    assert (count.new, count.versions) == (1, 1)
    assert late in intake.landed("filed")
    assert intake.complaints() == before + 2


@pytest.mark.parametrize(("trouble", "kind"), [("down", ChannelUnavailable), ("drift", ChannelChanged)])
def test_a_sick_channel_is_on_record_and_its_cursor_stays(intake: Intake, trouble: str, kind: type[Exception]) -> None:
    intake.driver.good(2)
    intake.collect()
    cursor = intake.channel().cursor
    intake.driver.good(1)
    hurt: Callable[[], None] = getattr(intake.driver, trouble)
    hurt()
    with pytest.raises(kind):
        intake.collect()
    assert (intake.channel().cursor, intake.channel().failures) == (cursor, 1)
    assert intake.channel().error_code
    intake.driver.well()
    intake.driver.good(1)
    assert intake.collect().new >= 1
    assert intake.channel().failures == 0


def test_an_impossible_stored_cursor_is_refused_and_on_record(intake: Intake) -> None:
    intake.driver.good(2)
    intake.collect()
    damaged = Cursor(intake.driver.channel, intake.driver.impossible_positions()[0]).dumps()
    with intake.store.write() as session:
        session.get_one(ChannelRow, intake.driver.channel).cursor = damaged
    with pytest.raises(CursorRefused):
        intake.collect()
    assert (intake.channel().cursor, intake.channel().error_code) == (damaged, "cursor_refused")
