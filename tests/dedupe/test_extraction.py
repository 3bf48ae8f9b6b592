"""Facts out of running text, each with its place in it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from casework.complaint import Complaint
from dedupe import reading
from dedupe.extraction import fill, probably_arrears

TOLD = Complaint(
    channel="message_board",
    source_key="1",
    version=1,
    received_at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
    title="讨要工资",
    narrative=(
        "尊敬的领导：我们在青岛源丰建筑工程有限公司承建的泉悦公园二期做木工，包工头叫李大海，共有12名工人今年3月至5月的工资没发，"
        "合计三万二千元。地址在即墨区鹤山路188号。联系人王建国，电话13812345678。"
    ),
)


def test_every_fact_is_found_where_it_stands() -> None:
    found = fill(TOLD)
    assert found.employer_name == "青岛源丰建筑工程有限公司"
    assert found.site_name == "泉悦公园二期"
    assert found.site_address == "即墨区鹤山路188号"
    assert found.boss_name == "李大海"
    assert found.complainant_name == "王建国"
    assert found.complainant_phone == "13812345678"
    assert found.worker_count == 12
    assert found.amount_claimed == Decimal(32000)
    assert (found.arrears_from, found.arrears_to) == ("2026-03", "2026-05")
    assert found.probably_arrears is True
    text = found.told()
    for one in found.extracted:
        if one.field in ("employer_name", "site_name", "boss_name", "complainant_name", "complainant_phone"):
            assert text[one.start : one.end] == one.value
    assert {one.field for one in found.extracted} >= {"employer_name", "amount_claimed", "arrears_from", "worker_count"}


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("泉悦公园二期拖欠木工班组工资，金额三万元。", "泉悦公园二期", None),
        ("鹤山路188号拖欠工资，有十二人。", None, "鹤山路188号"),
    ],
)
def test_what_stands_at_the_very_beginning_is_found_whole(text: str, name: str | None, address: str | None) -> None:
    found = fill(replace(TOLD, title=None, narrative=text))
    assert (found.site_name, found.site_address) == (name, address)


def test_what_the_channel_said_is_never_touched() -> None:
    given = replace(TOLD, employer_name="别的公司", amount_claimed=Decimal(5), arrears_to="2026-01")
    found = fill(given)
    assert found.employer_name == "别的公司"
    assert found.amount_claimed == Decimal(5)
    assert (found.arrears_from, found.arrears_to) == (None, "2026-01")


def test_the_bosss_phone_is_not_the_complainants() -> None:
    found = fill(replace(TOLD, narrative="老板电话13911112222，一直不接。我的手机13812345678，工资没发。"))
    assert found.complainant_phone == "13812345678"


def test_filling_twice_changes_nothing_more() -> None:
    once = fill(TOLD)
    assert replace(fill(once), extracted=once.extracted) == once


@pytest.mark.parametrize(
    ("text", "firm"),
    [
        ("我在源丰（青岛）食品有限公司上班，工资没发", "源丰（青岛）食品有限公司"),
        ("我在安和电子公司上班，拖欠工资", "安和电子公司"),
        ("龙诚拖欠工资，我们是那里的工人", "龙诚"),
        ("反映拖欠工资，一直没人管", None),
    ],
)
def test_an_employers_name_is_cut_where_it_begins(text: str, firm: str | None) -> None:
    assert fill(replace(TOLD, title=None, narrative=text)).employer_name == firm


@pytest.mark.parametrize(
    ("text", "arrears"),
    [
        ("老板拖欠我们农民工工资三个月了，多次讨要不给", True),
        ("公司不发工资，我们员工都没拿到钱", True),
        ("开发商逾期交房，这是我们业主一辈子的血汗钱，要求退房款", False),
        ("培训机构跑路，学费不退", False),
        ("小区停车难，请规划", False),
    ],
)
def test_the_mark_tells_unpaid_work_from_other_money(text: str, arrears: bool) -> None:
    assert probably_arrears(text) is arrears


@pytest.mark.parametrize("piece", ["1", "一", "工资拖欠在公司", "在青岛", "（", "一期", "路1号", "*"])
def test_a_text_of_any_shape_is_read_in_a_moment(piece: str) -> None:
    started = time.thread_time()
    fill(replace(TOLD, narrative=piece * (50_000 // len(piece)), employer_name=piece * 5000, site_name=piece * 5000))
    assert time.thread_time() - started < 5


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫亓官飞，在工地干活", "亓官飞"),
        ("我叫臧 佘，电话不通", "臧 佘"),
        ("我的名字叫欧阳 明，在厂里", "欧阳 明"),
        ("姓名：亓 明 电话：无", "亓 明"),
        ("我叫王 芳在工地干活", "王 芳"),
        ("我叫他给钱，他不给", None),
        ("我叫老板结账，不肯", None),
    ],
)
def test_whoever_names_themselves_is_known_by_that_name(text: str, name: str | None) -> None:
    """A name in no list of surnames, or written apart, was shown in full wherever the text was."""
    found = reading.complainant(text)
    assert (found.value if found else None) == name


def test_where_somebody_lives_is_no_place_of_work() -> None:
    """The site's name and the employer's lie plain and stand on every list: no home may get there."""
    homes = (
        "家住青岛市城阳区毽栊巷12号",
        "家住毽栊小区二期3号楼",
        "现住址：毽栊花园二期1号楼",
        "住址 城阳区毽栊工地路8号",
        "家庭地址：毽栊广场项目部",
    )
    for home in homes:
        for end in ("。", "，", ""):
            told = f"我叫王建国，{home}{end}我在青岛源丰建筑工程有限公司做木工，工资没发。"
            found = fill(replace(TOLD, title=None, narrative=told))
            assert found.employer_name == "青岛源丰建筑工程有限公司", told
            for value in (found.employer_name, found.site_name, found.site_address, found.boss_name):
                assert "毽栊" not in (value or ""), told
    beside = fill(replace(TOLD, narrative=f"家住城阳区毽栊巷12号。{TOLD.narrative}"))
    assert (beside.site_name, beside.site_address) == ("泉悦公园二期", "即墨区鹤山路188号")
    (span,) = [one for one in beside.extracted if one.field == "site_name"]
    assert beside.told()[span.start : span.end] == "泉悦公园二期"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("老板李给钱。跟着赵铁锤干活。", "赵铁锤"),
        ("工头王被，包工头是赵铁锤，没有给钱。", "赵铁锤"),
        ("老板姓公司的，欠钱不给", None),
    ],
)
def test_a_word_that_is_no_name_is_nobodys(text: str, name: str | None) -> None:
    found = reading.boss(text)
    assert (found.value if found else None) == name


@pytest.mark.parametrize(
    ("text", "sum_"),
    [
        ("拖欠工资3万万元", "300000000"),
        ("拖欠工资1.2.3元", None),
        ("拖欠工资1.2.3元，一共欠8600元", "8600"),
        ("欠工资万元", None),
    ],
)
def test_a_sum_that_cannot_be_read_is_none(text: str, sum_: str | None) -> None:
    found = reading.amount(text)
    assert (found.value if found else None) == sum_


def test_a_month_that_no_year_has_is_none() -> None:
    for months in ({"m1": "0"}, {"m1": "13"}, {"m1": "8", "m2": "13"}, {}):
        assert reading._months_of(dict(months), 2026, 2026 * 12 + 10) is None
    assert reading._months_of({"m1": "8", "m2": "10"}, 2026, 2026 * 12 + 10) == (2026 * 12 + 7, 2026 * 12 + 9)


def test_the_month_of_the_day_itself_is_a_month_of_this_year() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    for text, month in (
        ("11月的工资没发", "2026-11"),
        ("12月的工资没发", "2025-12"),
        ("去年12月的工资没发", "2025-12"),
    ):
        found = reading.months(text, at)
        assert found is not None, text
        assert [one.value for one in found] == [month, month], text
    december = datetime(2026, 12, 5, tzinfo=UTC)
    found = reading.months("10月到12月的工资没发", december)
    assert found is not None
    assert [one.value for one in found] == ["2026-10", "2026-12"]
