"""Taking up channels whose run died: as soon as the lease is over, none before, none that a person paused."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.errors import LeaseLost
from casework.people import Actor
from services.office.running import collect_now, cut_off_channels
from services.office.settings import Settings
from warehouse.engine import Warehouse
from warehouse.store.channels import channel_row
from warehouse.store.leases import LENGTH, acquire, cut_off, release, renew

SYSTEM = Actor.system("resume")
HOTLINE, MAILBOX = "hotline_12345", "mailbox"


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
    told = '[hotline_12345]\nurl = "http://127.0.0.1:9"\napp_key = "k"\napp_secret = "s"\n'
    (tmp_path / "channels.toml").write_text(told, "utf-8")
    settings = Settings(data_dir=tmp_path)
    begun(store, HOTLINE, now)

    def turn(*, forced: bool) -> object:
        return collect_now(store, settings, HOTLINE, clock=lambda: now, actor=SYSTEM, forced=forced)

    assert turn(forced=False) is None
    with pytest.raises(LeaseLost):
        turn(forced=True)
