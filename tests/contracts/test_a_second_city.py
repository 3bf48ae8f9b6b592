"""A second city's board is a file of facts and no code: the whole contract suite holds for it."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.complaint import Complaint, Nature
from casework.errors import BadInput
from casework.people import Actor
from connectors.base import load_channel
from connectors.registry import BUILT_IN, CHANNELS, connect, read_further
from services.arriving.intake import collect_channel
from tests.contracts import test_every_connector as suite
from tests.contracts.drivers.message_board import MessageBoardDriver
from tests.contracts.test_every_connector import Bench
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, ComplaintRow

CITY = "huangdao_board"
FACTS = """
connector = "message_board"
title = "黄岛区留言板"
title_en = "Huangdao board"
overlap_minutes = 90

[deadlines]
reply = { days = 7, unit = "working", source = "setting: as the board of the second city says" }

[codes.service_code]
"WAGE_RURAL" = "arrears_rural"
"WAGE" = "deduction"
"SOCIAL" = "social_insurance"
"""
CONTRACT = [test for name, test in vars(suite).items() if name.startswith("test_") and inspect.isfunction(test)]


class SecondCity(MessageBoardDriver):
    """The same standard under another name; this city answers in XML."""

    channel = CITY

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(folder, now)
        self.settings = {**self.settings, "format": "xml"}
        self.hurried = {**self.hurried, "format": "xml"}


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """The folder of the office's own channels, with the one file in it."""
    folder = tmp_path / "channels"
    folder.mkdir()
    (folder / f"{CITY}.toml").write_text(FACTS, "utf-8")
    return folder


@pytest.fixture
def bench(facts: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The second city, empty and well."""
    further = read_further(facts)
    monkeypatch.setattr(suite, "connect", lambda name, settings: connect(name, settings, further))
    (tmp_path / "platform").mkdir()
    with closing(SecondCity(tmp_path / "platform", now)) as other_side:
        yield Bench(other_side, connect(CITY, other_side.settings, further), now)


def test_there_is_a_contract() -> None:
    assert len(CONTRACT) >= 18


@pytest.mark.parametrize("promise", CONTRACT, ids=lambda test: str(test.__name__))
def test_every_promise_holds_for_a_city_that_was_added_by_a_file(bench: Bench, promise: Callable[[Bench], Any]) -> None:
    promise(bench)


def test_two_cities_of_one_kind_are_two_channels(store: Warehouse, bench: Bench, tmp_path: Path, now: datetime) -> None:
    bench.driver.good(3)
    (tmp_path / "first").mkdir()
    with closing(MessageBoardDriver(tmp_path / "first", now)) as first:
        first.good(2)
        for connector in (bench.connector, connect("message_board", first.settings)):
            collect_channel(store, connector, run_id="r", clock=lambda: now, actor=Actor.system("collect"))
    with store.read() as session:
        counted = [row.channel for row in session.scalars(select(ComplaintRow).order_by(ComplaintRow.channel))]
        assert counted == [CITY] * 3 + ["message_board"] * 2
        assert session.get(ChannelRow, CITY) is not None


def test_its_facts_are_its_own_and_the_rest_is_that_of_its_kind(bench: Bench) -> None:
    channel, base = bench.connector.channel, load_channel("message_board")
    assert (channel.name, channel.title, channel.overlap_minutes) == (CITY, "黄岛区留言板", 90)
    assert channel.reply_deadline is not None
    assert channel.reply_deadline.days == 7
    assert (channel.promises, channel.reach.schemes) == (base.promises, base.reach.schemes)
    assert channel.codes["service_code"]["WAGE"] == Nature.DEDUCTION
    (key,) = bench.driver.good(1)
    landing = bench.landing()
    landing.pull(bench.now + timedelta(minutes=1))
    assert isinstance(bench.connector.read(landing.newest[key]), Complaint)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("petition", FACTS),
        ("Huangdao", FACTS),
        (CITY, FACTS.replace("message_board", "no_such")),
        (CITY, FACTS.replace("message_board", "os")),
        (CITY, FACTS + "\nsurprise = 1\n[x"),
        (CITY, 'connector = "message_board"\n'),
        (CITY, FACTS.replace("overlap_minutes", "overlap")),
    ],
)
def test_a_file_that_is_not_whole_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(BadInput, match=f"{name}.toml"):
        read_further(tmp_path)


def test_a_process_that_is_started_with_the_folder_knows_the_city(facts: Path) -> None:
    """The registry, the services, and what the console calls it."""
    asks = (
        "from connectors.registry import CHANNELS; from services.office.running import channel_names, intervals;"
        "from console.further import name_further; from console import labels; from console.words import words;"
        "name_further(); print(CHANNELS[-1], channel_names()[-1], words('zh_CN').say(labels.CHANNELS[CHANNELS[-1]]),"
        "words('en').say(labels.CHANNELS[CHANNELS[-1]]), len(intervals()))"
    )
    environment = {**os.environ, "ARREARS_CHANNEL_FACTS": str(facts), "PYTHONUTF8": "1"}
    told = subprocess.run([sys.executable, "-c", asks], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split("\n")[0] == f"{CITY} {CITY} 黄岛区留言板 Huangdao board {len(BUILT_IN) + 1}"
    assert CHANNELS == BUILT_IN
