"""Short names find the full name that holds most of them."""

from __future__ import annotations

from dedupe.employers import employer
from dedupe.ranking import address_similarity, name_similarity, short_of
from dedupe.sites import site

FULLS = ("青岛海尔股份有限公司", "青岛啤酒股份有限公司", "海信视像科技股份有限公司")


def test_a_short_name_finds_its_full_one() -> None:
    assert short_of(["海信视像", "青岛啤酒", "海尔"], FULLS) == [2, 1, 0]


def test_a_short_name_of_which_nothing_is_found_takes_the_first() -> None:
    assert short_of(["宏达"], FULLS) == [0]


def _alike(left: str, right: str) -> float:
    one, other = employer(left), employer(right)
    assert one is not None
    assert other is not None
    return name_similarity(one, other)


def test_two_registered_firms_of_other_trades_are_less_alike_than_a_firm_and_its_short_name() -> None:
    whole = "青岛源丰建筑工程有限公司"
    assert _alike(whole, whole) == 1.0
    assert _alike(whole, "源丰建筑") > 0.8
    assert _alike(whole, "青岛宏达水产有限公司") < 0.4


def test_addresses_that_share_nothing_are_hardly_alike() -> None:
    one, other = site("李沧区流林街805号"), site("黄岛区淮程路51号")
    assert one is not None
    assert other is not None
    assert address_similarity(one, one) > 0.9
    assert address_similarity(one, other) < 0.25


def test_a_house_number_says_something_where_both_have_one() -> None:
    street, house, next_door = (site(f"李沧区流林街{number}") for number in ("", "805号", "807号"))
    assert street is not None
    assert house is not None
    assert next_door is not None
    assert 0.5 < address_similarity(street, house) < address_similarity(house, house) <= 1.0
    assert address_similarity(house, next_door) < address_similarity(street, house)
    assert address_similarity(street, street) <= 1.0
