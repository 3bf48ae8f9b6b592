"""Employers, sites and persons taken apart; every pair of the lessons kept where it belongs."""

from __future__ import annotations

import pytest

from dedupe.employers import Employer, employer
from dedupe.naming import Alike, Sites, addresses, alike, sites
from dedupe.normalise import name_key
from dedupe.persons import Person, credit_code, foreman, id_number, person, phone
from dedupe.sites import Site, site


def _firm(name: str) -> Employer:
    found = employer(name)
    assert found is not None
    return found


def _site(name: str) -> Site:
    found = site(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("left", "right", "step"),
    [
        ("青岛蓝天海产加工有限公司", "青岛蓝天水产加工有限公司", Alike.TRADE),
        ("青岛建工集团有限公司", "青岛建安集团有限公司", Alike.CHARACTER),
        ("青岛市即墨区蓝天海产加工有限公司", "青岛蓝天海产加工有限公司", Alike.ONE),
        ("青岛蓝天海产加工有限公司", "蓝天海产", Alike.SHORT),
        ("青岛蓝天海产加工有限公司", "有限公司", Alike.VAGUE),
        ("ＡＢＣ（青岛）公司", "ABC(青岛)公司", Alike.ONE),
        ("青島藍天海產加工有限公司", "青岛蓝天海产加工有限公司", Alike.ONE),
        ("青岛鑫辉建筑工程有限公司", "烟台鑫辉建筑工程有限公司", Alike.ELSEWHERE),
        ("青岛鑫辉建筑工程有限公司", "青岛新辉建筑工程有限公司", Alike.SOUND),
        ("青岛聚旺钢结构工程有限公司", "青岛聚旺刚结构工程有限公司", Alike.SOUND),
        ("青岛鑫辉服装有限公司", "青岛鑫辉服饰有限公司", Alike.RELATED),
        ("青岛海中家具有限公司", "青岛中海家具有限公司", Alike.SWAPPED),
        ("青岛源丰食品有限公司", "源丰（青岛）食品有限公司", Alike.ONE),
        ("青岛源丰食品有限公司即墨分公司", "青岛源丰食品有限公司", Alike.ONE),
        ("青岛源丰食品有限公司（原丰源食品厂）", "丰源食品厂", Alike.SHORT),
        ("青岛源丰食品有限司公", "青岛源丰食品有限公司", Alike.ONE),
        ("青岛源丰食品有限公司", "山东宏达机械制造有限公司", Alike.NONE),
        ("餐饮管理有限公司", "餐饮管理有限公司", Alike.VAGUE),
        ("青岛某建筑公司", "青岛源丰建筑工程有限公司", Alike.VAGUE),
    ],
)
def test_two_employers_stand_to_each_other_as_their_parts_do(left: str, right: str, step: Alike) -> None:
    assert alike(_firm(left), _firm(right)) is step
    assert alike(_firm(right), _firm(left)) is step


def test_the_second_phase_is_not_the_first() -> None:
    second, first = _firm("即墨区泉悦公园二期项目部").site, _firm("即墨区泉悦公园一期项目部").site
    assert second is not None
    assert first is not None
    assert sites(second, first) is Sites.PHASE


@pytest.mark.parametrize(
    ("left", "right", "step"),
    [
        ("泉悦公园二期", "泉悦公园2期项目部", Sites.ONE),
        ("泉悦公园二期", "泉悦公园", Sites.CLOSE),
        ("东岭学校一标段", "东岭一标段学校", Sites.ONE),
        ("三标段泉悦公园", "泉悦公园四标段", Sites.SECTION),
        ("泉悦小区", "泉月小区", Sites.CLOSE),
        ("华庭小区", "毕庭小区", Sites.CHARACTER),
        ("鹤海综合楼", "鹤海小区", Sites.NONE),
        ("泉悦公园", "鹤山学校", Sites.NONE),
    ],
)
def test_two_sites_stand_to_each_other_by_name_and_number(left: str, right: str, step: Sites) -> None:
    assert sites(_site(left), _site(right)) is step
    assert sites(_site(right), _site(left)) is step


def test_a_house_number_tells_two_addresses_apart() -> None:
    here, there = _site("即墨区环秀街道鹤山路188号"), _site("青岛市即墨区鹤山路189号")
    assert addresses(here, there) is Sites.NONE
    assert addresses(here, _site("鹤山路188号")) is Sites.ONE


@pytest.mark.parametrize("empty", [None, "", "  ", "无", "不详", "N/A", "——", "有限公司", "老板", "工地"])
def test_a_name_that_says_nothing_has_no_key(empty: str | None) -> None:
    assert name_key(empty) == ""


def test_the_key_is_the_name_without_place_form_and_width() -> None:
    assert (
        name_key("青岛市即墨区蓝天海产加工有限公司") == name_key("蓝天海产加工（青岛）有限责任公司") == "蓝天海产加工"
    )


@pytest.mark.parametrize("boss", ["包工头王建国", "王总", "王老板", "王建国班组", "王建国（包工头）", "个体王建国"])
def test_a_boss_in_the_employers_field_is_a_person_and_no_firm(boss: str) -> None:
    assert employer(boss) is None
    known = foreman(boss)
    assert known is not None
    assert known.surname == "王"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("张伟", Person("张", "伟")),
        ("张**", Person("张", "**")),
        ("张某某", Person("张", "**")),
        ("张师傅", Person("张", "")),
        ("小张", Person("张", "")),
        ("欧阳建国", Person("欧阳", "建国")),
        ("張偉", Person("张", "伟")),
        ("张 伟", Person("张", "伟")),
        ("匿名", None),
        ("12345", None),
    ],
)
def test_a_masked_or_titled_name_keeps_what_is_sure(text: str, who: Person | None) -> None:
    assert person(text) == who


@pytest.mark.parametrize("text", ["138****5678", "138xxxx5678", "138＊＊＊＊5678", "1381234 5678", "+86 138-1234-5678"])
def test_a_phone_keeps_its_visible_digits_in_place(text: str) -> None:
    known = phone(text)
    assert known is not None
    assert len(known.digits) == 11
    assert known.digits.startswith("138")
    assert known.digits.endswith("5678")


def test_an_identity_number_is_valid_only_with_its_check_digit() -> None:
    good, bad, hidden = (
        id_number("11010519491231002X"),
        id_number("110105194912310021"),
        id_number("110105********002X"),
    )
    assert good is not None
    assert good.valid
    assert bad is not None
    assert not bad.valid
    assert hidden is not None
    assert not hidden.valid


def test_a_credit_code_with_a_wrong_check_digit_identifies_nobody() -> None:
    assert credit_code("91110000600037341L") == "91110000600037341L"
    assert credit_code("91110000600037341A") is None


def test_six_figures_of_an_identity_number_are_enough_to_compare_and_five_are_not() -> None:
    assert id_number("110105" + "*" * 12) is not None
    assert id_number("11010" + "*" * 13) is None


def test_a_section_is_read_with_its_number_before_or_behind() -> None:
    for text in ("蓝湾小区二标段", "蓝湾小区标段2", "蓝湾小区第2标段"):
        found = site(text)
        assert found is not None, text
        assert found.section == "2", text


def test_a_branch_that_is_numbered_leaves_the_firm_without_the_number() -> None:
    found = employer("源丰建筑第三分公司")
    assert found is not None
    assert found.core == "源丰"
