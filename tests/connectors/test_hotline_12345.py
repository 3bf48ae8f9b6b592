"""The hotline: token, signature, paging, and what a work order means."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from casework.complaint import Complaint, Nature
from casework.errors import ChannelChanged, NotAllowed, Unreadable
from casework.record import Cursor, RawRecord
from casework.reply import Letter, ReplyKind
from connectors.base import Connector
from connectors.positions import position
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.told import Told


def told(key: str, at: datetime, **more: object) -> Told:
    facts: dict[str, object] = {"title": "反映欠薪", "narrative": "干了三个月没有发工资。", **more}
    return Told(key=key, channel="hotline_12345", told_at=at, case="a", claim="b", **facts)  # type: ignore[arg-type]  # facts of many types


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[Hotline]:
    platform = Hotline(tmp_path, page_size=5)
    yield platform
    platform.stop()


@pytest.fixture
def connector(hotline: Hotline) -> Connector:
    return connect("hotline_12345", {**hotline.settings, "deadline_seconds": "60"})


def letter(key: str, source_key: str, body: str, now: datetime) -> Letter:
    return Letter(key, "hotline_12345", source_key, ReplyKind.ACCEPTED, body, now)


def test_a_work_order_is_read_field_by_field(hotline: Hotline, connector: Connector, now: datetime) -> None:
    at = datetime.fromisoformat("2026-11-19T16:30:05+08:00")
    hotline.add(
        told("1", at, employer_name=" 青岛某某公司 ", complainant_name="王某", complainant_phone="13900000001",
             site_address="某某路1号", district_code="370215", rural=True, urgent=True, confidential=True)
    )  # fmt: skip
    (raw,) = connector.pull(None, now=now)
    complaint = connector.read(raw)
    assert isinstance(complaint, Complaint)
    assert complaint.received_at == at
    assert complaint.nature == Nature.ARREARS_RURAL
    assert (complaint.employer_name, complaint.site_address) == ("青岛某某公司", "某某路1号")
    assert (complaint.complainant_name, complaint.complainant_phone) == ("王某", "13900000001")
    assert (complaint.district_code, complaint.reply_due_on) == ("370215", date(2026, 11, 26))
    assert (complaint.urgent, complaint.confidential, complaint.remarks) == (True, True, ())
    assert (complaint.amount_claimed, complaint.worker_count) == (None, None)


def order(**fields: object) -> RawRecord:
    payload = {
        "orderId": "QD1", "callTime": "2026-11-19 16:30:05", "majorContent": "没有发工资", "questionCode": "030202",
        "isSecret": "0", "pilotLight": "1", "updatedTime": "2026-11-19 16:30:05", **fields,
    }  # fmt: skip
    return RawRecord("hotline_12345", "QD1", payload, "2026-11-19T08:30:05+00:00|QD1")  # type: ignore[arg-type]  # hostile on purpose


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"callTime": "2026-13-01 08:00:00"}, "date_unreadable"),
        ({"callTime": ""}, "missing"),
        ({"majorContent": "  "}, "missing"),
        ({"majorContent": ["一"]}, "not_text"),
        ({"orderId": 17}, "not_text"),
        ({"questionCode": "999"}, "code_unknown"),
        ({"questionCode": True}, "code_unknown"),
        ({"isSecret": "也许"}, "flag_unknown"),
        ({"pilotLight": "red"}, "code_unknown"),
        ({"deadlineDate": "2026-11-01"}, "dates_crossed"),
        ({"majorContent": "坏\x00字"}, "bad_character"),
    ],
)
def test_an_order_that_cannot_be_understood_says_why(
    connector: Connector, fields: dict[str, object], code: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        connector.read(order(**fields))
    assert refused.value.code == code


def test_a_field_nobody_knows_is_spoken_of_and_does_no_harm(connector: Connector) -> None:
    complaint = connector.read(order(newField="x", seat="7"))
    assert isinstance(complaint, Complaint)
    assert complaint.remarks == ("unknown_field:newField", "unknown_field:seat")
    assert not isinstance(complaint.amount_claimed, Decimal)


def test_rows_that_are_no_orders_are_landed_as_they_came(hotline: Hotline, connector: Connector, now: datetime) -> None:
    hotline.add(told("1", now - timedelta(hours=1)))
    hotline.shelf.put("odd", now - timedelta(minutes=50), {"orderId": 123456789, "majorContent": "数字编号"})
    hotline.add(told("2", now - timedelta(minutes=40)))
    raws = list(connector.pull(None, now=now))
    assert [raw.source_key for raw in raws][::2] == ["QD1", "QD2"]
    assert raws[1].source_key.startswith("unparsed-")
    with pytest.raises(Unreadable) as refused:
        connector.read(raws[1])
    assert refused.value.code == "not_well_formed"


def test_an_order_that_changes_while_we_page_pushes_no_other_past_us(
    hotline: Hotline, connector: Connector, now: datetime
) -> None:
    keys = [hotline.add(told(f"{n:02d}", now - timedelta(minutes=100 - n))) for n in range(23)]
    seen: dict[str, object] = {}
    for count, raw in enumerate(connector.pull(None, now=now)):
        seen[raw.source_key] = raw.payload["majorContent"]
        if count % 5 == 1 and count < 20:
            hotline.shelf.change(keys[count // 5], now - timedelta(minutes=5 - count // 5), majorContent="改过")
    assert set(keys) <= set(seen)
    assert [seen[key] for key in keys[:4]] == ["改过"] * 4


def test_a_source_clock_that_runs_ahead_does_not_carry_the_cursor_away(
    hotline: Hotline, connector: Connector, now: datetime
) -> None:
    hotline.add(told("1", now + timedelta(days=400)))
    (raw,) = connector.pull(None, now=now)
    assert raw.position == position(now, "QD1")
    hotline.add(told("2", now - timedelta(minutes=10)))
    again = list(connector.pull(Cursor("hotline_12345", raw.position), now=now))
    assert [raw.source_key for raw in again] == ["QD2", "QD1"]


def test_a_token_that_is_over_is_renewed_in_passing(hotline: Hotline, connector: Connector, now: datetime) -> None:
    for n in range(12):
        hotline.add(told(f"{n:02d}", now - timedelta(minutes=100 - n)))
    pulled = connector.pull(None, now=now)
    next(pulled)
    hotline.expire_tokens()
    assert len(list(pulled)) >= 11
    assert hotline.tokens_given == 2
    hotline.expire_tokens()
    assert connector.reply(letter("k", "QD00", "已受理。", now)).body == "已受理。"
    assert hotline.answers == {"QD00": ["已受理。"]}


def test_a_wrong_secret_stops_the_run(hotline: Hotline, now: datetime) -> None:
    connector = connect("hotline_12345", {**hotline.settings, "app_secret": "another"})
    with pytest.raises(ChannelChanged) as stopped:
        list(connector.pull(None, now=now))
    assert "another" not in str(stopped.value)


def test_another_text_under_the_same_key_is_refused(hotline: Hotline, connector: Connector, now: datetime) -> None:
    key = hotline.add(told("1", now - timedelta(hours=1)))
    connector.reply(letter("k", key, "已受理。", now))
    with pytest.raises(NotAllowed):
        connector.reply(letter("k", key, "不予受理。", now))
    assert hotline.answers[key] == ["已受理。"]


def test_an_answer_to_an_order_that_is_not_there_is_not_tried_for_ever(connector: Connector, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        connector.reply(letter("k", "QD404/../x", "已受理。", now))


def test_the_first_pull_of_many_orders_ends_soon(hotline: Hotline, now: datetime) -> None:
    platform = Hotline(page_size=500)
    try:
        for n in range(5000):
            platform.add(told(f"{n:05d}", now - timedelta(minutes=5001 - n)))
        started = time.monotonic()
        assert len({raw.source_key for raw in connect("hotline_12345", platform.settings).pull(None, now=now)}) == 5000
        assert time.monotonic() - started < 60
    finally:
        platform.stop()
