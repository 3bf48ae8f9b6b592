"""The receipt book in the console: lines, balance, the text a channel shows beside ours, the levers, the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.stuck import ODD, answers, make_stuck
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ComplaintRow, ReceiptDayRow

LogIn = Callable[[str], Person]


@pytest.fixture
def stuck(morning: Warehouse) -> str:
    return make_stuck(morning, NOW)


def test_every_page_says_that_an_answer_does_not_arrive(log_in: LogIn, stuck: str) -> None:
    desk = log_in("desk")
    assert "2 answers do not arrive." in desk.get("/queue", language="en")
    assert "有 2 条答复送不到。" in desk.get("/dashboard", language="zh_CN")
    assert "送不到" not in log_in("song").get("/mine", language="zh_CN")


def test_the_book_lists_what_needs_a_person_and_leads_to_it(log_in: LogIn, stuck: str, morning: Warehouse) -> None:
    page = log_in("desk").get("/receipts?group=with_a_person", language="en")
    with morning.read() as session:
        row = session.get_one(ComplaintRow, stuck)
        assert row.complaint_no in page
        assert f'href="/receipts/{stuck}"' in page
    assert "the channel shows another text" in page
    everything = log_in("desk").get("/receipts", language="en")
    assert everything.count("<tr>") > 5
    assert log_in("desk").get("/receipts?group=nothing", status=404)
    assert log_in("desk").get("/receipts?channel=elsewhere", status=404)
    assert log_in("desk").get("/receipts?day=yesterday", status=404)
    assert log_in("desk").get("/receipts?page=x", status=404)


def test_both_texts_stand_beside_each_other_and_the_person_is_told_otherwise(
    log_in: LogIn, stuck: str, morning: Warehouse
) -> None:
    desk = log_in("desk")
    page = desk.get(f"/receipts/{stuck}", language="en")
    assert "<mark>8</mark>" in page
    assert "<mark>3</mark>" in page
    first, second = answers(morning, stuck)
    wrong = desk.post(f"/receipts/{stuck}/told", status=422, answer=second.id, way="telephone", note="")
    assert "Please fill this in." in wrong
    assert "A newer answer" not in desk.post(f"/receipts/{stuck}/again", answer=first.id)
    assert answers(morning, stuck)[0].state == "delivered"
    told = desk.post(f"/receipts/{stuck}/told", answer=second.id, way="telephone", note="11月20日电话告知本人")
    assert "11月20日电话告知本人" in told
    kept = answers(morning, stuck)[1]
    assert (kept.told_way, kept.told_at) == ("telephone", NOW)
    desk.post(f"/receipts/{stuck}/told", status=422, answer=second.id, way="telephone", note="again")
    desk.post(f"/receipts/{stuck}/told", status=404, answer="rep_none", way="telephone", note="x")
    log_in("song").post(f"/receipts/{stuck}/told", status=404, answer=second.id, way="telephone", note="x")


def test_a_head_explains_a_day_that_does_not_add_up(log_in: LogIn, stuck: str, morning: Warehouse) -> None:
    head = log_in("head")
    page = head.get(f"/receipts?balance={ODD}", language="en")
    assert "1 day does not add up" in page
    with morning.read() as session:
        channel = session.scalars(select(ReceiptDayRow.channel).where(ReceiptDayRow.day == ODD)).one()
    fields: dict[str, Any] = {"channel": channel, "day": ODD.isoformat()}
    head.post("/receipts/explain", status=422, **fields, words="")
    log_in("desk").post("/receipts/explain", status=404, **fields, words="x")
    after = head.post("/receipts/explain", **fields, words="一条线索由平台撤回")
    assert "does not add up" not in after.replace("what does not add up", "")
    assert "一条线索由平台撤回" in head.get(f"/receipts?balance={ODD}")


def test_the_book_is_taken_out_without_a_name_and_that_is_written_down(
    log_in: LogIn, stuck: str, morning: Warehouse
) -> None:
    rows = list(
        csv.DictReader(io.StringIO(log_in("desk").post("/receipts/export", group="with_a_person").lstrip("\ufeff")))
    )
    assert [(row["state"], row["trouble"]) for row in rows] == [("differs", "read_back_differs")]
    log_in("desk").post("/receipts/export", status=422, group="nothing")
    with morning.read() as session:
        details = session.scalars(select(AuditRow.details).where(AuditRow.act == "export_receipts")).one()
    assert details["rows"] == 1
