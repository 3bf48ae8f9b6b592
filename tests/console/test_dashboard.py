"""The dashboard and the lists behind its numbers: every number opens its cases, to those who may see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select, update

from console.statics import load_assets
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.forms import send
from tests.console.warned import warn
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ChannelRow, PaymentRow, SatisfactionRow
from warehouse.queries.warnings import LEVELS

LogIn = Callable[[str], Person]
NUMBER = re.compile(r"[\d,]+\Z")
COUNTS_CALLS = ("figure=asked", "figure=answered", "figure=satisfied", "figure=paid")


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """The links to lists whose words are a number of cases."""
    document: Any = html.fromstring(page)
    for link in document.xpath("//a[starts-with(@href, '/cases?')]"):
        words, address = link.text_content().strip(), link.get("href")
        if NUMBER.match(words) and not any(one in address for one in COUNTS_CALLS):
            yield address, int(words.replace(",", ""))


def total(page: str) -> int:
    found = re.search(r"<span class=\"small\">(\d+) case", page)
    assert found is not None
    return int(found[1])


def test_a_head_lands_on_the_dashboard_and_the_desk_on_the_queue(log_in: LogIn) -> None:
    assert log_in("head").client.get("/").url.path == "/dashboard"
    assert log_in("bureau").client.get("/").url.path == "/dashboard"
    assert log_in("desk").client.get("/").url.path == "/queue"
    assert log_in("reader").client.get("/").url.path == "/queue"
    assert log_in("song").client.get("/").url.path == "/mine"


@pytest.mark.parametrize(("login", "period"), [("head", "all"), ("head", "week"), ("song", "all")])
def test_every_number_opens_as_many_cases_as_it_says(log_in: LogIn, login: str, period: str) -> None:
    if login == "song":
        desk = log_in("desk")
        send(desk, desk.get("/queue"), "/queue/dispatch")
    person = log_in(login)
    seen = dict(numbers(person.get(f"/dashboard?period={period}", language="en")))
    assert len(seen) > 15
    for address, number in seen.items():
        assert total(person.get(address)) == number, address
    if period == "all":
        assert max(seen.values()) > (3 if login == "head" else 0)


def test_another_territory_counts_and_lists_nothing_of_this_one(log_in: LogIn, morning: Warehouse) -> None:
    far, head = log_in("far_head"), log_in("head")
    assert "No case has come in yet." in far.get("/dashboard?period=all", language="en")
    assert total(far.get("/cases")) == 0
    with morning.read() as session:
        numbers_ = session.scalars(select(CaseRow.matter_no).where(CaseRow.status != "merged")).all()
    assert total(head.get("/cases", language="en")) == len(numbers_)
    page = head.get("/cases")
    assert all(number in page for number in numbers_)
    assert not any(number in far.get("/cases") for number in numbers_)
    for login in ("system", "security", "audit"):
        log_in(login).get("/dashboard", status=404)
        log_in(login).get("/cases", status=404)


def test_each_filter_is_a_chip_that_takes_itself_away(log_in: LogIn) -> None:
    head = log_in("head")
    asked = "/cases?figure=opened&period=year&nature=arrears&status=to_dispatch&town=370215007&mark=red"
    document: Any = html.fromstring(head.get(asked, language="en"))
    chips = [re.sub(r"\s+", " ", one.text_content()).strip(" ✕") for one in document.xpath("//ul[@class='chosen']/li")]
    assert chips[:-1] == ["This year · New cases", "Wage arrears", "To dispatch", "Red mark", "鳌山卫街道"]
    for one, gone in zip(
        document.xpath("//ul[@class='chosen']/li/a/@href"), ("figure=", "nature=", "status="), strict=False
    ):
        assert gone not in one
        assert one.count("=") == asked.count("=") - (2 if gone == "figure=" else 1)
        head.get(one)
    assert document.xpath("//ul[@class='chosen']/li[last()]/a/@href") == ["/cases"]


@pytest.mark.parametrize(
    "asked",
    [
        "period=decade", "figure=secret", "nature=x", "status=merged", "reached=x", "mark=green", "town=12",
        "town=%E2%91%A0", "month=2026-13", "month=x", "lead=%3Cscript%3E", "page=x", "page=-1", "figure=opened%00",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_no_page(log_in: LogIn, asked: str) -> None:
    head = log_in("head")
    head.get(f"/cases?{asked}", status=404)
    if asked == "period=decade":
        head.get(f"/dashboard?{asked}", status=404)


def test_a_long_list_is_turned_page_by_page(log_in: LogIn, morning: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.queries.case_list.PAGE", 3)
    head = log_in("head")
    page, seen = head.get("/cases", language="en"), list[str]()
    while True:
        seen += re.findall(r'data-open="/cases/([^"]+)"', page)
        turning: Any = html.fromstring(page)
        after = turning.xpath("//a[@rel='next']/@href")
        if not after:
            break
        page = head.get(after[0])
    assert len(seen) == len(set(seen)) == total(page) > 3
    assert head.get("/cases?page=999") == page, "beyond the last page is the last"


def test_the_cost_of_the_pages_does_not_grow_with_the_cases(morning: Warehouse, settings: Settings) -> None:
    asked = (
        "/dashboard?period=all",
        "/cases",
        "/cases?figure=pending&period=all",
        "/cases?figure=opened&period=year&town=370215001",
    )
    with served(morning, settings) as address:
        head = Person(address)
        head.log_in("head")
        costs = []
        whole_first = CaseRow.employer_id.is_(None), CaseRow.status != "to_dispatch", CaseRow.matter_no
        standing = select(CaseRow.id).where(CaseRow.status != "merged").order_by(*whole_first)
        for kept in (1, 100):  # the one has an employer, whose other cases are asked for
            with morning.write() as session:
                rows = session.scalars(standing).all()
                session.execute(update(CaseRow).where(CaseRow.id.in_(rows)).values(district_code="370203001"))
                here = update(CaseRow).where(CaseRow.id.in_(rows[:kept]))
                session.execute(here.values(district_code="370215001"))
            cost = []
            for path in asked:
                with counted(morning) as statements:
                    head.get(path)
                cost.append(len(statements))
            costs.append(cost)
        head.client.close()
    assert costs[0] == costs[1]
    assert costs[0][0] < 60


def test_a_channel_that_is_behind_says_until_when_the_data_reach(log_in: LogIn, morning: Warehouse) -> None:
    head = log_in("head")
    assert "数据截至" not in head.get("/dashboard", language="zh_CN")
    with morning.write() as session:
        session.get_one(ChannelRow, "hotline_12345").last_success_at = NOW - timedelta(hours=3, minutes=2)
        paused = session.get_one(ChannelRow, "petition")
        paused.last_success_at, paused.paused_by = NOW - timedelta(days=3), "acc"
    page = re.sub(r"\s+", " ", head.get("/dashboard"))
    assert "数据截至 05:28，12345 热线 已延迟 3 小时</span>" in page
    assert "12345 hotline is 3 hours behind" in head.get("/dashboard", language="en")


def test_the_first_month_is_compared_with_nothing(log_in: LogIn, morning: Warehouse) -> None:
    head = log_in("head")
    assert "尚无上月数据，暂不比较" in head.get("/dashboard", language="zh_CN")
    with morning.write() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.status != "merged")).first()
        assert case is not None
        case.opened_at = NOW - timedelta(days=33)
    page = head.get("/dashboard")
    assert "尚无上月数据" not in page
    assert "较上月同期" in page


def test_satisfaction_stands_with_its_response_and_money_with_what_it_opens(log_in: LogIn, morning: Warehouse) -> None:
    with morning.write() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.status != "merged").order_by(CaseRow.matter_no)).first()
        assert case is not None
        own: dict[str, Any] = {"complaint_id": case.main_complaint_id, "asked_at": NOW, "by": "acc"}
        session.add(SatisfactionRow(id="sat_1", answered=True, solved=True, satisfied=True, **own))
        session.add(SatisfactionRow(id="sat_2", answered=True, solved=True, satisfied=False, **own))
        session.add(SatisfactionRow(id="sat_3", answered=False, **own))
        paid: dict[str, Any] = {"paid_on": NOW.date(), "workers": 4, "by": "acc", "at": NOW}
        session.add(PaymentRow(id="pay_1", case_id=case.id, amount_fen=3_140_000, proof="bank_voucher", **paid))
        session.add(PaymentRow(id="pay_2", case_id=case.id, amount_fen=9_000_000, proof="witness", **paid))
        number = case.matter_no
    page = log_in("head").get("/dashboard?period=month", language="zh_CN")
    for words in ("50.0%", "66.7%", "2/3", "3.1 万元", "补发 4 人次"):
        assert words in page, words
    for figure in ("asked", "answered", "satisfied", "paid"):
        listed = log_in("head").get(f"/cases?figure={figure}&period=month", language="en")
        assert total(listed) == 1
        assert number in listed


def test_charts_are_loaded_only_where_there_are_some_and_stand_on_tables(log_in: LogIn) -> None:
    head = log_in("head")
    library = load_assets()["vendor/echarts-5.6.0.common.min.js"]
    page = head.get("/dashboard")
    assert f'src="{library.url}" integrity="{library.integrity}"' in page
    for path in ("/queue", "/cases", "/mine", "/statistics"):
        assert "echarts" not in head.get(path)
    document: Any = html.fromstring(page)
    charts = document.xpath("//*[@data-chart]")
    assert len(charts) == 4
    for one in charts:
        assert one.xpath(".//details[@open]/table"), "without a script the table stands open"
        assert all(cell.xpath("./a/@href") for cell in one.xpath(".//td[@data-value]"))


def test_the_warnings_that_stand_are_counted_by_level_and_open_as_many(log_in: LogIn, morning: Warehouse) -> None:
    head, reader = log_in("head"), log_in("reader")
    assert "warnings?level=red" in head.get("/dashboard", language="en"), "none is a number too"
    with morning.write() as session:
        for level in ("red", "red", "yellow"):
            warn(session, "channel_silent", level, NOW, channel="petition", district_code=None)
        warn(session, "growth", "orange", NOW, district_code="370283001")
        warn(session, "growth", "orange", NOW, state="cleared", settled_at=NOW)
    for person, channels in ((head, {"red": 2, "orange": 0, "yellow": 1}), (reader, dict.fromkeys(LEVELS, 0))):
        page: Any = html.fromstring(person.get("/dashboard", language="en"))
        links = page.xpath("//p[@class='standing-warnings']//a[contains(@href, 'level=')]")
        shown = {one.get("href").split("=")[1]: int(one.text_content()) for one in links}
        assert shown == channels, "the next district's is not counted, nor one that is settled"
        for level, number in shown.items():
            listed: Any = html.fromstring(person.get(f"/warnings?level={level}", language="en"))
            assert len(listed.xpath("//tr[@data-row]")) == number
    assert "standing-warnings" in log_in("song").get("/dashboard", language="en")


def test_what_warnings_came_to_is_one_number_on_three_pages_and_opens_them(log_in: LogIn, morning: Warehouse) -> None:
    with morning.write() as session:
        for state in ("open", "confirmed", "false_alarm", "false_alarm"):
            settled = None if state == "open" else NOW
            warn(session, "growth", "red", NOW, district_code="370215010", state=state, settled_at=settled)
    head = log_in("head")
    told = []
    for path in ("/dashboard?period=month", "/warnings", "/dashboard?period=quarter", "/dashboard?period=year"):
        page: Any = html.fromstring(head.get(path, language="en"))
        links = page.xpath("//p[@id='warned']//a[contains(@href, '/statistics/list?')]")
        told.append({one.get("href").split("figure=")[1]: int(one.text_content()) for one in links})
        for one in links:
            listed: Any = html.fromstring(head.get(one.get("href"), language="en"))
            assert len(listed.xpath("//tbody/tr")) == int(one.text_content())
    assert told[0] == {"warnings_raised": 4, "warnings_confirmed": 1, "warnings_false": 2}
    assert all(one == told[0] for one in told)
    report: Any = html.fromstring(head.get("/statistics", language="en"))
    for figure, number in told[0].items():
        cell = report.xpath(f"//div[@class='more-figures']//a[@href='/statistics/list?span=2026-11&figure={figure}']")
        assert [int(one.text_content()) for one in cell] == [number]
    assert 'id="warned"' not in head.get("/dashboard?period=today"), "a day has no list of its own"
    assert 'id="warned"' not in log_in("song").get("/warnings"), "an inspector has no statistics"
