"""Where somebody lives is found however they say it, and nothing else is taken for it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.homes import HIDDEN, blanked, home_spans, homes_in, without_homes

HOME = "青岛市城阳区夏庄街道毽栊巷12号"
SAYS = """家住{} 家住在{} 我家住{} 家住：{} 住址：{} 家庭住址是{} 家庭地址{} 户籍地址：{} 户籍所在地为{} 户口所在地{}
现住{} 现住址：{} 暂住在{} 租住于{} 住在{} 我家就在{} 老家在{} 联系地址：{} 常住地址{}"""
HOUSES = "毽栊巷{}号 毽栊路{}号甲 毽栊小区{}号楼2单元301室 毽栊村{}组 毽栊花园{}栋（2单元） 毽栊街{}号，3号楼501室"
REGIONS = [
    "",
    "山东省青岛市",
    "青岛市城阳区",
    "城阳区夏庄街道",
    "即墨区于家屯村",
    "莱西市沽河街道办事处",
    "青岛市 城阳区 ",
]
ENDS = """。 ， ； 。我在蓝天公司干活 ，在蓝天公司干活 我在蓝天公司干活 在青岛蓝天建筑有限公司上班
青岛蓝天建筑有限公司拖欠工资"""
_says, _houses = st.sampled_from(SAYS.split()), st.sampled_from(HOUSES.split())
_regions, _ends = st.sampled_from(REGIONS), st.sampled_from(["", "\n", *ENDS.split()])


@given(_says, _regions, _houses, st.integers(1, 999), _ends)
def test_a_home_is_hidden_however_it_is_said(says: str, region: str, house: str, number: int, end: str) -> None:
    home = region + house.format(number)
    said = f"我叫王芳，{says.format(home)}{end}"
    left = without_homes(said)
    assert "毽" not in left
    assert str(number) not in left
    assert HIDDEN in left
    assert "".join(homes_in(said)).replace(" ", "") in home.replace(" ", "")
    for words in ("我叫王芳", "蓝天", "干活", "拖欠工资"):
        assert (words in left) == (words in said), words


@given(_says, _houses, st.text(max_size=60), st.text(max_size=60))
def test_the_rest_of_a_text_stands_where_it_stood(says: str, house: str, before: str, behind: str) -> None:
    said = f"{before}，{says.format(house.format(7))}。{behind}"
    spans = home_spans(said)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    blank = blanked(said)
    assert len(blank) == len(said)
    assert "毽栊" not in blank
    inside = {place for start, end in spans for place in range(start, end)}
    assert all(blank[place] == said[place] for place in range(len(said)) if place not in inside)
    assert home_spans(without_homes(said)) == [] or HIDDEN in without_homes(said)


@pytest.mark.parametrize(
    "said",
    [
        "我们住在工地宿舍12号，工资没发",
        "住房公积金没有交，住建局不管，老王住院了",
        "大家住在一起，人住工棚",
        "工地在城阳区毽栊路12号，地址：即墨区鹤山路188号",
        "国家住房政策，回家没钱，小区业主住户",
        "老家的人也没拿到，我家孩子上学",
        "记住在蓝天公司干活的人",
    ],
)
def test_what_is_no_home_stays(said: str) -> None:
    assert without_homes(said) == said


@pytest.mark.parametrize(
    "written",
    [
        HOME,
        "毽栊巷12号",
        "城阳区毽栊巷12号",
        "夏庄街道毽栊巷12号",
        "青岛市 城阳区 毽栊巷 12 号",
        "城阳区·夏庄街道·毽栊巷12号",
        "城阳区夏庄街道，毽栊巷12号",
    ],
)
def test_a_known_home_is_hidden_where_nobody_calls_it_one(written: str) -> None:
    known = homes_in(f"我叫王芳，家住{HOME}。")
    assert known == [HOME]
    left = without_homes(f"到{written}找过两次，无人。", known)
    assert "毽栊" not in left
    assert "12" not in left
    assert left.startswith("到")
    assert left.endswith("找过两次，无人。")


def test_a_known_home_hides_no_place_beside_it() -> None:
    assert without_homes("毽栊巷13号的工地", [HOME]) == "毽栊巷13号的工地"
    assert without_homes("城阳区的工地", ["城阳区"]) == "城阳区的工地"
