"""The message board: windows, both formats, both ways of asking for dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.complaint import Complaint, Nature
from casework.errors import BadInput, ChannelChanged, NotAllowed
from casework.reply import Letter, ReplyKind
from connectors.registry import connect
from sandbox.platforms.message_board import MessageBoard
from sandbox.told import Told
from tests.contracts.suite import Landing


def told(key: int, at: datetime, **more: str) -> Told:
    narrative = more.get("narrative", "老板不给工资。")
    return Told(
        key=f"{key:06d}", channel="message_board", told_at=at, case="a", claim="b", narrative=narrative,
        title=more.get("title"),
    )  # fmt: skip


@pytest.fixture(params=["json", "xml"])
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MessageBoard]:
    platform = MessageBoard(tmp_path, page_size=5, form=request.param)
    yield platform
    platform.stop()


def test_a_message_is_read_with_its_subject_or_the_name_of_its_service(board: MessageBoard, now: datetime) -> None:
    connector = connect("message_board", board.settings)
    at = now - timedelta(days=2)
    board.add(told(1, at, title="讨薪"))
    board.add(told(2, at + timedelta(minutes=1)))
    first, second = (connector.read(raw) for raw in connector.pull(None, now=now))
    assert isinstance(first, Complaint)
    assert isinstance(second, Complaint)
    assert (first.title, second.title) == ("讨薪", "拖欠工资")
    assert (first.received_at, first.nature, first.employer_name) == (at, Nature.ARREARS, None)
    assert first.reply_due_on == (at + timedelta(days=14)).date()
    assert first.remarks == ()


def test_more_than_a_year_of_messages_comes_through_windows_of_ninety_days(board: MessageBoard, now: datetime) -> None:
    keys = {board.add(told(n, now - timedelta(days=13 * n, minutes=1))) for n in range(30)}
    connector = connect("message_board", board.settings)
    landing = Landing(connector)
    landing.pull(now)
    assert set(landing.newest) == keys
    assert landing.pull(now).fresh() == []


def test_a_server_that_caps_its_pages_lower_than_asked_loses_nothing(board: MessageBoard, now: datetime) -> None:
    keys = {board.add(told(n, now - timedelta(minutes=n))) for n in range(17)}
    connector = connect("message_board", {**board.settings, "page_size": "1000"})
    assert {raw.source_key for raw in connector.pull(None, now=now)} == keys


def test_a_server_with_the_dates_of_the_standard_only_still_shows_changes(tmp_path: Path, now: datetime) -> None:
    board = MessageBoard(tmp_path, page_size=5, extended=False)
    try:
        keys = [board.add(told(n, now - timedelta(days=7 * n, minutes=2))) for n in range(14)]
        landing = Landing(connect("message_board", board.settings))
        landing.pull(now)
        assert set(landing.newest) == set(keys)
        board.shelf.change(keys[9], now - timedelta(minutes=1), description="补充：欠我三万元。")
        assert landing.pull(now).changed == [keys[9]]
        with pytest.raises(ChannelChanged):
            list(connect("message_board", {**board.settings, "dates": "updated"}).pull(None, now=now))
    finally:
        board.stop()


def test_an_answer_is_refused_for_good_when_the_board_will_never_take_it(board: MessageBoard, now: datetime) -> None:
    key = board.add(told(1, now - timedelta(hours=1)))
    connector = connect("message_board", board.settings)
    letter = Letter("k", "message_board", key, ReplyKind.RESULT, "已办结。", now)
    connector.reply(letter)
    for other in (
        Letter("k", "message_board", key, ReplyKind.RESULT, "未办结。", now),
        Letter("k2", "message_board", "404", ReplyKind.RESULT, "已办结。", now),
    ):
        with pytest.raises(NotAllowed):
            connector.reply(other)
    assert board.answers == {key: ["已办结。"]}


@pytest.mark.parametrize("text", ["{}", "null", "<a/", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_page_of_another_shape_stops_the_run(board: MessageBoard, now: datetime, text: str) -> None:
    connector = connect("message_board", board.settings)
    board.faults.garbage = text
    with pytest.raises(ChannelChanged):
        list(connector.pull(None, now=now))
    with pytest.raises(ChannelChanged):
        connector.check()


def test_settings_that_cannot_be_are_refused(board: MessageBoard) -> None:
    for wrong in ({"format": "yaml"}, {"dates": "all"}, {"page_size": "-5"}, {"api_key": ""}):
        with pytest.raises(BadInput):
            connect("message_board", {**board.settings, **wrong})
