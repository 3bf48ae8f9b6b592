"""Short names find the full name that holds most of them."""

from __future__ import annotations

from dedupe.ranking import short_of

FULLS = ("青岛海尔股份有限公司", "青岛啤酒股份有限公司", "海信视像科技股份有限公司")


def test_a_short_name_finds_its_full_one() -> None:
    assert short_of(["海信视像", "青岛啤酒", "海尔"], FULLS) == [2, 1, 0]


def test_a_short_name_of_which_nothing_is_found_takes_the_first() -> None:
    assert short_of(["宏达"], FULLS) == [0]
