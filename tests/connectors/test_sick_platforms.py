"""Every trouble of a called channel: it ends in time, with an error that says who can mend it, and nothing is lost."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.errors import ChannelChanged, ChannelUnavailable
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.message_board import MessageBoard
from sandbox.platforms.petition import PetitionOffice
from sandbox.told import Told
from tests.contracts.suite import BUSY, PATIENCE, Landing

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
DEADLINE = 1.0
PLATFORMS: dict[str, Any] = {"hotline_12345": Hotline, "petition": PetitionOffice, "message_board": MessageBoard}
TROUBLES: tuple[tuple[str, dict[str, Any], tuple[type[Exception], ...]], ...] = (
    ("out of order", {"status": 500}, (ChannelUnavailable,)),
    ("busy", {"status": 503}, (ChannelUnavailable,)),
    ("too many calls", {"status": 429}, (ChannelUnavailable,)),
    ("gone", {"status": 410}, (ChannelChanged,)),
    ("no rights", {"status": 403}, (ChannelChanged,)),
    ("black hole", {"delay": 60.0}, (ChannelUnavailable,)),
    ("a little late", {"delay": 0.7}, (ChannelUnavailable,)),
    ("half a body", {"half_body": True}, (ChannelUnavailable,)),
    ("half a body that says it is whole", {"cut_body": True}, (ChannelChanged,)),
    ("a page for people", {"garbage": "<html><body>系统维护中</body></html>"}, (ChannelChanged,)),
    ("nothing at all", {"garbage": ""}, (ChannelChanged,)),
    ("bytes", {"garbage": "\ufffd\x00\x01"}, (ChannelChanged,)),
    ("a redirect", {"redirect": "http://192.0.2.1/"}, (ChannelChanged,)),
    ("a redirect home", {"redirect": "/"}, (ChannelChanged,)),
)


@pytest.fixture(params=list(PLATFORMS))
def platform(request: pytest.FixtureRequest) -> Iterator[Any]:
    serving = PLATFORMS[request.param](page_size=5)
    serving.channel = request.param
    for n in range(12):
        at = NOW - timedelta(hours=3, minutes=-n)
        serving.add(
            Told(
                key=f"{n:06d}", channel=request.param, told_at=at, case="a", claim="b", title="讨薪",
                narrative="没有发工资", complainant_name="证人甲", complainant_phone="13900000001",
            )
        )  # fmt: skip
    yield serving
    serving.stop()


def landing_of(platform: Any, deadline: float = PATIENCE) -> Landing:
    more = {"deadline_seconds": str(deadline), "first_days": "60"}
    return Landing(connect(platform.channel, {**platform.settings, **more}))


@pytest.mark.parametrize(("faults", "kinds"), [t[1:] for t in TROUBLES], ids=[t[0] for t in TROUBLES])
def test_a_trouble_ends_in_time_and_nothing_is_lost_by_it(
    platform: Any, faults: dict[str, Any], kinds: tuple[type[Exception], ...]
) -> None:
    landing = landing_of(platform)
    landing.connector.check()
    suffering = landing_of(platform, DEADLINE) if "delay" in faults else landing
    for name, value in faults.items():
        setattr(platform.faults, name, value)
    started = time.monotonic()
    with pytest.raises(kinds) as failed:
        suffering.pull(NOW)
    assert time.monotonic() - started <= 1.5 * DEADLINE + BUSY
    text = "".join(traceback.format_exception(failed.value))
    assert not [canary for canary in ("证人甲", "13900000001", "没有发工资") if canary in text]
    platform.faults.clear()
    landing.pull(NOW)
    assert len(landing.newest) == 12


def test_records_sent_twice_land_once(platform: Any) -> None:
    platform.faults.duplicate = True
    landing = landing_of(platform)
    landing.pull(NOW)
    assert set(landing.versions.values()) == {1}
    assert len(landing.versions) == 12


def test_records_that_are_committed_late_land_when_they_are(platform: Any) -> None:
    landing = landing_of(platform)
    keys = list(platform.shelf.records)
    platform.faults.held = set(keys[3:9])
    landing.pull(NOW)
    assert set(landing.newest) == {*keys[:3], *keys[9:]}
    platform.faults.held = set()
    landing.pull(NOW)
    assert set(landing.newest) == set(keys)
