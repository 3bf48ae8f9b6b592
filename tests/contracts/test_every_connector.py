"""What every connector promises, proven on every channel of the registry over its real transport."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.complaint import Complaint
from casework.errors import ArrearsError, ChannelChanged, ChannelUnavailable, CursorRefused, Unreadable
from casework.record import Cursor, RecordKind
from casework.reply import Letter, ReplyKind
from connectors.base import Connector
from connectors.registry import CHANNELS, connect
from tests.contracts.suite import BUSY, PAGE, Driver, Landing, driver

CANARIES = ("13900000001", "证人甲")
"""Personal data that drivers put into complaints; no exception may carry it."""


@dataclass
class Bench:
    """One channel with its connector and its other side."""

    driver: Driver
    connector: Connector
    now: datetime

    def landing(self) -> Landing:
        """An empty store's worth of landing."""
        return Landing(self.connector)

    def letter(
        self, source_key: str, key: str = "answer-1", body: str = "您反映的问题已受理，承办人将与您联系。"
    ) -> Letter:
        """An answer to that complaint."""
        return Letter(key, self.connector.channel.name, source_key, ReplyKind.ACCEPTED, body, self.now)


@pytest.fixture(params=CHANNELS)
def bench(request: pytest.FixtureRequest, tmp_path: Path, now: datetime) -> Iterator[Bench]:
    """A channel, empty and well."""
    other_side = driver(request.param, tmp_path, now)
    try:
        yield Bench(other_side, connect(request.param, other_side.settings), now)
    finally:
        other_side.close()


def test_check_is_content_with_a_channel_that_is_well(bench: Bench) -> None:
    bench.connector.check()
    bench.driver.good(2)
    bench.connector.check()


def test_check_says_when_the_channel_is_down(bench: Bench) -> None:
    bench.driver.good(1)
    bench.driver.down()
    with pytest.raises(ChannelUnavailable):
        bench.connector.check()
    bench.driver.well()
    bench.connector.check()


def test_every_complaint_arrives_and_can_be_read(bench: Bench) -> None:
    keys = bench.driver.good(2 * PAGE + 2)
    landing = bench.landing()
    landing.pull(bench.now)
    assert set(keys) <= set(landing.newest)
    for key in keys:
        complaint = bench.connector.read(replace(landing.newest[key], version=1))
        assert isinstance(complaint, Complaint)
        assert (complaint.source_key, complaint.version, complaint.channel) == (key, 1, bench.driver.channel)
        assert complaint.received_at <= bench.now
        assert complaint.narrative
        assert not [remark for remark in complaint.remarks if remark.startswith("unknown_field")]


def test_the_second_pull_brings_nothing_new(bench: Bench) -> None:
    bench.driver.good(2 * PAGE + 1)
    landing = bench.landing()
    assert landing.pull(bench.now).fresh()
    assert landing.pull(bench.now).fresh() == []
    assert landing.pull(bench.now + timedelta(minutes=5)).fresh() == []


def test_records_come_in_the_order_of_their_positions(bench: Bench) -> None:
    bench.driver.good(2 * PAGE + 1)
    moments = [raw.position.split("|")[0] for raw in bench.connector.pull(None, now=bench.now)]
    assert moments == sorted(moments)


def test_what_comes_after_the_first_pull_comes_with_the_next(bench: Bench) -> None:
    bench.driver.good(PAGE)
    landing = bench.landing()
    landing.pull(bench.now)
    more = bench.driver.good(PAGE + 1)
    assert set(more) <= set(landing.pull(bench.now).new)


def test_more_equal_timestamps_than_a_page_holds_all_arrive(bench: Bench) -> None:
    before = bench.driver.good(2)
    equal = bench.driver.same_moment(2 * PAGE + 3)
    after = bench.driver.good(2)
    landing = bench.landing()
    landing.pull(bench.now)
    assert {*before, *equal, *after} <= set(landing.newest)
    assert landing.pull(bench.now).fresh() == []


def test_equal_timestamps_that_grow_between_pulls_all_arrive(bench: Bench) -> None:
    bench.driver.same_moment(PAGE)
    landing = bench.landing()
    landing.pull(bench.now)
    late = bench.driver.late()
    assert late in landing.pull(bench.now).new


def test_a_changed_complaint_lands_as_a_further_version(bench: Bench) -> None:
    first, *others = bench.driver.good(3)
    landing = bench.landing()
    landing.pull(bench.now)
    bench.driver.change(first)
    assert landing.pull(bench.now).changed == [first]
    assert landing.versions[first] == 2
    assert {landing.versions[key] for key in others} == {1}


def test_a_late_commit_is_found(bench: Bench) -> None:
    bench.driver.good(PAGE + 30)
    landing = bench.landing()
    landing.pull(bench.now)
    assert landing.cursor is not None
    before = landing.cursor.position
    late = bench.driver.late()
    assert late in landing.pull(bench.now).new
    assert landing.cursor.position >= before


def test_a_bad_record_is_refused_and_its_neighbours_go_on(bench: Bench) -> None:
    keys = bench.driver.good(2)
    bench.driver.bad()
    keys += bench.driver.good(2)
    landing = bench.landing()
    landing.pull(bench.now)
    complaints = [raw for raw in landing.newest.values() if raw.kind == RecordKind.COMPLAINT]
    assert set(keys) <= {raw.source_key for raw in complaints}
    refused = []
    for raw in complaints:
        try:
            bench.connector.read(raw)
        except Unreadable as failed:
            refused.append((raw.source_key, failed))
    assert len(refused) == 1
    key, reason = refused[0]
    assert key not in keys
    assert reason.code
    assert str(reason).endswith(".")
    assert landing.pull(bench.now).fresh() == []


