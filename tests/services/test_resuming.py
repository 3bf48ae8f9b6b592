"""Taking up channels whose run died: as soon as the lease is over, none before, none that a person paused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from casework.errors import ChannelUnavailable, LeaseLost, LeaseTaken
from casework.people import Actor
from casework.record import Cursor, RawRecord
from services.arriving.intake import PATIENCE, collect_channel
from services.office.running import channels_to_take_up, collect_now, cut_off_channels, take_up_now
from services.office.settings import Settings
from tests.notebook import Notebook, notebook
from warehouse import audit
from warehouse.engine import StoreUnavailable, Warehouse
from warehouse.models import ChannelRow, LeaseRow, PullCertificateRow, RunRow
from warehouse.store.channels import channel_row, close_certificate, fail_certificate, open_certificate
from warehouse.store.leases import LENGTH, acquire, cut_off, release, renew

SYSTEM = Actor.system("resume")
HOTLINE, MAILBOX = "hotline_12345", "mailbox"
HOTLINE_NOWHERE = '[hotline_12345]\nurl = "http://127.0.0.1:9"\napp_key = "k"\napp_secret = "s"\n'
"""A channels file with one channel, at which nobody answers."""


def begun(store: Warehouse, channel: str, at: datetime) -> None:
    """A run of that moment that says nothing any more."""
    with store.write() as session:
        channel_row(session, channel)
        acquire(session, f"collect:{channel}", holder="dead", at=at)


def test_a_channel_is_taken_up_when_its_lease_is_over_and_not_before(store: Warehouse, now: datetime) -> None:
    assert cut_off_channels(store, at=now) == []
    begun(store, MAILBOX, now)
    begun(store, HOTLINE, now - timedelta(minutes=1))
    with store.write() as session:
        acquire(session, "reply", holder="dead", at=now - timedelta(days=1))
        acquire(session, "collect:no_channel", holder="dead", at=now - timedelta(days=1))
    assert cut_off_channels(store, at=now + LENGTH - timedelta(seconds=61)) == []
    assert cut_off_channels(store, at=now + LENGTH - timedelta(seconds=60)) == [HOTLINE]
    assert cut_off_channels(store, at=now + LENGTH) == [HOTLINE, MAILBOX]


def test_a_sign_of_life_and_a_lease_given_back_are_no_death(store: Warehouse, now: datetime) -> None:
    with store.write() as session:
        lease = acquire(session, f"collect:{HOTLINE}", holder="run", at=now, length=timedelta(seconds=40))
        renew(session, lease, at=now + timedelta(seconds=30))
    assert cut_off_channels(store, at=now + timedelta(seconds=69)) == []
    assert cut_off_channels(store, at=now + timedelta(seconds=70)) == [HOTLINE]
    with store.write() as session:
        release(session, lease)
        assert cut_off(session, "collect:", at=now + timedelta(days=1)) == []


def test_a_paused_channel_is_left_alone(store: Warehouse, now: datetime) -> None:
    begun(store, HOTLINE, now)
    with store.write() as session:
        channel_row(session, HOTLINE).paused_by = "a1"
    assert cut_off_channels(store, at=now + LENGTH) == []


def test_a_turn_that_finds_the_channel_taken_does_nothing(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text(HOTLINE_NOWHERE, "utf-8")
    settings = Settings(data_dir=tmp_path)
    begun(store, HOTLINE, now)

    def turn(*, forced: bool) -> object:
        return collect_now(store, settings, HOTLINE, clock=lambda: now, actor=SYSTEM, forced=forced)

    assert turn(forced=False) is None
    with pytest.raises(LeaseTaken):
        turn(forced=True)


@pytest.mark.parametrize("forced", [True, False])
def test_a_run_that_is_overtaken_in_its_middle_says_so(
    store: Warehouse, now: datetime, tmp_path: Path, *, forced: bool
) -> None:
    (tmp_path / "channels.toml").write_text(HOTLINE_NOWHERE, "utf-8")
    moments: list[datetime] = []

    def clock() -> datetime:
        moments.append(now)
        if len(moments) == 3:
            with store.write() as session:
                acquire(session, f"collect:{HOTLINE}", holder="other", at=now + timedelta(hours=1))
        return now

    with pytest.raises(LeaseLost) as lost:
        collect_now(store, Settings(data_dir=tmp_path), HOTLINE, clock=clock, actor=SYSTEM, forced=forced)
    assert not isinstance(lost.value, LeaseTaken)


class Breaking(Notebook):
    """A channel whose program breaks off at one place, in a way that is none of the four foreseen."""

    where = ""
    error: Exception = KeyError("a field")

    def _break(self, place: str) -> None:
        if place == self.where:
            raise self.error

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        yield from super().pull(cursor, now=now)
        self._break("pull")

    def settle(self, landed: Sequence[RawRecord]) -> None:
        self._break("settle")
        super().settle(landed)

    def clock(self, now: datetime) -> datetime:
        """Once all is landed the next to look at the clock is who files: there it breaks off, once."""
        if self.settled and self.where == "file":
            self.where = ""
            raise self.error
        return now


@pytest.mark.parametrize("place", ["pull", "settle", "file"])
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyError("a field"), "KeyError"),
        (TimeoutError("half an hour"), "TimeoutError"),
        (StoreUnavailable("away"), "store_unavailable"),
    ],
)
def test_whoever_breaks_off_gives_the_lease_back(
    store: Warehouse, now: datetime, tmp_path: Path, place: str, error: Exception, code: str
) -> None:
    book = notebook(tmp_path)
    book.write(key="a", at=now.isoformat(), text="欠薪")
    broken = Breaking(book.lines, book.answers)
    broken.where, broken.error = place, error
    with pytest.raises(type(error)):
        collect_channel(store, broken, run_id="r1", clock=lambda: broken.clock(now), actor=SYSTEM)
    with store.read() as session:
        assert cut_off(session, "collect:", at=now + timedelta(hours=1)) == []
        assert session.get_one(LeaseRow, "collect:notebook").holder is None
        pull = session.scalars(select(PullCertificateRow)).one()
        assert (pull.verdict, pull.ended_at, pull.error_code) == ("failed", now, code)
        channel = session.get_one(ChannelRow, "notebook")
        assert (channel.failures, channel.error_code) == (1, code)
        assert "a field" not in (pull.error_words or "")
        run = session.scalars(select(RunRow)).one()
        assert (run.state, run.error_code) == ("failed", code)
        assert audit.verify(session).broken_at is None
    broken.where = ""
    assert collect_channel(store, broken, run_id="r2", clock=lambda: now, actor=SYSTEM).filed == 1


def test_who_was_overtaken_gives_nothing_back(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    class Overtaken(Notebook):
        def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
            with store.write() as session:
                acquire(session, "collect:notebook", holder="other", at=now + timedelta(hours=1))
            raise KeyError("a field")

    book = notebook(tmp_path)
    with pytest.raises(KeyError):
        collect_channel(store, Overtaken(book.lines, book.answers), run_id="r1", clock=lambda: now, actor=SYSTEM)
    with store.read() as session:
        assert session.get_one(LeaseRow, "collect:notebook").holder == "other"
        assert session.scalars(select(PullCertificateRow.verdict)).all() == ["running"]


def test_no_office_sets_a_lease_that_a_slow_source_outlives(tmp_path: Path) -> None:
    """A sign of life comes within a minute and the longest wait of a channel over HTTP: a call and half of one more."""
    longest = timedelta(seconds=PATIENCE + 1.5 * 20)
    assert Settings(data_dir=tmp_path, lease_seconds=120).lease > longest
    for seconds in (30, 119, 3_601):
        with pytest.raises(ValidationError):
            Settings(data_dir=tmp_path, lease_seconds=seconds)


def test_a_channel_that_is_configured_no_longer_is_left_out(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    begun(store, MAILBOX, now)
    begun(store, HOTLINE, now)
    assert channels_to_take_up(store, settings, at=now + LENGTH) == []
    (tmp_path / "channels.toml").write_text(HOTLINE_NOWHERE, "utf-8")
    assert channels_to_take_up(store, settings, at=now + LENGTH) == [HOTLINE]
    assert channels_to_take_up(store, settings, at=now) == []


def test_what_was_paused_or_taken_meanwhile_is_nothing_to_do(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text(HOTLINE_NOWHERE, "utf-8")
    settings = Settings(data_dir=tmp_path)

    def take_up(at: datetime) -> object:
        return take_up_now(store, settings, HOTLINE, clock=lambda: at, actor=SYSTEM)

    begun(store, HOTLINE, now)
    assert take_up(now) is None
    with pytest.raises(ChannelUnavailable):  # it was asked, and is on record
        take_up(now + LENGTH)
    with store.write() as session:
        channel_row(session, HOTLINE).paused_by = "a1"
    assert take_up(now + 2 * LENGTH) is None


def test_after_two_deaths_in_a_row_a_channel_waits_for_its_turn(
    store: Warehouse, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "channels.toml").write_text(HOTLINE_NOWHERE, "utf-8")
    settings, moments = Settings(data_dir=tmp_path), (now + n * timedelta(hours=1) for n in range(20))

    def pull(ends: str) -> list[str]:
        """One pull, how it ended, and what is taken up afterwards."""
        at = next(moments)
        with store.write() as session:
            lease = acquire(session, f"collect:{HOTLINE}", holder=f"run_{at}", at=at)
            pull_id = open_certificate(session, HOTLINE, run_id=lease.holder, at=at).id
            if ends == "well":
                close_certificate(session, pull_id, verdict="complete", at=at)
            elif ends == "badly":
                fail_certificate(session, pull_id, code="channel_unavailable", words="", at=at)
            if ends != "dead":
                release(session, lease)
        return channels_to_take_up(store, settings, at=at + LENGTH)

    ends = ["dead", "dead", "dead", "well", "dead", "badly", "dead", "dead", "well"]
    taken = [[HOTLINE], [], [], [], [HOTLINE], [], [HOTLINE], [], []]
    assert [pull(one) for one in ends] == taken