def test_a_promised_field_that_is_gone_stops_the_run(bench: Bench) -> None:
    bench.driver.good(3)
    bench.driver.drift()
    with pytest.raises(ChannelChanged) as stopped:
        list(bench.connector.pull(None, now=bench.now))
    assert not _personal(stopped.value)
    bench.driver.well()
    assert len(list(bench.connector.pull(None, now=bench.now))) >= 3


def test_impossible_positions_are_refused(bench: Bench) -> None:
    bench.driver.good(2)
    positions = bench.driver.impossible_positions()
    assert len(positions) >= 5
    for position in positions:
        with pytest.raises(CursorRefused):
            list(bench.connector.pull(Cursor(bench.driver.channel, position), now=bench.now))


def test_the_cursor_of_another_channel_is_refused(bench: Bench) -> None:
    bench.driver.good(2)
    landing = bench.landing()
    landing.pull(bench.now)
    assert landing.cursor is not None
    with pytest.raises(CursorRefused):
        list(bench.connector.pull(Cursor("another", landing.cursor.position), now=bench.now))


def test_a_damaged_stored_cursor_is_refused(bench: Bench) -> None:
    bench.driver.good(2)
    landing = bench.landing()
    landing.pull(bench.now)
    assert landing.cursor is not None
    stored = landing.cursor.dumps()
    whole = json.loads(stored)
    damaged = [stored[:-3], "", "null", "[]", "17", stored.replace(bench.driver.channel, "another")]
    for field, value in (("format", 2), ("format", "1"), ("format", True), ("position", None), ("position", 7)):
        damaged.append(json.dumps({**whole, field: value}))
    damaged.append(json.dumps({**whole, "more": 1}))
    for text in damaged:
        with pytest.raises(CursorRefused):
            Cursor.loads(text, bench.driver.channel)
    assert Cursor.loads(stored, bench.driver.channel) == landing.cursor


def test_a_silent_channel_is_given_up_in_time(bench: Bench) -> None:
    if not bench.driver.can_be_slow:
        assert bench.driver.channel == "national_clue"  # the one channel without a wire
        return
    bench.driver.good(2)
    bench.connector.check()
    bench.driver.slow()
    hurried = connect(bench.driver.channel, bench.driver.hurried)
    started = time.monotonic()
    with pytest.raises(ChannelUnavailable):
        list(hurried.pull(None, now=bench.now))
    assert time.monotonic() - started <= 1.5 * bench.driver.deadline + BUSY
    bench.driver.well()
    assert len(list(bench.connector.pull(None, now=bench.now))) >= 2


def test_a_channel_that_is_down_is_told_apart_from_one_that_has_nothing(bench: Bench) -> None:
    bench.driver.good(2)
    bench.driver.empty()
    assert [raw for raw in bench.connector.pull(None, now=bench.now) if raw.kind == RecordKind.COMPLAINT] == []
    bench.driver.well()
    bench.driver.down()
    with pytest.raises(ChannelUnavailable) as gone:
        list(bench.connector.pull(None, now=bench.now))
    assert not _personal(gone.value)


def test_an_answer_is_written_back_and_read_back_equal(bench: Bench) -> None:
    key, other = bench.driver.good(2)
    landing = bench.landing()
    landing.pull(bench.now)
    letter = bench.letter(key)
    assert bench.connector.confirm(letter) is None
    receipt = bench.connector.reply(letter)
    assert receipt.body == letter.body
    assert receipt.external_ref
    shown = bench.connector.confirm(letter)
    assert shown is not None
    assert (shown.body, shown.external_ref) == (letter.body, receipt.external_ref)
    assert bench.driver.answers(key) == [letter.body]
    assert bench.driver.answers(other) == []


def test_the_same_key_twice_has_one_effect(bench: Bench) -> None:
    (key,) = bench.driver.good(1)
    bench.landing().pull(bench.now)
    letter = bench.letter(key)
    first = bench.connector.reply(letter)
    assert bench.connector.reply(letter).external_ref == first.external_ref
    assert bench.driver.answers(key) == [letter.body]
    bench.connector.reply(bench.letter(key, "answer-2", "已责令单位改正。"))
    assert bench.driver.answers(key) == [letter.body, "已责令单位改正。"]


def test_an_answer_to_a_channel_that_is_down_may_be_tried_again(bench: Bench) -> None:
    (key,) = bench.driver.good(1)
    bench.landing().pull(bench.now)
    bench.driver.down()
    with pytest.raises(ChannelUnavailable) as gone:
        bench.connector.reply(bench.letter(key))
    assert not _personal(gone.value)
    bench.driver.well()
    assert bench.connector.reply(bench.letter(key)).body == bench.letter(key).body
    assert len(bench.driver.answers(key)) == 1


def test_an_answer_does_not_make_the_complaint_come_as_new(bench: Bench) -> None:
    (key,) = bench.driver.good(1)
    landing = bench.landing()
    landing.pull(bench.now)
    bench.connector.reply(bench.letter(key))
    assert landing.pull(bench.now).fresh() == []


def _personal(failed: ArrearsError) -> list[str]:
    """The canaries that an exception, with all that it was raised from, would carry into a log."""
    text = "".join(traceback.format_exception(failed))
    return [canary for canary in CANARIES if canary in text]
